/** When an event counts: the report's own time, unless it cannot be true. */

export interface EventTime {
  /** ISO 8601 UTC with milliseconds. */
  readonly time: string;
  /** The report gave no time or an impossible one; `time` is when it arrived. */
  readonly flagged: boolean;
}

/** The first iPhone with an App Store is of 2008; devices with a dead clock say 1970 or 2001. */
const EARLIEST = Date.UTC(2008, 0, 1);
/** Clocks and time zones are off by hours; more than a day ahead is a wrong clock. */
const MAX_AHEAD_MS = 24 * 3600 * 1000;

export function eventTime(crashedAt: string | undefined, receivedAt: string): EventTime {
  const received = Date.parse(receivedAt);
  if (Number.isNaN(received)) throw new RangeError(`not a time of arrival: ${receivedAt}`);
  const crashed = crashedAt === undefined ? Number.NaN : Date.parse(crashedAt);
  const possible = crashed >= EARLIEST && crashed <= received + MAX_AHEAD_MS;
  return { time: new Date(possible ? crashed : received).toISOString(), flagged: !possible };
}
