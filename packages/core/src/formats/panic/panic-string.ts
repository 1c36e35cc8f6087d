/** The text the kernel leaves when it stops: a first line with the reason, then what each release thought useful. */
import type { PanicFacts } from "../../report.ts";
import { defined } from "../json-fields.ts";

export interface PanicString {
  readonly facts: PanicFacts;
  /** Of the task that ran. */
  readonly pid?: number;
  readonly threadId?: number;
}

const FIRST = /^[ \t]{0,64}panic ?\(cpu (\d{1,4}) caller (0x[0-9a-f]{1,16})\): {0,8}(.{0,4000})/im;
const TASK = /^Panicked task 0x[0-9a-f]{1,16}: .{0,200}?pid (-?\d{1,10}): {0,8}(.{1,100})$/m;
const THREAD = /^Panicked thread: 0x[0-9a-f]{1,16}, .{0,200}?tid: (\d{1,15})/m;
const PROCESS =
  /^(?:BSD process name|Process name) corresponding to current thread(?: \(0x[0-9a-f]{1,16}\))?: {0,8}(.{1,100})$/m;

/** What messages are known to mean, in the order in which they are asked. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [
    /^btn_rst\b/,
    "somebody held the buttons until the device restarted: no fault of its own, though it may have been stuck",
  ],
  [/kernel tag check fault/i, "memory tagging: the kernel used memory that was freed or belongs to something else"],
  [/x86 (?:global reset|CPU CATERR) detected/i, "the T2 chip saw the Intel processor fail"],
  [/userspace watchdog timeout/i, "a service of the system did not answer for too long"],
  [/watchdog timeout|WDT timeout/i, "the system did not answer its watchdog"],
  [/sleep(?:\/wake)? transition timed out|sleep wake failure/i, "a driver took too long to sleep or to wake"],
  [/\b(?:DCP|RTKit|RTBuddy|ANE|AOP|SEP|GFX) ?(?:PANIC|ERROR)\b/i, "a coprocessor failed, not the kernel itself"],
  [
    /kernel (?:data|instruction) (?:fetch )?abort|kernel trap at/i,
    "the kernel used memory that is not mapped or not its own",
  ],
  [/zone_map_exhaustion|zone map exhausted|zalloc/i, "the kernel ran out of memory"],
  [/initproc (?:exited|failed)|launchd exited/i, "the first process of the system ended"],
];

/** Of a page fault the line goes on with registers; a driver's has quotes around it and its place in Apple's sources behind. */
function messageOf(line: string): string {
  const quoted = /^"(.{1,4000})" {0,4}@\S{1,1000}$/.exec(line)?.[1];
  return (quoted ?? line)
    .replace(/, registers:$/, "")
    .replace(/(?:\\{1,4}n){1,8}$/, "")
    .trim();
}

export const hasPanicLine = (text: string): boolean => FIRST.test(text);

export function parsePanicString(text: string): PanicString {
  const first = FIRST.exec(text);
  const line =
    first?.[3] ??
    text
      .slice(0, 4000)
      .split("\n")
      .find((candidate) => candidate.trim() !== "") ??
    "";
  const message = messageOf(line.trim());
  const task = TASK.exec(text);
  const thread = THREAD.exec(text);
  return {
    facts: {
      message,
      ...defined({
        cause: CAUSES.find(([pattern]) => pattern.test(message))?.[1],
        process: (task?.[2] ?? PROCESS.exec(text)?.[1])?.trim(),
      }),
    },
    ...defined({
      pid: task === null ? undefined : Number(task[1]),
      threadId: thread === null ? undefined : Number(thread[1]),
    }),
  };
}
