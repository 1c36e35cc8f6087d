/** The hub is away: since when, and the next try. Above everything, never over it. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { useHub } from "../../hub/hub.ts";
import type { Reachability } from "../../hub/query-client.ts";
import { sessionQuery } from "../../hub/queries.ts";
import { Icon } from "../../ui/icon.tsx";

const TRY_EVERY_MS = 5000;

export function AwayBanner({ reachability }: { readonly reachability: Reachability }) {
  const since = useSyncExternalStore(reachability.subscribe, reachability.awaySince);
  const { client } = useHub();
  const queryClient = useQueryClient();
  const away = since !== undefined;

  useEffect(() => {
    if (!away) return undefined;
    // Any answer, even a refusal, says that the hub is back; then everything that failed meanwhile is asked again.
    const timer = setInterval(() => {
      void queryClient.refetchQueries({ queryKey: sessionQuery(client).queryKey });
    }, TRY_EVERY_MS);
    return () => {
      clearInterval(timer);
      void queryClient.invalidateQueries();
    };
  }, [away, client, queryClient]);

  if (since === undefined) return null;
  return (
    <div className="banner" role="status">
      <Icon name="away" />
      <span>
        <b>{`No connection to the hub since ${new Date(since).toISOString().slice(11, 16)} UTC.`}</b> What you see is
        from before. Tried again every 5{"\u00a0"}s.
      </span>
      <span className="push">
        <button
          type="button"
          className="btn btn--sm btn--quiet"
          onClick={() => void queryClient.invalidateQueries({ queryKey: sessionQuery(client).queryKey })}
        >
          Try now
        </button>
      </span>
    </div>
  );
}
