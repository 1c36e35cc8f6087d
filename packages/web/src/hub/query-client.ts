/**
 * The cache of answers. Two things are known from any answer, whoever asked: that the hub is away, and that one is signed
 * out. Both are kept here, so that no page handles them on its own.
 */
import { HubError } from "@windfall/api";
import { QueryCache, QueryClient } from "@tanstack/react-query";

/** When the hub stopped answering, for as long as it does not. */
export interface Reachability {
  readonly awaySince: () => number | undefined;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createQueries(now: () => number): { queryClient: QueryClient; reachability: Reachability } {
  let awaySince: number | undefined;
  const listeners = new Set<() => void>();
  const setAway = (time: number | undefined) => {
    if ((time === undefined) === (awaySince === undefined)) return;
    awaySince = time;
    for (const listener of listeners) listener();
  };

  const queryClient: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onSuccess: () => setAway(undefined),
      onError: (error, query) => {
        if (!(error instanceof HubError)) return;
        setAway(error.code === "unreachable" ? now() : undefined);
        // Some other answer says that the session is over: ask for the session, whose answer every page follows.
        if (error.code === "unauthenticated" && query.queryKey[0] !== "session") {
          void queryClient.resetQueries({ queryKey: ["session"] });
        }
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // A refusal is final; no answer at all is worth another try.
        retry: (failures, error) =>
          failures < 2 && !(error instanceof HubError && error.status >= 400 && error.status < 500),
        retryDelay: 500,
        // The hub may be on this machine while the machine is offline.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });

  return {
    queryClient,
    reachability: {
      awaySince: () => awaySince,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  };
}
