/** A share per day as a line with its 95 % band, marks for releases, and the open days hatched. The same as a table stands beside it. */
import { useHub } from "../hub/hub.ts";
import { vars } from "./bar.tsx";
import { type IsoDay, shortDay, weekday } from "./dates.ts";
import { type CursorDay, DayCursor } from "./day-cursor.tsx";
import { STILL_FILLING } from "./day-bars.tsx";
import { interval, share, shareScale, tick } from "./shares.ts";

export interface SharePoint {
  readonly day: IsoDay;
  /** The day still fills. */
  readonly open: boolean;
  /** Null on a day that has none: the line has a gap there. */
  readonly share: { readonly value: number; readonly low: number; readonly high: number } | null;
  /** As an open day will be once all of it has arrived. */
  readonly late?: { readonly value: number; readonly low: number; readonly high: number } | undefined;
  /** What a reader sees over the day, besides the share. */
  readonly facts: CursorDay["facts"];
}

export interface ShareMark {
  readonly day: IsoDay;
  readonly name: string;
  readonly small: string;
}

export interface ShareLineProps {
  readonly points: readonly SharePoint[];
  readonly marks: readonly ShareMark[];
  readonly height: number;
  readonly label: string;
}

const WIDTH = 1000;
const HEIGHT = 200;
/** Names of marks must not run into each other: in percent of the width. */
const MARK_ROOM = 14;

export function ShareLine({ points, marks, height, label }: ShareLineProps) {
  const { now } = useHub();
  const last = points.length - 1;
  const scale = shareScale(
    points.flatMap(({ share, late }) => [share, late].flatMap((one) => (one ? [one.value] : []))),
  );
  const x = (index: number) => (last === 0 ? WIDTH / 2 : (index / last) * WIDTH);
  const y = (value: number) => HEIGHT * (1 - scale.at(value));
  const firstOpen = points.findIndex(({ open }) => open);
  const runs = runsOf(points);
  const line = (from: number, to: number) =>
    runs
      .map((run) => run.filter((index) => index >= from && index <= to))
      .filter((run) => run.length > 0)
      .map((run) => {
        const path = run.map((index) => `${x(index)} ${y(points[index]?.share?.value ?? 1)}`).join("L");
        // A single day is a dot: a line of no length with round ends.
        return run.length === 1 ? `M${path}h0` : `M${path}`;
      })
      .join("");
  const late = lateRun(points);
  const shown = [0, Math.round(last / 2), last].filter((index, i, all) => index >= 0 && all.indexOf(index) === i);
  return (
    <div className="plot plot--head" style={vars({ "--h": `${height}px`, "--y": "56px" })}>
      <div className="plot__y" aria-hidden="true">
        {scale.ticks.map((value, index) => (
          <span key={value} style={{ top: `${100 - scale.at(value) * 100}%` }}>
            {index === 0 || index === scale.ticks.length - 1 ? `${tick(value)}\u00a0%` : tick(value)}
          </span>
        ))}
      </div>
      <div className="plot__area">
        {firstOpen > 0 && (
          <div className="plot__open" style={{ left: `${((firstOpen - 0.5) / last) * 100}%` }}>
            <span className="only-wide">open, 48 h</span>
          </div>
        )}
        {placed(marks, points).map(({ day, name, small, left, named }) => (
          <div
            key={`${day} ${name} ${small}`}
            className={left > 85 ? "plot__mark plot__mark--l" : "plot__mark"}
            style={{ left: `${left}%` }}
          >
            {named && (
              <span className="only-wide">
                {name} <small>{small}</small>
              </span>
            )}
          </div>
        ))}
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
          <path className="grid" d={scale.ticks.map((value) => `M0 ${y(value)}H${WIDTH}`).join("")} />
          {runs.map((run) => (
            <path
              key={run[0]}
              className="band"
              d={`M${run.map((index) => `${x(index)} ${y(points[index]?.share?.high ?? 1)}`).join("L")}L${run
                .toReversed()
                .map((index) => `${x(index)} ${y(points[index]?.share?.low ?? 1)}`)
                .join("L")}Z`}
            />
          ))}
          {late.length > 1 && (
            <>
              <path
                className="band band--late"
                d={`M${late.map(({ index, high }) => `${x(index)} ${y(high)}`).join("L")}L${late
                  .toReversed()
                  .map(({ index, low }) => `${x(index)} ${y(low)}`)
                  .join("L")}Z`}
              />
              <path
                className="ln ln--late"
                d={`M${late.map(({ index, value }) => `${x(index)} ${y(value)}`).join("L")}`}
              />
            </>
          )}
          <path className="ln" d={line(0, firstOpen < 0 ? last : firstOpen - 1)} />
          {firstOpen >= 0 && <path className="ln ln--open" d={line(Math.max(0, firstOpen - 1), last)} />}
        </svg>
        <DayCursor
          label={`${label}, day by day`}
          days={points.map(cursorDay)}
          at={(index) => (last === 0 ? 50 : (index / last) * 100)}
          height={(index) => {
            const value = points[index]?.share?.value;
            return value === undefined ? undefined : (1 - scale.at(value)) * 100;
          }}
        />
      </div>
      <div className="plot__x" aria-hidden="true">
        {shown.map((index) => (
          <span
            key={index}
            className={index === 0 ? "first" : index === last ? "last" : undefined}
            style={{ left: `${last === 0 ? 0 : (index / last) * 100}%` }}
          >
            {shortDay(points[index]?.day ?? "", now())}
          </span>
        ))}
      </div>
    </div>
  );
}

const cursorDay = ({ day, open, share: value, facts }: SharePoint): CursorDay => ({
  day: weekday(day),
  state: open ? STILL_FILLING : "closed",
  facts: value
    ? [["Crash-free", share(value.value)], ["95 % interval", interval(value)], ...facts]
    : [["Crash-free", "not known"]],
});

/** From the last closed day on, as the open ones will be; empty where that is not known. */
function lateRun(points: readonly SharePoint[]) {
  const first = points.findIndex(({ late }) => late !== undefined);
  if (first < 0) return [];
  return points.flatMap(({ share, late }, index) => {
    if (index === first - 1 && share) return [{ index, ...share }];
    return late ? [{ index, ...late }] : [];
  });
}

/** Indexes of days in a row that have a share. */
function runsOf(points: readonly SharePoint[]): number[][] {
  const runs: number[][] = [];
  points.forEach(({ share }, index) => {
    if (!share) return;
    const run = runs.at(-1);
    if (run && run.at(-1) === index - 1) run.push(index);
    else runs.push([index]);
  });
  return runs;
}

function placed(marks: readonly ShareMark[], points: readonly SharePoint[]) {
  let free = -Infinity;
  return marks.flatMap((mark) => {
    const index = points.findIndex(({ day }) => day === mark.day);
    // What began with the window, or before it, marks nothing in it.
    if (index <= 0) return [];
    const left = (index / Math.max(1, points.length - 1)) * 100;
    const named = left >= free;
    if (named) free = left + MARK_ROOM;
    return [{ ...mark, left, named }];
  });
}
