/** Tries uploads again and follows them until the hub is through with each, so that one is told what came of it. */
import type { Client } from "@windfall/api";
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { useHub } from "../../hub/hub.ts";
import { plural } from "../../ui/numbers.ts";

export interface Tried {
  readonly retried: number;
  readonly read: number;
  readonly asideAgain: number;
}

export interface TryAgain {
  /** Those to follow. */
  readonly ids: readonly string[];
  /** All that are set aside, shown or not. */
  readonly all: boolean;
}

const POLL_MS = 400;
/** The hub tries three times before it gives up once more. */
const FOLLOW_MS = 20_000;

export function useTryAgain(): UseMutationResult<Tried, Error, TryAgain> {
  const { client, now } = useHub();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (which: TryAgain) => tryAgain(client, which, now),
    // Whatever was read changed numbers of pages that are not open now.
    onSettled: () => queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" }),
  });
}

async function tryAgain(client: Client, { ids, all }: TryAgain, now: () => number): Promise<Tried> {
  const { retried } = await client.call("retrySetAside", { body: all ? {} : { ids: [...ids] } });
  const deadline = now() + FOLLOW_MS;
  let waiting = [...ids];
  const tried = { retried, read: 0, asideAgain: 0 };
  while (waiting.length > 0 && now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const still: string[] = [];
    for (const reportId of waiting) {
      const { state } = await client.call("ingestStatus", { params: { reportId } });
      if (state === "waiting") still.push(reportId);
      else if (state === "done") tried.read++;
      else tried.asideAgain++;
    }
    waiting = still;
  }
  return tried;
}

/** `3 tried again: 2 read, 1 set aside again` */
export function outcomeOf({ retried, read, asideAgain }: Tried): string {
  if (retried === 0) return "Nothing was left to try: somebody else was faster.";
  const waiting = retried - read - asideAgain;
  const parts = [
    read > 0 && `${plural(read, "upload")} read`,
    asideAgain > 0 && `${plural(asideAgain, "upload")} set aside again, with the reason below`,
    waiting > 0 && `${plural(waiting, "upload")} still waiting`,
  ].filter((part) => part !== false);
  return `Tried again: ${parts.join(", ")}.`;
}
