/** What a thread is called: its number, whose it is, and what it was doing when it was seen. */
import { visible } from "../../ui/visible-text.ts";
import type { Report } from "./roles.ts";

export type Thread = Report["threads"][number];

/** Of the thread that tells most. Only a report of an end names one that crashed: behind a fault the process went on. */
export function telling(kind: Report["kind"], thread: Thread): string {
  const what = kind === "hang" ? "Hung thread" : thread.crashed && kind === "crash" ? "Crashed thread" : "Thread";
  return `${what} ${thread.index}`;
}

const threadName = ({ queue, name }: Thread): string | undefined => queue ?? name;

/** `Harbor [902] · com.apple.main-thread · blocked by turnstile …`; as it may be shown. */
export function threadFacts(thread: Thread): readonly string[] {
  const { process, state } = thread;
  return [process, threadName(thread), state].flatMap((part) =>
    part === undefined || part === "" ? [] : [visible(part)],
  );
}
