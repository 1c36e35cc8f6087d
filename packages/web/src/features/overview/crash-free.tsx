/** The line a page opens with: crash-free users or sessions per day, one figure with its interval, and what it is counted from. */
import type { CrashFree, LateDay, LateSpared, NotShown, Overview } from "@windfall/api";
import { useState } from "react";
import { useHub } from "../../hub/hub.ts";
import type { CsvRow } from "../../ui/csv.ts";
import { ChartOrTable } from "../../ui/chart-or-table.tsx";
import { CsvButton } from "../../ui/csv-button.tsx";
import { fullDay, range } from "../../ui/dates.ts";
import { STILL_FILLING } from "../../ui/day-bars.tsx";
import { exactCount, plural } from "../../ui/numbers.ts";
import { ShareLine } from "../../ui/share-line.tsx";
import { interval, ofUsers, share } from "../../ui/shares.ts";
import { visible } from "../../ui/visible-text.ts";
import { correctedShare, lateCsv, lateFacts, LateNote, lateUsers } from "./late.tsx";

type Measure = "users" | "sessions";

export interface CrashFreeProps {
  readonly crashFree: CrashFree;
  readonly missing: NotShown | null;
  readonly late: readonly LateDay[];
  readonly window: Overview["window"];
}

const TITLES = { users: "Crash-free users", sessions: "Crash-free sessions" } as const;
const UNITS = { users: "user-days", sessions: "sessions" } as const;

export function CrashFreeSection({ crashFree, missing, late, window }: CrashFreeProps) {
  const { now } = useHub();
  const [chosen, setChosen] = useState<Measure>();
  const [asTable, setAsTable] = useState(false);
  const measure = chosen ?? (crashFree.users || !crashFree.sessions ? "users" : "sessions");
  const total = crashFree[measure];
  const openDays = crashFree.days.filter((day) => day.open).length;
  const corrected = new Map(
    // Usage does not keep when it arrived: sessions have no delay to be corrected by.
    measure === "users" ? late.flatMap(({ day, users }) => (users ? [[day, users] as const] : [])) : [],
  );
  const days = crashFree.days.map((row) => ({
    day: row.day,
    open: row.open,
    share: row[measure],
    late: corrected.get(row.day),
    facts: row[measure]
      ? [
          ["Crashed", `${exactCount(row[measure].crashed)} of ${exactCount(row[measure].n)} ${measure}`] as const,
          ...lateFacts(corrected.get(row.day), correctedShare),
        ]
      : [],
  }));
  const label = `${TITLES[measure]} per day, ${range(window.from, window.to, now())}`;
  return (
    <section className="section" aria-labelledby="crash-free">
      <div className="section__head">
        <h2 id="crash-free">{TITLES[measure]}</h2>
        <span className="note only-wide">per day in UTC, from the usage that the app sends</span>
        <span className="push row row--tight row--keep">
          <span className="seg" role="group" aria-label="Measure">
            {(["users", "sessions"] as const).map((name) => (
              <button key={name} type="button" aria-pressed={measure === name} onClick={() => setChosen(name)}>
                {name === "users" ? "Users" : "Sessions"}
              </button>
            ))}
          </span>
          <ChartOrTable label="Form of crash-free" asTable={asTable} onChange={setAsTable} />
          <CsvButton
            what={`crash-free ${measure}`}
            rows={() => crashFree.days.map((row) => ({ ...dayRow(row, measure), ...lateCsv(corrected.get(row.day)) }))}
          />
        </span>
      </div>
      {total ? (
        <>
          <div className="row row--base">
            <span className="figure">{share(total.value)}</span>
            <span className="sub" title="95 % interval (Wilson)">
              {interval(total)}
            </span>
            <span className="note">
              {`${plural(window.days, "day")}, ${ofUsers(total.crashed, total.n, UNITS[measure])}`}
              {measure === "users" && " (users of each day, summed by day)"}
              {openDays > 0 && `; ${openDays === 1 ? "1 day is" : `${openDays} days are`} still open`}
            </span>
          </div>
          {asTable ? (
            <ShareTable days={days} label={label} />
          ) : (
            <ShareLine
              points={days}
              marks={crashFree.releases.map(({ day, version, build }) => ({
                day,
                name: visible(version),
                small: build === "" ? "" : `(${visible(build)})`,
              }))}
              height={216}
              label={`${label}: ${share(total.value)}, 95 % interval ${interval(total)}`}
            />
          )}
          {!asTable && <Legend late={corrected.size > 0} />}
          {measure === "users" ? (
            <LateNote late={lateUsers(late)} unit={["crashed user-day", "crashed user-days"]} words={correctedShare} />
          ) : (
            openDays > 0 && (
              <p className="note">
                Open days of sessions are shown as they are: when usage arrived is not kept, so their delay is not
                known.
              </p>
            )
          )}
        </>
      ) : (
        <p className="sub" role="note">
          {measure === "users" && missing
            ? missing.sentence
            : "Crash-free sessions are not shown: the app does not say how its sessions ended (crashedSessions)."}
        </p>
      )}
      <NotCounted crashFree={crashFree} />
    </section>
  );
}

const dayRow = (row: CrashFree["days"][number], measure: Measure): CsvRow => ({
  day: row.day,
  open: row.open ? "yes" : "no",
  crash_free: row[measure]?.value,
  low_95: row[measure]?.low,
  high_95: row[measure]?.high,
  crashed: row[measure]?.crashed,
  n: row[measure]?.n,
});

function Legend({ late }: { readonly late: boolean }) {
  return (
    <div className="legend">
      <span>
        <svg viewBox="0 0 18 10" aria-hidden="true">
          <path className="ln" d="M1 5H17" />
        </svg>
        daily
      </span>
      <span>
        <svg viewBox="0 0 18 10" aria-hidden="true">
          <rect className="band" width="18" height="10" />
        </svg>
        95 % interval
      </span>
      {late && (
        <span>
          <svg viewBox="0 0 18 10" aria-hidden="true">
            <path className="ln ln--late" d="M1 5H17" />
          </svg>
          with late reports
        </span>
      )}
      <span>
        <i className="hatch" />
        {STILL_FILLING}
      </span>
    </div>
  );
}

function NotCounted({ crashFree: { notCounted, crashesPer1000Sessions } }: { readonly crashFree: CrashFree }) {
  const leftOut = crashesPer1000Sessions?.leftOut ?? 0;
  const parts = [
    notCounted.withoutInstallId > 0 &&
      `${plural(notCounted.withoutInstallId, "crash", "crashes")} without an install id (another source)`,
    notCounted.withoutUsage > 0 &&
      `${plural(notCounted.withoutUsage, "crash", "crashes")} of builds or extensions that send no usage`,
    leftOut > 0 && `${plural(leftOut, "repeated crash", "repeated crashes")} of devices in a loop, in the rate only`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : <p className="note">{`Not counted here: ${parts.join("; ")}.`}</p>;
}

interface ShareTableProps {
  readonly days: readonly {
    readonly day: string;
    readonly open: boolean;
    readonly share: CrashFree["days"][number]["users"];
    readonly late: LateSpared | undefined;
  }[];
  readonly label: string;
}

function ShareTable({ days, label }: ShareTableProps) {
  const hasLate = days.some(({ late }) => late !== undefined);
  return (
    <div className="table-wrap">
      <table className="table table--keep" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col" className="num">
              Crash-free
            </th>
            <th scope="col" className="num">
              95 %
            </th>
            <th scope="col" className="num">
              Crashed
            </th>
            <th scope="col" className="num">
              Of
            </th>
            {hasLate && (
              <th scope="col" className="num">
                With late reports
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map(({ day, open, share: value, late }) => (
            <tr key={day}>
              <th scope="row">
                {fullDay(day)} {open && <small>{STILL_FILLING}</small>}
              </th>
              <td className="num">{value ? share(value.value) : "–"}</td>
              <td className="num muted">{value ? interval(value) : "–"}</td>
              <td className="num">{value ? exactCount(value.crashed) : "–"}</td>
              <td className="num">{value ? exactCount(value.n) : "–"}</td>
              {hasLate && <td className="num muted">{late ? correctedShare(late) : "–"}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
