/** What is counted with an app: its extensions and watch apps by their names, Debug and Beta builds because somebody said so. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { App } from "@windfall/api";
import { useId, useState } from "react";
import { useHub } from "../../hub/hub.ts";
import { problemSentence } from "../../ui/loading.tsx";
import { plural } from "../../ui/numbers.ts";
import { visible } from "../../ui/visible-text.ts";

export interface ProcessesProps {
  readonly app: App;
  readonly apps: readonly App[];
  readonly mayChange: boolean;
}

export function Processes({ app, apps, mayChange }: ProcessesProps) {
  const { client } = useHub();
  const queryClient = useQueryClient();
  const attach = useMutation({
    mutationFn: ({ id, hostId }: { readonly id: string; readonly hostId: string | null }) =>
      client.call("attachApp", { params: { appId: id }, body: { hostId } }),
    // Every number of the app is another one now.
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <section className="section section--line" aria-labelledby="processes">
      <div className="section__head">
        <h2 id="processes">Counted with this app</h2>
        <span className="note">
          {app.processes.length === 0
            ? "only the app itself"
            : `${plural(app.processes.length, "process", "processes")} besides the app itself`}
        </span>
      </div>
      {app.processes.length === 0 ? (
        <p className="sub">
          Extensions, widgets, watch apps and App Clips join their app by their bundle id, as soon as a report of one
          comes.
        </p>
      ) : (
        <div className="table-wrap">
          <table className="table" aria-label="Processes">
            <thead>
              <tr>
                <th scope="col">Process</th>
                <th scope="col">Bundle id</th>
                <th scope="col">Joined</th>
                <th scope="col" className="num">
                  Crashes
                </th>
                {mayChange && <th scope="col" aria-label="Change" />}
              </tr>
            </thead>
            <tbody>
              {app.processes.map((process) => (
                <tr key={process.id}>
                  <th scope="row" className="m-lead">
                    <span className="title">{visible(process.name)}</span>
                  </th>
                  <td className="m-full wrap-any">
                    <code>{visible(process.bundleId)}</code>
                  </td>
                  <td className="m-meta">{process.by === "prefix" ? "by its bundle id" : "by a person"}</td>
                  <td className="num m-end">{plural(process.crashes, "crash", "crashes")}</td>
                  {mayChange && (
                    <td className="m-meta">
                      <button
                        type="button"
                        className="btn btn--quiet"
                        disabled={attach.isPending}
                        aria-label={`Let ${visible(process.name)} stand alone`}
                        onClick={() => attach.mutate({ id: process.id, hostId: null })}
                      >
                        Let it stand alone
                      </button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {mayChange && <Join app={app} apps={apps} join={(id) => attach.mutate({ id, hostId: app.id })} />}
      {attach.isError && <p className="note">{problemSentence(attach.error)}</p>}
    </section>
  );
}

function Join({ app, apps, join }: Pick<ProcessesProps, "app" | "apps"> & { readonly join: (id: string) => void }) {
  const others = apps.filter(({ id }) => id !== app.id);
  const [chosen, setChosen] = useState("");
  const id = useId();
  if (others.length === 0) return null;
  const picked = others.some((other) => other.id === chosen) ? chosen : "";
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (picked !== "") join(picked);
        setChosen("");
      }}
    >
      <label htmlFor={id}>Count another app with this one</label>
      <select id={id} className="select" value={picked} onChange={(event) => setChosen(event.target.value)}>
        <option value="">Choose…</option>
        {others.map((other) => (
          <option key={other.id} value={other.id}>
            {`${visible(other.name)} (${visible(other.bundleId)})`}
          </option>
        ))}
      </select>
      <button type="submit" className="btn" disabled={picked === ""}>
        Join
      </button>
      <span className="note">
        Crashes that are the same become one signature; that is not undone when it stands alone again.
      </span>
    </form>
  );
}
