/** Uploads that the hub kept but could not read, newest first. */
import { routes, type SetAsideRow, urlOf } from "@windfall/api";
import { Icon } from "../../ui/icon.tsx";
import { bytes } from "../../ui/numbers.ts";
import { Ago } from "../../ui/time.tsx";
import { visible } from "../../ui/visible-text.ts";

const KINDS = { report: "Report", usage: "Usage" } as const satisfies Record<SetAsideRow["kind"], string>;

export interface SetAsideTableProps {
  readonly rows: readonly SetAsideRow[];
  /** Absent for those who may not. */
  readonly tryAgain: ((id: string) => void) | undefined;
  readonly busy: boolean;
}

export function SetAsideTable({ rows, tryAgain, busy }: SetAsideTableProps) {
  return (
    <div className="table-wrap">
      <table className="table table--2" aria-label="Set-aside uploads">
        <thead>
          <tr>
            <th scope="col" style={{ width: 250 }}>
              Upload
            </th>
            <th scope="col">Reason</th>
            <th scope="col" style={{ width: 150 }}>
              Sent by
            </th>
            <th scope="col" style={{ width: 100 }}>
              Received
            </th>
            <th scope="col" className="num" style={{ width: 56 }}>
              Tries
            </th>
            <th scope="col" className="num" style={{ width: 76 }}>
              Size
            </th>
            <th scope="col" style={{ width: 216 }}>
              <span className="sr">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row" className="m-lead">
                <div className="lines">
                  <span className="title">{KINDS[row.kind]}</span>
                  <small>
                    <code>{row.id}</code>
                  </small>
                </div>
              </th>
              <td className="m-full wrap-any">{visible(row.reason) || "no reason was kept"}</td>
              <td className="m-meta wrap-any" data-l="by">
                {row.sender === null ? <span className="muted">not known</span> : visible(row.sender)}
              </td>
              <td className="m-end nowrap">
                <Ago time={row.receivedAt} />
              </td>
              <td className="num m-meta" data-l="tries">
                {row.attempts}
              </td>
              <td className="num m-meta" data-l="size">
                {bytes(row.sizeBytes)}
              </td>
              <td className="fit num m-full">
                <span className="row row--tight row--keep row--end">
                  {tryAgain && (
                    <button
                      type="button"
                      className="btn btn--quiet"
                      aria-label={`Try ${row.id} again`}
                      disabled={busy}
                      onClick={() => tryAgain(row.id)}
                    >
                      <Icon name="again" />
                      Try again
                    </button>
                  )}
                  <a
                    className="btn btn--quiet"
                    href={urlOf(routes.downloadSetAside, { uploadId: row.id })}
                    download
                    aria-label={`Download ${row.id} as it came`}
                  >
                    <Icon name="download" />
                    Raw
                  </a>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
