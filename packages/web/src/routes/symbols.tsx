/** Debug files: which images of reports have none, and which are held. */
import { useQuery } from "@tanstack/react-query";
import type { SymbolsList } from "@windfall/api";
import { useState } from "react";
import { SymbolUpload } from "../features/symbols/upload.tsx";
import { useHub } from "../hub/hub.ts";
import { appsQuery, symbolsQuery } from "../hub/queries.ts";
import { Command } from "../ui/copy.tsx";
import { Icon } from "../ui/icon.tsx";
import { Loading, QueryProblem } from "../ui/loading.tsx";
import { bytes, exactCount, plural } from "../ui/numbers.ts";
import { Ago } from "../ui/time.tsx";
import { visible } from "../ui/visible-text.ts";

const SHOWN = 100;

export function SymbolsPage({ hubUrl }: { readonly hubUrl: string }) {
  const { client } = useHub();
  const symbols = useQuery(symbolsQuery(client));
  if (symbols.isPending) return <Loading label="Loading symbols" />;
  if (symbols.isError)
    return (
      <QueryProblem what="The symbols could not be read" error={symbols.error} retry={() => void symbols.refetch()} />
    );
  const { held, missing } = symbols.data;
  return (
    <>
      <div className="stack stack--tight">
        <p className="lead">{`${plural(held.length, "slice")} held, ${plural(missing.length, "image")} missing`}</p>
        <p className="note">
          {missing.length === 0
            ? "Every image that reports need has its symbols."
            : "A missing dSYM hides names and lines. When it arrives, the reports that wait for it are named again."}
        </p>
      </div>
      <SymbolUpload />
      {missing.length > 0 && <Gaps missing={missing} hubUrl={hubUrl} />}
      <Held held={held} hubUrl={hubUrl} />
    </>
  );
}

function Gaps({ missing, hubUrl }: { readonly missing: SymbolsList["missing"]; readonly hubUrl: string }) {
  const { client } = useHub();
  const apps = useQuery(appsQuery(client)).data?.apps ?? [];
  const [all, setAll] = useState(false);
  const shown = all ? missing : missing.slice(0, SHOWN);
  const nameOf = (appId: string) => apps.find((app) => app.id === appId)?.name ?? appId;
  return (
    <section className="section section--line" aria-labelledby="gaps">
      <div className="section__head">
        <h2 id="gaps">Missing</h2>
        <span className="note">most crashes first; run the command where the archive is, or drop the dSYM above</span>
      </div>
      <Command text={`windfall symbols upload PATH --hub ${hubUrl}`} />
      <div className="table-wrap">
        <table className="table" aria-label="Missing images">
          <thead>
            <tr>
              <th scope="col">Image</th>
              <th scope="col">UUID</th>
              <th scope="col">Build</th>
              <th scope="col" className="num">
                Crashes
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((image) => (
              <tr key={`${image.uuid}/${image.arch}/${image.appId}/${image.version}/${image.build}`}>
                <th scope="row" className="m-lead">
                  <span className="row row--tight row--keep">
                    <Icon name="wrong" tone="bad" />
                    <span className="title">{visible(image.name)}</span>
                    <small>{visible(image.arch)}</small>
                  </span>
                </th>
                <td className="m-full wrap-any">
                  <code>{visible(image.uuid).toUpperCase()}</code>
                </td>
                <td className="m-meta">
                  {visible(image.version) || "unknown"}{" "}
                  {image.build !== "" && <small>{`(${visible(image.build)})`}</small>}
                  {apps.length > 1 && <small>{` ${visible(nameOf(image.appId))}`}</small>}
                </td>
                <td className="num m-end">
                  {exactCount(image.crashes)}
                  <span className="only-phone muted">{image.crashes === 1 ? " crash" : " crashes"}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < missing.length && (
        <button type="button" className="btn" onClick={() => setAll(true)}>
          {`Show all ${exactCount(missing.length)}`}
        </button>
      )}
    </section>
  );
}

function Held({ held, hubUrl }: { readonly held: SymbolsList["held"]; readonly hubUrl: string }) {
  const [all, setAll] = useState(false);
  const shown = all ? held : held.slice(0, SHOWN);
  return (
    <section className="section section--line" aria-labelledby="held">
      <div className="section__head">
        <h2 id="held">Held</h2>
        <span className="note">{held.length === 0 ? "" : "newest first, one row per architecture"}</span>
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
              {shown.map((slice) => (
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
      {shown.length < held.length && (
        <button type="button" className="btn" onClick={() => setAll(true)}>
          {`Show all ${exactCount(held.length)}`}
        </button>
      )}
    </section>
  );
}
