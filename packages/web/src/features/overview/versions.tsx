/** Versions and builds: how many users each has, how many of them are spared, and whether the newest is worse than the one before. */
import type { OverviewVersion, Spared, VersionComparison } from "@windfall/api";
import { Link, useLocation } from "wouter";
import { Bar, vars } from "../../ui/bar.tsx";
import { Count } from "../../ui/count.tsx";
import { Ago } from "../../ui/time.tsx";
import { interval, ofUsers, share, shareScale, type ShareScale, tick } from "../../ui/shares.ts";
import { visible } from "../../ui/visible-text.ts";
import { exactCount, percent } from "../../ui/numbers.ts";
import { useView } from "../filters/use-view.ts";
import { missingOf, VerdictWord } from "./verdict.tsx";

const SHOWN = 8;
/** Fewer user-days than this are drawn as a ring: single people decide. */
const FEWEST_USERS = 100;

export interface VersionsProps {
  readonly versions: readonly OverviewVersion[];
  readonly comparison: VersionComparison | null;
}

/** With usage the table answers whether a version is worse than the one before; without, it counts crashes. */
export function Versions({ versions, comparison }: VersionsProps) {
  return versions.some((row) => row.adoption) ? (
    <VersionHealth versions={versions} comparison={comparison} />
  ) : (
    <VersionCounts versions={versions} />
  );
}

function VersionCounts({ versions }: { readonly versions: readonly OverviewVersion[] }) {
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
              <VersionCell row={row} />
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

function VersionHealth({ versions, comparison }: VersionsProps) {
  const shown = versions.slice(0, SHOWN);
  const rest = versions.slice(SHOWN);
  const scale = shareScale(shown.flatMap(({ crashFreeUsers }) => (crashFreeUsers ? [crashFreeUsers.value] : [])));
  const [first, last] = [scale.ticks.at(-1) ?? 0, scale.ticks[0] ?? 1];
  return (
    <div className="table-wrap">
      <table className="table" aria-label="Versions">
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th
              scope="col"
              className="n-hide"
              style={{ width: 112 }}
              title="Users of the build among all users of a day"
            >
              Adoption
            </th>
            <th
              scope="col"
              className="num"
              style={{ width: 92 }}
              title="Crash-free users: crashed over active users of each day, summed over the days"
            >
              Crash-free
            </th>
            <th scope="col" style={{ width: "22%", paddingLeft: 20 }}>
              <span className="ci-axis">
                <span style={vars({ "--p": 0 })}>{tick(first)}</span>
                <span
                  style={{ ...vars({ "--p": 100 }), transform: "translateX(-100%)" }}
                >{`${tick(last)}\u00a0%`}</span>
              </span>
            </th>
            <th scope="col" className="num" style={{ width: 84 }} title="Crashes per 1,000 sessions">
              Per 1,000
            </th>
            <th scope="col" style={{ width: 176 }} title="The two newest builds that a tenth of the users had">
              Against before
            </th>
            <th scope="col" className="num" style={{ width: 76 }}>
              Crashes
            </th>
            <th scope="col" className="num t-hide" style={{ width: 76 }} title="Devices that can be told apart">
              Devices
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={`${row.version}/${row.build}`}>
              <VersionCell row={row} />
              <td className="m-meta n-hide" data-l="Adoption">
                <Adoption row={row} grey={!isOf(row, comparison?.newer)} />
              </td>
              <td className="num m-end">
                {row.crashFreeUsers ? (
                  <b
                    title={`95 % interval ${interval(row.crashFreeUsers)}, ${ofUsers(row.crashFreeUsers.crashed, row.crashFreeUsers.n, "user-days")}`}
                  >
                    {share(row.crashFreeUsers.value)}
                  </b>
                ) : (
                  <span className="muted" title="Usage or install ids of this build are missing">
                    unknown
                  </span>
                )}
              </td>
              <td className="m-full" style={{ paddingLeft: 20 }}>
                {row.crashFreeUsers && (
                  <Interval users={row.crashFreeUsers} scale={scale} looked={isOf(row, comparison?.newer)} />
                )}
              </td>
              <td className="num m-meta" data-l="per 1,000">
                {row.crashesPer1000Sessions ? (
                  <span
                    title={`95 % interval ${row.crashesPer1000Sessions.low.toFixed(2)} to ${row.crashesPer1000Sessions.high.toFixed(2)}, ${exactCount(row.crashesPer1000Sessions.crashes)} crashes in ${exactCount(row.crashesPer1000Sessions.sessions)} sessions`}
                  >
                    {row.crashesPer1000Sessions.value.toFixed(2)}
                  </span>
                ) : (
                  <span className="muted">–</span>
                )}
              </td>
              <td className="m-meta">
                {comparison && isOf(row, comparison.newer) ? (
                  <>
                    <VerdictWord verdict={comparison} />
                    <br />
                    <small>
                      {comparison.verdict === "not-enough-data"
                        ? missingOf(comparison)
                        : `than ${visible(comparison.older.version)}${comparison.older.version === comparison.newer.version ? ` (${visible(comparison.older.build)})` : ""}`}
                    </small>
                  </>
                ) : null}
              </td>
              <td className="num m-meta" data-l="Crashes">
                <Count value={row.crashes} />
              </td>
              <td className="num m-meta t-hide" data-l="Devices">
                <Count value={row.affectedDevices} />
              </td>
            </tr>
          ))}
          {rest.length > 0 && (
            <tr className="total">
              <th scope="row" className="m-lead" colSpan={6}>
                {`${rest.length} older ${rest.length === 1 ? "build" : "builds"}`}
              </th>
              <td className="num m-meta" data-l="Crashes">
                <Count value={rest.reduce((sum, row) => sum + row.crashes, 0)} />
              </td>
              <td className="t-hide m-hide" />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function Adoption({ row: { adoption }, grey }: { readonly row: OverviewVersion; readonly grey: boolean }) {
  if (!adoption) return <span className="muted">–</span>;
  return (
    <span
      className="withbar"
      style={vars({ "--nw": "48px" })}
      title={`${exactCount(adoption.users)} of ${exactCount(adoption.allUsers)} users on ${adoption.day}`}
    >
      <span>{percent(adoption.value)}</span>
      <Bar value={adoption.value} width="44px" grey={grey} />
    </span>
  );
}

interface IntervalProps {
  readonly users: Spared;
  readonly scale: ShareScale;
  /** The version being looked at. */
  readonly looked: boolean;
}

function Interval({ users, scale, looked }: IntervalProps) {
  const at = (value: number) => Math.round(scale.at(value) * 1000) / 10;
  return (
    <span className={users.n < FEWEST_USERS ? "ci ci--short" : looked ? "ci ci--one" : "ci ci--8"} aria-hidden="true">
      <i className="rng" style={vars({ "--a": at(users.low), "--b": at(users.high) })} />
      <i className="pt" style={vars({ "--p": at(users.value) })} />
    </span>
  );
}

const isOf = (row: OverviewVersion, build: VersionComparison["newer"] | undefined): boolean =>
  build !== undefined && row.version === build.version && row.build === build.build;

/** Version and build, a way to that build alone. */
function VersionCell({ row }: { readonly row: OverviewVersion }) {
  const { href } = useView();
  const [path] = useLocation();
  return (
    <th scope="row" className="m-lead">
      <Link className="title" href={href(path, { version: [row.version], build: [row.build] })} title="Only this build">
        {visible(row.version) || "unknown"}
      </Link>{" "}
      <small>{`(${visible(row.build) || "–"})`}</small>
    </th>
  );
}
