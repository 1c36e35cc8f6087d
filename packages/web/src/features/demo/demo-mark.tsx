/** On every page of the example app: that its data is made up, and the one click that takes it away. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Session } from "@windfall/api";
import { useLocation } from "wouter";
import { useHub } from "../../hub/hub.ts";
import { Icon } from "../../ui/icon.tsx";
import { problemSentence } from "../../ui/loading.tsx";

export function DemoMark({ session }: { readonly session: Session }) {
  const { client } = useHub();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const remove = useMutation({
    mutationFn: () => client.call("removeDemo", {}),
    onSuccess: async () => {
      navigate("/");
      await queryClient.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
    },
  });
  return (
    <span className="push row row--tight" role="group" aria-label="Demo data">
      {remove.isError && (
        <span className="field-error" role="alert">
          <Icon name="wrong" small />
          {problemSentence(remove.error)}
        </span>
      )}
      <span className="badge" title="Made by the hub itself to look around: no device sent any of it.">
        demo data
      </span>
      {session.person.role === "admin" && (
        <button
          type="button"
          className="btn btn--sm btn--quiet"
          disabled={remove.isPending}
          onClick={() => remove.mutate()}
        >
          {remove.isPending ? "Removing" : "Remove it"}
        </button>
      )}
    </span>
  );
}
