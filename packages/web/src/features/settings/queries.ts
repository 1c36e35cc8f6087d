/** What the settings page asks, and how a change is made: afterwards all of it is asked again. */
import { queryOptions, useMutation, type UseMutationResult, useQueryClient } from "@tanstack/react-query";
import type { Client } from "@windfall/api";

export const peopleQuery = (client: Client) =>
  queryOptions({ queryKey: ["settings", "people"], queryFn: ({ signal }) => client.call("people", { signal }) });

export const keysQuery = (client: Client) =>
  queryOptions({ queryKey: ["settings", "keys"], queryFn: ({ signal }) => client.call("keys", { signal }) });

export const sessionsQuery = (client: Client) =>
  queryOptions({ queryKey: ["settings", "sessions"], queryFn: ({ signal }) => client.call("sessions", { signal }) });

export function useChange<T, V = void>(
  change: (value: V) => Promise<T>,
  done?: (result: T) => void,
): UseMutationResult<T, Error, V> {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    async onSuccess(result) {
      done?.(result);
      await queryClient.invalidateQueries({ queryKey: ["settings"] });
    },
  });
}
