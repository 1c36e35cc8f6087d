/** Whether the watchdog found the app at work: the report says how much of the processor it used. */
import type { Report } from "../../../report.ts";

const BUSY_PERCENT = 20;

/** `undefined` where the report does not say. */
export function isBusyKill({ termination }: Report): boolean | undefined {
  const share = /application CPU time \(seconds\): [\d.]{1,20}, (\d{1,3})% CPU/.exec(
    termination?.reasons.join("\n") ?? "",
  )?.[1];
  return share === undefined ? undefined : Number(share) >= BUSY_PERCENT;
}
