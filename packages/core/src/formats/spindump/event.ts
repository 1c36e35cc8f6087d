/** What spindump was asked to look at: which kind of report it is, and which limit was broken. */
import type { ReportKind, Sampling } from "../../report.ts";
import { defined } from "../json-fields.ts";
import { kindOf } from "../report-kind.ts";

type Labels = ReadonlyMap<string, string>;

const BY_EVENT: readonly (readonly [RegExp, ReportKind])[] = [
  [/^disk writes/i, "disk-writes"],
  [/^cpu usage/i, "cpu"],
  [/^wakeups/i, "wakeups"],
  [/memory/i, "memory"],
  [/launch/i, "launch"],
  // hang, spin, shutdown stall, non-responsive task, user switched away, app exit, fence.
  [/\S/, "hang"],
];

/** By its own word for it, then by `bug_type`, then by how the samples were taken. */
export function sampledKind(labels: Labels, bugType: string | undefined, isMicrostackshot: boolean): ReportKind {
  const event = labels.get("Event");
  const known = event === undefined ? undefined : BY_EVENT.find(([pattern]) => pattern.test(event))?.[1];
  if (known !== undefined) return known;
  const kind = bugType === undefined ? "other" : kindOf({ bugType });
  if (kind !== "other") return kind;
  return isMicrostackshot ? "cpu" : "hang";
}

/** Labels whose facts are in `Sampling`. */
export const SAMPLING_LABELS: readonly string[] = [
  "Event",
  "Action taken",
  "Reason",
  "Note",
  "Writes",
  "CPU",
  "Wakeups",
  "Writes limit",
  "CPU limit",
  "Wakeups limit",
  "Limit duration",
];

export function samplingOf(labels: Labels, sampleCount: number | undefined): Sampling {
  const observed = labels.get("Writes") ?? labels.get("CPU") ?? labels.get("Wakeups") ?? labels.get("Note");
  const duration = labels.get("Duration") ?? labels.get("Writes duration") ?? labels.get("CPU duration");
  return defined({
    event: labels.get("Event"),
    action: labels.get("Action taken"),
    reason: labels.get("Reason"),
    observed,
    limit: labels.get("Writes limit") ?? labels.get("CPU limit") ?? labels.get("Wakeups limit"),
    limitSeconds: secondsOf(labels.get("Limit duration")),
    durationSeconds: secondsOf(duration) ?? spanOf(observed),
    sampleCount,
  });
}

/** `86400s`, `1.00s (sampling started after 2 seconds)` */
function secondsOf(text: string | undefined): number | undefined {
  const value = /^(\d{1,12}(?:\.\d{1,9})?) ?s(?:ec|\b)/.exec(text ?? "")?.[1];
  return value === undefined ? undefined : Number(value);
}

/** `… dirtied over 8588 seconds, exceeding limit of …` */
function spanOf(sentence: string | undefined): number | undefined {
  const value = / over (?:the last )?(\d{1,12}(?:\.\d{1,9})?) seconds/.exec(sentence ?? "")?.[1];
  return value === undefined ? undefined : Number(value);
}
