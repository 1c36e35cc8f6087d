/** The date range: presets, two fields to type in, two months to click in. All of it UTC. */
import { useState } from "react";
import { useHub } from "../../hub/hub.ts";
import { dayOf, daysBetween, fullDay, type IsoDay, parseDay } from "../../ui/dates.ts";
import { Icon } from "../../ui/icon.tsx";
import { monthDays, monthOf, pickDay, shiftMonth } from "./month.ts";
import { type Dates, PRESET_DAYS, type View } from "./view.ts";

export interface DatesPopupProps {
  readonly view: View;
  /** The window the numbers on the page were counted in. */
  readonly from: IsoDay;
  readonly to: IsoDay;
  readonly apply: (dates: Dates) => void;
}

const MONTH_NAMES = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

export function DatesPopup({ view, from, to, apply }: DatesPopupProps) {
  const { now } = useHub();
  const today = dayOf(now());
  const [draft, setDraft] = useState<{ from: IsoDay; to: IsoDay | undefined }>({ from, to });
  const [typed, setTyped] = useState({ from: fullDay(from), to: fullDay(to) });
  const [month, setMonth] = useState(monthOf(to));
  const days = draft.to === undefined ? undefined : daysBetween(draft.from, draft.to);
  const usable = draft.to !== undefined && draft.from <= draft.to;

  const type = (end: "from" | "to", text: string) => {
    setTyped({ ...typed, [end]: text });
    const day = parseDay(text);
    if (day !== undefined) {
      setDraft({ ...draft, [end]: day });
      if (end === "to") setMonth(monthOf(day));
    }
  };
  const click = (day: IsoDay) => {
    const next = pickDay(draft, day);
    setDraft(next);
    setTyped({ from: fullDay(next.from), to: next.to === undefined ? "" : fullDay(next.to) });
  };

  return (
    <div className="popup" role="dialog" aria-label="Dates">
      <div className="daterange">
        <div>
          {PRESET_DAYS.map((preset) => {
            const current = view.dates.kind === "last" && view.dates.days === preset;
            return (
              <button
                key={preset}
                type="button"
                className={current ? "popup__item on" : "popup__item"}
                aria-pressed={current}
                onClick={() => apply({ kind: "last", days: preset })}
              >
                {`${preset}\u00a0days`}
              </button>
            );
          })}
        </div>
        <div className="stack">
          <div className="row row--keep">
            {(["from", "to"] as const).map((end) => (
              <input
                key={end}
                className="input"
                size={11}
                aria-label={end === "from" ? "From" : "To"}
                aria-invalid={parseDay(typed[end]) === undefined}
                placeholder="2026-11-24"
                value={typed[end]}
                onChange={(event) => type(end, event.target.value)}
                onKeyDown={(event) => {
                  if (event.key !== "Enter") return;
                  event.preventDefault();
                  if (usable && draft.to !== undefined) apply({ kind: "between", from: draft.from, to: draft.to });
                }}
              />
            ))}
            <span className="push row row--tight row--keep">
              <button
                type="button"
                className="btn btn--quiet btn--icon"
                aria-label="Earlier"
                onClick={() => setMonth(shiftMonth(month, -1))}
              >
                <Icon name="left" />
              </button>
              <button
                type="button"
                className="btn btn--quiet btn--icon"
                aria-label="Later"
                disabled={month >= monthOf(today)}
                onClick={() => setMonth(shiftMonth(month, 1))}
              >
                <Icon name="right" />
              </button>
            </span>
          </div>
          <div className="row row--top row--keep">
            <Month month={shiftMonth(month, -1)} previous draft={draft} today={today} pick={click} />
            <Month month={month} draft={draft} today={today} pick={click} />
          </div>
        </div>
      </div>
      <div className="popup__foot">
        <span>
          {days !== undefined && usable ? `${days}\u00a0${days === 1 ? "day" : "days"}, UTC` : "Pick the last day"}
        </span>
        <button
          type="button"
          className="btn btn--primary push"
          disabled={!usable}
          onClick={() => draft.to !== undefined && apply({ kind: "between", from: draft.from, to: draft.to })}
        >
          Show
        </button>
      </div>
    </div>
  );
}

interface MonthProps {
  readonly month: string;
  /** The left one of two; a phone shows only the other. */
  readonly previous?: boolean;
  readonly draft: { readonly from: IsoDay; readonly to: IsoDay | undefined };
  readonly today: IsoDay;
  readonly pick: (day: IsoDay) => void;
}

function Month({ month, previous, draft, today, pick }: MonthProps) {
  const { days, firstColumn } = monthDays(month);
  const name = MONTH_NAMES.format(new Date(`${month}-01T00:00:00Z`));
  const mark = (day: IsoDay) => {
    if (day > today) return "off";
    if (day === draft.from) return "from";
    if (day === draft.to) return "to";
    return draft.to !== undefined && day > draft.from && day < draft.to ? "in" : undefined;
  };
  return (
    <div className={previous ? "cal cal--prev" : "cal"} role="group" aria-label={name}>
      <b>{name}</b>
      {["M", "T", "W", "T", "F", "S", "S"].map((letter, index) => (
        <i key={index} aria-hidden="true">
          {letter}
        </i>
      ))}
      {days.map((day, index) => (
        <button
          key={day}
          type="button"
          data-d={mark(day)}
          disabled={day > today}
          aria-label={fullDay(day)}
          aria-pressed={day === draft.from || day === draft.to}
          style={index === 0 ? { gridColumn: firstColumn } : undefined}
          onClick={() => pick(day)}
        >
          {index + 1}
        </button>
      ))}
    </div>
  );
}
