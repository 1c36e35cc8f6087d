/** The debug files that the hub holds, of all apps. */
import type { SymbolsList } from "@windfall/api";
import { Command } from "../../ui/copy.tsx";
import { useHub } from "../../hub/hub.ts";
import { CsvButton } from "../../ui/csv-button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { bytes, exactCount } from "../../ui/numbers.ts";
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
        <div className="table-wrap">
          <table className="table" aria-label="Held symbols">
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
                  <td className="m-meta">
                    {slice.hasDebugInfo ? (
                      "names and lines"
                    ) : (
                      <span
                        className="row row--tight row--keep"
                        title="Only a symbol table: functions are named, lines are not"
                      >
                        <Icon name="warn" small tone="warn" />
                        names only
                      </span>
                    )}
                  </td>
                  <td className="num m-end">{bytes(slice.sizeBytes)}</td>
                  <td className="m-meta nowrap">
                    <Ago time={slice.uploadedAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more && (
        <button type="button" className="btn" disabled={isBusy} onClick={more}>
          {`Show more of ${exactCount(total)}`}
        </button>
      )}
    </section>
  );
}
