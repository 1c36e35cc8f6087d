/** The days that still fill, corrected by how long this app's crashes usually take to arrive. What is there so far is shown beside it. */
import type { CrashFree, LateCount, LateDay, LateSpared, NotCorrected } from "@windfall/api";
import { lateCount, lateSpared, type PastDay, usuallyArrived } from "@windfall/core";
import type { EventScope } from "../stores/events/event-scope.ts";
import type { EventsStore } from "../stores/events/events-store.ts";

/** Reports and usage of the last 48 h still come in. */
export const OPEN_DAYS = 2;
const DAY_MS = 24 * 3600 * 1000;

export interface SoFar {
  readonly scope: EventScope;
  readonly now: number;
  readonly crashesByDay: readonly { readonly day: string; readonly crashes: number }[];
  readonly crashFree: CrashFree | null;
}

export async function lateArrivals(
  events: Pick<EventsStore, "arrivals">,
  { scope, now, crashesByDay, crashFree }: SoFar,
): Promise<LateDay[]> {
  const dayAt = (ago: number) => new Date(now - ago * DAY_MS).toISOString().slice(0, 10);
  const open = Array.from({ length: OPEN_DAYS }, (_, i) => dayAt(OPEN_DAYS - 1 - i)).filter(
    (day) => day >= scope.from && day <= scope.to,
  );
  // Of the whole app, whatever the filters: how long a report takes hardly depends on them, and more of them tell more.
  const arrivals = await events.arrivals(scope.appIds, open, now);
  return open.map((day): LateDay => {
    const past = arrivals.get(day) ?? [];
    const counted = crashesByDay.find((row) => row.day === day)?.crashes ?? 0;
    const shown = crashFree?.days.find((row) => row.day === day)?.users;
    const crashes = crashesOf(
      counted,
      past.map((row) => row.crashes),
    );
    const users =
      shown &&
      usersOf(
        shown,
        past.map((row) => row.users),
      );
    return {
      day,
      crashes: "code" in crashes ? null : crashes,
      crashesNotCorrected: "code" in crashes ? crashes : null,
      users: !users || "code" in users ? null : users,
      usersNotCorrected: users && "code" in users ? users : null,
    };
  });
}

function crashesOf(soFar: number, past: readonly PastDay[]): LateCount | NotCorrected {
  const usual = usuallyArrived(past);
  if (typeof usual === "string") return NOT_CORRECTED[usual];
  const { fraction, total, days } = usual;
  return { ...lateCount(soFar, usual), arrived: { fraction, total, days } };
}

function usersOf(
  { crashed, n }: { readonly crashed: number; readonly n: number },
  past: readonly PastDay[],
): LateSpared | NotCorrected {
  const usual = usuallyArrived(past);
  if (typeof usual === "string") return NOT_CORRECTED[usual];
  const { fraction, total, days } = usual;
  const corrected = lateSpared({ count: crashed, n }, usual);
  return corrected ? { ...corrected, arrived: { fraction, total, days } } : NOT_CORRECTED["too-little"];
}

const NOT_CORRECTED = {
  "too-little": {
    code: "too-little",
    sentence:
      "Not corrected for reports still to come: too few past reports, or too unlike each other, to tell how long they usually take.",
  },
  "too-early": {
    code: "too-early",
    sentence: "Not corrected for reports still to come: at this age less than a tenth has usually arrived.",
  },
} as const satisfies Record<NotCorrected["code"], NotCorrected>;
