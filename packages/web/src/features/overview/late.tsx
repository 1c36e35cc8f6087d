/** The days that still fill, as they will be once their reports have arrived: in words, on the cards, in tables and files. */
import type { LateCount, LateDay, LateSpared, NotCorrected } from "@windfall/api";
import { useHub } from "../../hub/hub.ts";
import type { CsvRow } from "../../ui/csv.ts";
import { addDays, shortDay } from "../../ui/dates.ts";
import type { DayBar } from "../../ui/day-bars.tsx";
import { exactCount, plural } from "../../ui/numbers.ts";
import { interval, share } from "../../ui/shares.ts";

type Corrected = LateCount | LateSpared;

interface LateOf {
  readonly day: string;
  readonly corrected: Corrected | null;
  readonly missing: NotCorrected | null;
}

export const lateUsers = (late: readonly LateDay[]): LateOf[] =>
  late.map(({ day, users, usersNotCorrected }) => ({ day, corrected: users, missing: usersNotCorrected }));

export const lateCrashes = (late: readonly LateDay[]): LateOf[] =>
  late.map(({ day, crashes, crashesNotCorrected }) => ({ day, corrected: crashes, missing: crashesNotCorrected }));

export const correctedShare = (late: Corrected): string => `${share(late.value)} (${interval(late)})`;

export const correctedCount = ({ value, low, high }: Pick<LateCount, "value" | "low" | "high">): string =>
  `${exactCount(Math.round(value))} (${exactCount(low)} to ${exactCount(high)})`;

const usually = ({ arrived: { fraction } }: Corrected): string => `${Math.round(fraction * 100)}\u00a0%`;

export const lateFacts = (
  late: Corrected | null | undefined,
  words: (late: Corrected) => string,
): readonly (readonly [string, string])[] =>
  late
    ? [
        ["With late reports", words(late)],
        ["Usually here by now", usually(late)],
      ]
    : [];

export const lateCsv = (late: Corrected | null | undefined): CsvRow => ({
  corrected: late?.value,
  corrected_low_95: late?.low,
  corrected_high_95: late?.high,
  usually_arrived: late?.arrived.fraction,
});

export interface LateNoteProps {
  readonly late: readonly LateOf[];
  /** What the delay was learnt from. */
  readonly unit: readonly [one: string, many: string];
  readonly words: (late: Corrected) => string;
}

/** `Once late reports are in, about: 24 Nov 99.02 % (98.71 to 99.30), 58 % usually here by now. …` */
export function LateNote({ late, unit, words }: LateNoteProps) {
  const { now } = useHub();
  const told = late.flatMap(({ day, corrected }) => (corrected ? [{ day, corrected }] : []));
  const last = told.at(-1)?.corrected.arrived;
  const missing = late.flatMap(({ day, missing }) => (missing ? [{ day, sentence: missing.sentence }] : []));
  if (told.length === 0 && missing.length === 0) return null;
  return (
    <p className="note" role="note" aria-label="Late reports">
      {told.length > 0 && "Once late reports are in, about: "}
      {told
        .map(
          ({ day, corrected }) =>
            `${shortDay(day, now())} ${words(corrected)}, ${usually(corrected)} usually here by now`,
        )
        .join("; ")}
      {last &&
        `. Learnt from how long ${plural(Math.round(last.total), ...unit)} of ${plural(last.days, "past day")} took to arrive. `}
      {missing.map(({ day, sentence }) => `${shortDay(day, now())}: ${sentence}`).join(" ")}
    </p>
  );
}

/** A bar of several days is closed days as they are and open ones as they will be; unless one of those cannot be told. */
export function barsWithLate(bars: readonly DayBar[], late: readonly LateDay[]): readonly DayBar[] {
  return bars.map((bar) => {
    const last = addDays(bar.day, bar.days - 1);
    const within = late.filter(({ day }) => day >= bar.day && day <= last);
    if (within.length === 0 || within.some(({ crashes }) => crashes === null)) return bar;
    const corrected = within.flatMap(({ crashes }) => (crashes ? [crashes] : []));
    // What is there of an open day is its estimate times what has usually arrived.
    const soFar = sum(corrected.map(({ value, arrived }) => value * arrived.fraction));
    const closed = bar.crashes - Math.round(soFar);
    return {
      ...bar,
      late: {
        value: closed + sum(corrected.map(({ value }) => value)),
        low: closed + sum(corrected.map(({ low }) => low)),
        high: closed + sum(corrected.map(({ high }) => high)),
      },
    };
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
