/** How the reports of an app are stored: as they come, or without what tells who it happened to. For who manages the hub. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { App } from "@windfall/api";
import { useId } from "react";
import { useHub } from "../../hub/hub.ts";
import { problemSentence } from "../../ui/loading.tsx";

const CHOICES = [
  ["raw", "as they come"],
  ["scrubbed", "scrubbed of personal data"],
] as const;

export function Storage({ app, mayChange }: { readonly app: App; readonly mayChange: boolean }) {
  const { client } = useHub();
  const queryClient = useQueryClient();
  const id = useId();
  const change = useMutation({
    mutationFn: (storage: App["storage"]) =>
      client.call("setAppStorage", { params: { appId: app.id }, body: { storage } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <section className="section section--line" aria-labelledby="storage">
      <div className="section__head">
        <h2 id="storage">Stored reports</h2>
      </div>
      {mayChange ? (
        <div className="row">
          <label htmlFor={id}>Reports of this app are stored</label>
          <select
            id={id}
            className="select"
            value={app.storage}
            disabled={change.isPending}
            onChange={(event) => change.mutate(event.target.value === "scrubbed" ? "scrubbed" : "raw")}
          >
            {CHOICES.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
          <span className="note">For what comes from now on; what is stored stays as it is.</span>
        </div>
      ) : (
        <p className="sub">{`Reports of this app are stored ${app.storage === "raw" ? CHOICES[0][1] : CHOICES[1][1]}.`}</p>
      )}
      {change.isError && <p className="note">{problemSentence(change.error)}</p>}
    </section>
  );
}
