/** The debug files that the hub holds, of all apps; and, apart from them, those of the OS. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { SymbolsList } from "@windfall/api";
import { symbolVerdict } from "@windfall/core";
import { Command } from "../../ui/copy.tsx";
import { useHub } from "../../hub/hub.ts";
import { heldSymbolsQuery } from "../../hub/queries.ts";
import { CsvButton } from "../../ui/csv-button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { bytes, exactCount, plural } from "../../ui/numbers.ts";
import { Ago } from "../../ui/time.tsx";
import { visible } from "../../ui/visible-text.ts";
import { heldRows } from "./held-rows.ts";

export interface HeldProps {
  /** Those that are known so far. */
  readonly held: SymbolsList["held"];
  readonly total: number;
  /** Undefined when all are shown. */
  readonly more: (() => void) | undefined;
  readonly isBusy: boolean;
  readonly hubUrl: string;
}

export function Held({ held, total, more, isBusy, hubUrl }: HeldProps) {
  const { client } = useHub();
  return (
    <section className="section section--line" aria-labelledby="held">
      <div className="section__head">
        <h2 id="held">Held</h2>
        <span className="note">{held.length === 0 ? "" : "newest first, one row per architecture"}</span>
        {held.length > 0 && (
          <span className="push">
            <CsvButton what="held symbols" rows={() => heldRows(client)} />
          </span>
        )}
      </div>
      {held.length === 0 ? (
        <div className="stack">
          <p className="sub">No dSYM yet. In Xcode's Organizer: Show in Finder, Show Package Contents, dSYMs.</p>
          <Command text={`windfall symbols upload PATH --hub ${hubUrl}`} />
        </div>
      ) : (
        <HeldTable label="Held symbols" held={held} />
      )}
      {more && (
        <button type="button" className="btn" disabled={isBusy} onClick={more}>
          {`Show more of ${exactCount(total)}`}
        </button>
      )}
    </section>
  );
}

/** Of the OS: thousands, and nobody waits for one of them. */
export function HeldSystem() {
  const { client } = useHub();
  const query = useInfiniteQuery(heldSymbolsQuery(client, "system"));
  const held = query.data?.pages.flatMap((page) => page.held) ?? [];
  const total = query.data?.pages.at(-1)?.heldTotal ?? 0;
  if (held.length === 0) return null;
  return (
    <section className="section section--line" aria-labelledby="held-system">
      <div className="section__head">
        <h2 id="held-system">Held of the OS</h2>
        <span className="note">{`${plural(total, "image")} from Xcode's DeviceSupport: frames of the system get their names`}</span>
      </div>
      <details>
        <summary>Show them</summary>
        <HeldTable label="Held symbols of the OS" held={held} />
        {query.hasNextPage && (
          <button
            type="button"
            className="btn"
            disabled={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {`Show more of ${exactCount(total)}`}
          </button>
        )}
      </details>
    </section>
  );
}

function HeldTable({ label, held }: { readonly label: string; readonly held: SymbolsList["held"] }) {
  return (
    <div className="table-wrap">
      <table className="table" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Image</th>
            <th scope="col">UUID</th>
            <th scope="col">Kind</th>
            <th scope="col" className="num">
              Size
            </th>
            <th scope="col">Uploaded</th>
          </tr>
        </thead>
        <tbody>
          {held.map((slice) => (
            <tr key={`${slice.uuid}/${slice.arch}`}>
              <th scope="row" className="m-lead">
                <span className="title">{visible(slice.name)}</span> <small>{visible(slice.arch)}</small>
              </th>
              <td className="m-full wrap-any">
                <code>{visible(slice.uuid).toUpperCase()}</code>
              </td>
              <td className="m-meta">{slice.hasDebugInfo ? "names and lines" : <LesserKind slice={slice} />}</td>
              <td className="num m-end">{bytes(slice.sizeBytes)}</td>
              <td className="m-meta nowrap">
                <Ago time={slice.uploadedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LesserKind({ slice }: { readonly slice: SymbolsList["held"][number] }) {
  const { words, why } = symbolVerdict({ name: slice.name, status: "found", holds: slice.contents ?? "names" });
  return (
    <span className="row row--tight row--keep" title={visible(why)}>
      {slice.system ? null : <Icon name="warn" small tone="warn" />}
      {words}
    </span>
  );
}
