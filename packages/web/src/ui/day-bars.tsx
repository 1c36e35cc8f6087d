/** Counts per day as bars from zero. The same numbers as a table stand behind the switch in the section's head. */
import { useHub } from "../hub/hub.ts";
import { vars } from "./bar.tsx";
import { fullDay, type IsoDay, shortDay, weekday } from "./dates.ts";
import { type CursorDay, DayCursor } from "./day-cursor.tsx";
import { exactCount } from "./numbers.ts";

export interface DayCount {
  readonly day: IsoDay;
  readonly crashes: number;
}

/** One bar: a day, or several from `day` on. */
export interface DayBar extends DayCount {
  readonly days: number;
  /** Reports of it, or of one of its days, still come in. */
  readonly open: boolean;
  /** As it will be once all has arrived. */
  readonly late?: { readonly value: number; readonly low: number; readonly high: number };
  /** What a reader sees over it, besides the count. */
  readonly facts?: CursorDay["facts"];
}

/** The area is drawn 1000 x 200 and stretched. */
const WIDTH = 1000;
const HEIGHT = 200;
/** Said of a day of the last 48 h. */
export const STILL_FILLING = "still filling: late reports still arrive";

export interface DayBarsProps {
  readonly days: readonly DayBar[];
  readonly height: number;
  readonly label: string;
}

export function DayBars({ days, height, label }: DayBarsProps) {
  const { now } = useHub();
  const top = niceTop(Math.max(0, ...days.map((day) => Math.max(day.crashes, day.late?.value ?? 0))));
  const step = WIDTH / Math.max(1, days.length);
  const firstOpen = days.findIndex(({ open }) => open);
  const openFrom = firstOpen < 0 ? undefined : (firstOpen / days.length) * 100;
  const first = days[0];
  const middle = days[Math.floor((days.length - 1) / 2)];
  const last = days.at(-1);
  return (
    <div
      className="plot"
      style={{ marginTop: 8, ...vars({ "--h": `${height}px`, "--y": `${20 + exactCount(top).length * 6}px` }) }}
    >
      <div className="plot__y">
        {[0, 0.5, 1].map((part) =>
          Number.isInteger(top * part) ? (
            <span key={part} style={{ top: `${100 - part * 100}%` }}>
              {exactCount(top * part)}
            </span>
          ) : null,
        )}
      </div>
      <div className="plot__area">
        {openFrom !== undefined && (
          <div className="plot__open" style={{ left: `${openFrom}%` }}>
            {height > 120 && <span className="only-wide">open, 48 h</span>}
          </div>
        )}
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
          <path className="grid" d={`M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}`} />
          <path className="axis" d={`M0 ${HEIGHT}H${WIDTH}`} />
          {days.map((day, index) => {
            const length = (day.crashes / top) * HEIGHT;
            const late = ((day.late?.value ?? 0) / top) * HEIGHT - length;
            const [x, width] = [(index + 0.14) * step, step * 0.72];
            return (
              <g key={day.day}>
                <rect className="bar-f" x={x} y={HEIGHT - length} width={width} height={length} />
                {late > 0 && <rect className="bar-late" x={x} y={HEIGHT - length - late} width={width} height={late} />}
              </g>
            );
          })}
        </svg>
        <DayCursor
          label={`${label}, day by day`}
          days={days.map((day) => ({
            day: barName(day),
            state: day.open ? STILL_FILLING : "closed",
            facts: [["Crashes", exactCount(day.crashes)], ...(day.facts ?? [])],
          }))}
          at={(index) => ((index + 0.5) / days.length) * 100}
        />
      </div>
      <div className="plot__x">
        {first && (
          <span className="first" style={{ left: "0%" }}>
            {shortDay(first.day, now())}
          </span>
        )}
        {middle && days.length > 6 && <span style={{ left: "50%" }}>{shortDay(middle.day, now())}</span>}
        {last && days.length > 1 && (
          <span className="last" style={{ left: "100%" }}>
            {shortDay(last.day, now())}
          </span>
        )}
      </div>
    </div>
  );
}

/** `Thu 12 Nov 2026`, `7 days from 12 Nov 2026` */
const barName = ({ day, days }: DayBar): string =>
  days === 1 ? weekday(day) : `${days}\u00a0days from ${fullDay(day)}`;

/** Says in words what the hatched end of a chart means. */
export function OpenLegend({ late = false }: { readonly late?: boolean }) {
  return (
    <div className="legend">
      {late && (
        <span>
          <svg viewBox="0 0 18 10" aria-hidden="true">
            <rect className="bar-late" x="4" y="1" width="10" height="8" />
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

export function DayTable({ days, label }: { readonly days: readonly DayBar[]; readonly label: string }) {
  const hasLate = days.some(({ late }) => late !== undefined);
  return (
    <div className="table-wrap">
      <table className="table table--keep" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{days[0]?.days === 1 ? "Day" : "Days"}</th>
            <th scope="col" className="num">
              Crashes
            </th>
            {hasLate && (
              <th scope="col" className="num">
                With late reports
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => (
            <tr key={day.day}>
              <th scope="row">
                {barName(day)} {day.open && <small>{STILL_FILLING}</small>}
              </th>
              <td className={day.crashes === 0 ? "num muted" : "num"}>{exactCount(day.crashes)}</td>
              {hasLate && (
                <td className="num muted">
                  {day.late
                    ? `${exactCount(Math.round(day.late.value))} (${exactCount(day.late.low)} to ${exactCount(day.late.high)})`
                    : "–"}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The next of 2, 4, 6, 10, 20, 40, 60, 100 …: even, so that the middle of the axis is a whole number. */
export function niceTop(value: number): number {
  let scale = 1;
  for (;;) {
    const found = [2, 4, 6, 10].find((step) => step * scale >= value);
    if (found !== undefined) return found * scale;
    scale *= 10;
  }
}
