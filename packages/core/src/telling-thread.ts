/** Which thread a person is shown first: the one that crashed, else the main thread, else the first that has something to show. */
export interface ThreadLike {
  readonly id?: string;
  readonly state?: string;
  readonly crashed: boolean;
  readonly queue?: string;
  readonly frames: readonly unknown[];
}

/** `undefined` when there are no threads. Takes a report or its JSON. */
export function tellingThread<T extends ThreadLike>(report: {
  readonly threads: readonly T[];
  readonly crashedThread?: number;
}): T | undefined {
  const { threads, crashedThread } = report;
  return (
    threads.find(({ crashed }) => crashed) ??
    (crashedThread === undefined ? undefined : threads[crashedThread]) ??
    threads.find(({ queue }) => queue === "com.apple.main-thread") ??
    threads.find(({ frames }) => frames.length > 0) ??
    threads[0]
  );
}

/** `blocked by turnstile waiting for Harbor [3715] thread 0xf1aeb`, `blocked on 2002, hops: 1`. */
const WAITS_FOR = /\bthread (0x[0-9a-f]{1,16})$|^blocked on (\d{1,15})\b/;

/** Whom `thread` waits for, where the report says and shows it. */
export function blockingThread<T extends ThreadLike>(
  { threads }: { readonly threads: readonly T[] },
  thread: ThreadLike,
): T | undefined {
  const [, hex, decimal] = WAITS_FOR.exec(thread.state ?? "") ?? [];
  const id = hex ?? decimal;
  return id === undefined ? undefined : threads.find((other) => other.id === id && other !== thread);
}
