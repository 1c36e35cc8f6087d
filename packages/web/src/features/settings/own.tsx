/** What everybody may do about themselves: the sessions, the name and the password. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { HubError, MIN_PASSWORD_LENGTH, type Session } from "@windfall/api";
import { useState } from "react";
import { useHub } from "../../hub/hub.ts";
import { sessionQuery } from "../../hub/queries.ts";
import { dayOf, shortDay } from "../../ui/dates.ts";
import { Icon } from "../../ui/icon.tsx";
import { Loading, QueryProblem } from "../../ui/loading.tsx";
import { Ago } from "../../ui/time.tsx";
import { FormProblem, NameField, PasswordField } from "./form-parts.tsx";
import { sessionsQuery, useChange } from "./queries.ts";

const BEGAN = { link: "a sign-in link", password: "password", invitation: "an invitation" } as const;

export function OwnSessions() {
  const { client, now } = useHub();
  const sessions = useQuery(sessionsQuery(client));
  const end = useChange((sessionId: string) => client.call("endSession", { params: { sessionId } }));
  const endOthers = useChange(() => client.call("endOtherSessions", {}));
  const rows = sessions.data?.sessions ?? [];
  return (
    <section className="section section--line" aria-labelledby="sessions">
      <div className="section__head">
        <h2 id="sessions">Your sessions</h2>
        <span className="note">{rows.length}</span>
        {rows.length > 1 && (
          <span className="push row row--tight">
            <button type="button" className="btn btn--quiet" onClick={() => endOthers.mutate()}>
              End all others
            </button>
          </span>
        )}
      </div>
      {sessions.isPending && <Loading label="Loading sessions" rows={2} />}
      {sessions.isError && <QueryProblem what="Your sessions could not be read" error={sessions.error} />}
      <FormProblem error={end.error ?? endOthers.error} />
      <ul className="list">
        {rows.map((row) => (
          <li key={row.id}>
            <Icon name={/iPhone|iPad|Android/.test(row.device) ? "phone" : "computer"} tone="muted" />
            <span className="grow">
              <span className="title">{row.device === "" ? "Unknown browser" : row.device}</span>{" "}
              {row.current && <span className="badge badge--line">this one</span>}
              <br />
              <span className="note">
                {`signed in ${shortDay(dayOf(Date.parse(row.createdAt)), now())} by ${BEGAN[row.by]}`}
              </span>
            </span>
            <span className="v">
              <Ago time={row.lastUsedAt} />
            </span>
            {!row.current && (
              <button type="button" className="btn btn--quiet btn--text btn--sm" onClick={() => end.mutate(row.id)}>
                End
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function OwnPassword({ session }: { readonly session: Session }) {
  const { client } = useHub();
  const queryClient = useQueryClient();
  const { person } = session;
  const [name, setName] = useState(person.name);
  const [password, setPassword] = useState("");
  const [current, setCurrent] = useState("");
  const save = useChange(
    () => client.call("setPassword", { body: { name, password, ...(person.hasPassword && { current }) } }),
    (changed) => {
      setPassword("");
      setCurrent("");
      queryClient.setQueryData(sessionQuery(client).queryKey, changed);
    },
  );
  const wrong = save.error instanceof HubError && save.error.code === "sign-in-failed";
  return (
    <section className="section section--line" aria-labelledby="own">
      <div className="section__head">
        <h2 id="own">Your name and password</h2>
        {!person.hasPassword && <span className="note">until you set one, a sign-in link is your only way in</span>}
      </div>
      <form
        className="stack"
        aria-label="Your name and password"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <NameField
          label="Name, as others see it; you sign in with it"
          autoComplete="username"
          value={name}
          change={setName}
        />
        {person.hasPassword && (
          <PasswordField label="Current password" autoComplete="current-password" value={current} change={setCurrent} />
        )}
        <PasswordField
          label="New password"
          autoComplete="new-password"
          minLength={MIN_PASSWORD_LENGTH}
          value={password}
          change={setPassword}
          note={`At least ${MIN_PASSWORD_LENGTH} characters, no other rule; ends your other sessions`}
        />
        <FormProblem error={save.error} words={wrong ? "This is not your current password." : undefined} />
        <span className="row">
          <button type="submit" className="btn" disabled={save.isPending}>
            Save
          </button>
          <span className="note" role="status">
            {save.isSuccess && "Saved"}
          </span>
        </span>
      </form>
    </section>
  );
}
