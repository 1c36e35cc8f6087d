/** Crashes by version and build: bars on a track from zero, the newest build in blue. */
import type { VersionRow } from "@windfall/api";
import { Link, useLocation } from "wouter";
import { Bar, vars } from "../../ui/bar.tsx";
import { Count } from "../../ui/count.tsx";
import { Ago } from "../../ui/time.tsx";
import { visible } from "../../ui/visible-text.ts";
import { useView } from "../filters/use-view.ts";

const SHOWN = 8;

export function Versions({ versions }: { readonly versions: readonly VersionRow[] }) {
  const { href } = useView();
  const [path] = useLocation();
  const most = Math.max(1, ...versions.map((row) => row.crashes));
  const rest = versions.slice(SHOWN);
  return (
    <div className="table-wrap">
      <table className="table" aria-label="Crashes by version">
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col" style={{ width: "40%" }}>
              <span style={{ paddingLeft: 8 }}>Crashes</span>
            </th>
            <th scope="col" className="num" title="Devices that can be told apart">
              Devices
            </th>
            <th scope="col" className="num">
              Signatures
            </th>
            <th scope="col" className="w-hide">
              Last seen
            </th>
          </tr>
        </thead>
        <tbody>
          {versions.slice(0, SHOWN).map((row, index) => (
            <tr key={`${row.version}/${row.build}`}>
              <th scope="row" className="m-lead">
                <Link
                  className="title"
                  href={href(path, { version: [row.version], build: [row.build] })}
                  title="Only this build"
                >
                  {visible(row.version) || "unknown"}
                </Link>{" "}
                <small>{`(${visible(row.build) || "–"})`}</small>
              </th>
              <td className="m-full">
                <span className="withbar withbar--fill" style={vars({ "--nw": "40px" })}>
                  <span>
                    <Count value={row.crashes} />
                  </span>
                  <Bar value={row.crashes / most} large grey={index > 0} />
                </span>
              </td>
              <td className="num m-meta" data-l="Devices">
                <Count value={row.affectedDevices} />
              </td>
              <td className="num m-meta" data-l="Signatures">
                <Count value={row.signatures} />
              </td>
              <td className="m-end w-hide">
                <Ago time={row.lastSeen} />
              </td>
            </tr>
          ))}
          {rest.length > 0 && (
            <tr className="total">
              <th scope="row" className="m-lead">{`${rest.length} older ${rest.length === 1 ? "build" : "builds"}`}</th>
              <td className="m-full">
                <span className="withbar withbar--fill" style={vars({ "--nw": "40px" })}>
                  <span>
                    <Count value={rest.reduce((sum, row) => sum + row.crashes, 0)} />
                  </span>
                </span>
              </td>
              <td className="m-hide" colSpan={3} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
