/** New reports and names change the open page by themselves. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { routes } from "@windfall/api";
import { useEffect } from "react";
import { connect } from "./connection.ts";
import { keepPlace } from "./keep-place.ts";
import { isTouched } from "./touched.ts";

/** At most so often: every change is a question or two to the hub. */
const REFRESH_MS = 1_500;
/** The page's own questions come first. */
const QUIET_MS = 1_000;

export function useLive(): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    const refresh = createRefresh(queryClient);
    const connection = connect({
      open: () => new EventSource(routes.live.path),
      changed: (change) => refresh((key) => isTouched(key, change)),
      stale: () => void ifReachable(() => refresh((key) => key[0] !== "session")),
      random: Math.random,
    });
    const follow = () => connection.visible(document.visibilityState === "visible");
    const stopWaiting = whenQuiet(queryClient, () => {
      follow();
      document.addEventListener("visibilitychange", follow);
    });
    return () => {
      stopWaiting();
      document.removeEventListener("visibilitychange", follow);
      connection.stop();
    };
  }, [queryClient]);
}

/** A question to a hub that is away would put its failure in the place of what is shown. */
async function ifReachable(then: () => void): Promise<void> {
  const answer = await fetch("/healthz").catch(() => undefined);
  if (answer?.ok) then();
}

type Touched = (queryKey: readonly unknown[]) => boolean;

/** One refresh after the other, what came meanwhile together. Rows and numbers change in place: nothing is taken away before its like is there. */
function createRefresh(queryClient: QueryClient): (touched: Touched) => void {
  let pending: Touched[] = [];
  let isBusy = false;
  const run = async () => {
    isBusy = true;
    const release = keepPlace();
    while (pending.length > 0) {
      const now = pending;
      pending = [];
      await queryClient.invalidateQueries({ predicate: ({ queryKey }) => now.some((touched) => touched(queryKey)) });
      await new Promise((done) => setTimeout(done, REFRESH_MS));
    }
    release();
    isBusy = false;
  };
  return (touched) => {
    pending.push(touched);
    if (!isBusy) void run();
  };
}

function whenQuiet(queryClient: QueryClient, then: () => void): () => void {
  let quietSince = 0;
  const timer = setInterval(() => {
    if (queryClient.isFetching() > 0) quietSince = 0;
    else if (++quietSince * STEP_MS >= QUIET_MS) {
      clearInterval(timer);
      then();
    }
  }, STEP_MS);
  return () => clearInterval(timer);
}

const STEP_MS = 250;
