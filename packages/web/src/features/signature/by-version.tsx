/** The crashes of a signature by build, newest first. */
import type { VersionRow } from "@windfall/api";
import { Link, useLocation } from "wouter";
import { Bar } from "../../ui/bar.tsx";
import { Count } from "../../ui/count.tsx";
import { percent } from "../../ui/numbers.ts";
import { visible } from "../../ui/visible-text.ts";
import { useView } from "../filters/use-view.ts";
import type { Kind } from "../signatures/kinds.tsx";

const SHOWN = 8;

export function ByVersion({
  versions,
  crashes,
  kind,
}: {
  readonly kind: Kind;
  readonly versions: readonly VersionRow[];
  readonly crashes: number;
}) {
  const { href } = useView();
  const [path] = useLocation();
  const words = kind === "crash" ? "Crashes" : "Reports";
  return (
    <section className="section" aria-labelledby="by-version">
      <div className="section__head">
        <h2 id="by-version">By version</h2>
        <span className="note">
          {versions.length > SHOWN ? `newest ${SHOWN} of ${versions.length} builds` : "newest build first"}
        </span>
      </div>
      <div className="table-wrap">
        <table className="table table--keep" aria-label={`${words} by version`}>
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col" className="num">
                {words}
              </th>
              <th scope="col">
                <span className="sr">Share as a bar</span>
              </th>
              <th scope="col" className="num">
                Share
              </th>
            </tr>
          </thead>
          <tbody>
            {versions.slice(0, SHOWN).map((row, index) => (
              <tr key={`${row.version}/${row.build}`}>
                <th scope="row">
                  <Link href={href(path, { version: [row.version], build: [row.build] })} title="Only this build">
                    {visible(row.version) || "unknown"}
                  </Link>{" "}
                  <small>{`(${visible(row.build) || "–"})`}</small>
                </th>
                <td className="num">
                  <Count value={row.crashes} />
                </td>
                <td style={{ width: 96 }}>
                  <Bar value={crashes === 0 ? 0 : row.crashes / crashes} width="80px" grey={index > 0} />
                </td>
                <td className="num">{crashes === 0 ? "–" : percent(row.crashes / crashes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
