/**
 * Lies over a plot of days and shows what one of them says: under the pointer, under a finger, or by the arrow keys once it has
 * the focus. To a screen reader it is a slider over the days whose value is the card's text.
 */
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { vars } from "./bar.tsx";

export interface CursorDay {
  /** `Tue 17 Nov 2026` */
  readonly day: string;
  /** `closed`, or why its numbers will still change. */
  readonly state: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
}

export interface DayCursorProps {
  /** What is read along the days: "Crash-free users by day". */
  readonly label: string;
  readonly days: readonly CursorDay[];
  /** Where a day stands, in percent of the width. */
  readonly at: (index: number) => number;
  /** How high its value stands, in percent from the top; without it no point is drawn. */
  readonly height?: (index: number) => number | undefined;
}

export function DayCursor({ label, days, at, height }: DayCursorProps) {
  const [chosen, setChosen] = useState<number>();
  const last = days.length - 1;
  const shown = chosen === undefined ? undefined : Math.min(chosen, last);
  const day = shown === undefined ? undefined : days[shown];
  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setChosen(nearest(((event.clientX - left) / Math.max(1, width)) * 100, last, at));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = target(event.key, shown ?? last, last);
    if (to === undefined && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    setChosen(to);
  };
  const top = shown === undefined ? undefined : height?.(shown);
  return (
    <div
      className="plot__cursor"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={1}
      aria-valuemax={days.length}
      aria-valuenow={(shown ?? last) + 1}
      aria-valuetext={textOf(day ?? days[last])}
      onPointerMove={follow}
      onPointerDown={follow}
      onPointerLeave={(event) => event.pointerType === "mouse" && setChosen(undefined)}
      onFocus={(event) => event.currentTarget.matches(":focus-visible") && setChosen((now) => now ?? last)}
      onBlur={() => setChosen(undefined)}
      onKeyDown={onKeyDown}
    >
      {day && shown !== undefined && (
        <>
          <span className="plot__cross" style={{ left: `${at(shown)}%` }} />
          {top !== undefined && <span className="plot__point" style={{ left: `${at(shown)}%`, top: `${top}%` }} />}
          <div
            className={["tip", at(shown) > 55 && "tip--before", !height && "tip--high"].filter(Boolean).join(" ")}
            style={vars({ "--p": at(shown) })}
            aria-hidden="true"
          >
            <b>{day.day}</b> {day.state}
            <dl className="facts">
              {day.facts.map(([name, value]) => (
                <div key={name} className="facts__row">
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </div>
        </>
      )}
    </div>
  );
}

const textOf = (day: CursorDay | undefined): string =>
  day === undefined
    ? "no day"
    : [`${day.day}, ${day.state}`, ...day.facts.map(([name, value]) => `${name} ${value}`)].join("; ");

export function nearest(percent: number, last: number, at: (index: number) => number): number {
  let best = 0;
  for (let index = 1; index <= last; index++) {
    if (Math.abs(at(index) - percent) < Math.abs(at(best) - percent)) best = index;
  }
  return best;
}

const WEEK = 7;

export function target(key: string, from: number, last: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: from - 1,
    ArrowDown: from - 1,
    ArrowRight: from + 1,
    ArrowUp: from + 1,
    PageDown: from - WEEK,
    PageUp: from + WEEK,
    Home: 0,
    End: last,
  };
  const to = steps[key];
  return to === undefined ? undefined : Math.max(0, Math.min(last, to));
}
