/** Counts per day as bars from zero. The same numbers as a table stand behind the switch in the section's head. */
import { useHub } from "../hub/hub.ts";
import { vars } from "./bar.tsx";
import { fullDay, type IsoDay, shortDay } from "./dates.ts";
import { exactCount, plural } from "./numbers.ts";

export interface DayCount {
  readonly day: IsoDay;
  readonly crashes: number;
}

/** One bar: a day, or several from `day` on. */
export interface DayBar extends DayCount {
  readonly days: number;
}

/** The area is drawn 1000 x 200 and stretched. */
const WIDTH = 1000;
const HEIGHT = 200;
/** Reports of the last 48 h are still coming in. */
export const OPEN_DAYS = 2;

export interface DayBarsProps {
  readonly days: readonly DayBar[];
  /** Whether the last two days are still open. */
  readonly open: boolean;
  readonly height: number;
  readonly label: string;
}

export function DayBars({ days, open, height, label }: DayBarsProps) {
  const { now } = useHub();
  const top = niceTop(Math.max(0, ...days.map((day) => day.crashes)));
  const step = WIDTH / Math.max(1, days.length);
  const openFrom =
    open && days.length > OPEN_DAYS && days[0]?.days === 1
      ? ((days.length - OPEN_DAYS) / days.length) * 100
      : undefined;
  const first = days[0];
  const middle = days[Math.floor((days.length - 1) / 2)];
  const last = days.at(-1);
  return (
    <div
      className="plot"
      style={{ marginTop: 8, ...vars({ "--h": `${height}px`, "--y": `${20 + exactCount(top).length * 6}px` }) }}
      role="img"
      aria-label={label}
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
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <path className="grid" d={`M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}`} />
          <path className="axis" d={`M0 ${HEIGHT}H${WIDTH}`} />
          {days.map((day, index) => {
            const length = (day.crashes / top) * HEIGHT;
            return (
              <g key={day.day}>
                <title>{`${barName(day)}: ${plural(day.crashes, "crash", "crashes")}`}</title>
                <rect x={index * step} y="0" width={step} height={HEIGHT} fill="transparent" />
                <rect
                  className="bar-f"
                  x={(index + 0.14) * step}
                  y={HEIGHT - length}
                  width={step * 0.72}
                  height={length}
                />
              </g>
            );
          })}
        </svg>
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

/** `12 Nov 2026`, `7 days from 12 Nov 2026` */
const barName = ({ day, days }: DayBar): string =>
  days === 1 ? fullDay(day) : `${days}\u00a0days from ${fullDay(day)}`;

export function DayTable({ days, label }: { readonly days: readonly DayBar[]; readonly label: string }) {
  return (
    <div className="table-wrap">
      <table className="table table--keep" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{days[0]?.days === 1 ? "Day" : "Days"}</th>
            <th scope="col" className="num">
              Crashes
            </th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => (
            <tr key={day.day}>
              <th scope="row">{barName(day)}</th>
              <td className={day.crashes === 0 ? "num muted" : "num"}>{exactCount(day.crashes)}</td>
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
