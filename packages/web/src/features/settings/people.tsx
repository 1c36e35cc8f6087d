/** The people of the hub and open invitations; for admins. */
import { useQuery } from "@tanstack/react-query";
import type { InvitationRow, PersonRow, Role } from "@windfall/api";
import { useState } from "react";
import { useHub } from "../../hub/hub.ts";
import { dayOf, shortDay, utc } from "../../ui/dates.ts";
import { Icon } from "../../ui/icon.tsx";
import { Loading, QueryProblem } from "../../ui/loading.tsx";
import { Ago } from "../../ui/time.tsx";
import { visible } from "../../ui/visible-text.ts";
import { FormProblem, NameField } from "./form-parts.tsx";
import { ShownOnce } from "./once.tsx";
import { peopleQuery, useChange } from "./queries.ts";
import { ROLE_WORDS, ROLES_SHOWN } from "./roles.tsx";

interface Made {
  readonly title: string;
  readonly note: string;
  readonly url: string;
}

export function People() {
  const { client, now } = useHub();
  const people = useQuery(peopleQuery(client));
  const [inviting, setInviting] = useState(false);
  const [made, setMade] = useState<Made>();
  const until = (time: string) => `works once, until ${shortDay(dayOf(Date.parse(time)), now())}`;
  const setRole = useChange(({ id, role }: { id: string; role: Role }) =>
    client.call("setRole", { params: { personId: id }, body: { role } }),
  );
  const remove = useChange((id: string) => client.call("removePerson", { params: { personId: id } }));
  const revoke = useChange((id: string) => client.call("revokeInvitation", { params: { invitationId: id } }));
  const link = useChange(
    async (person: PersonRow) => ({
      person,
      ...(await client.call("linkForPerson", { params: { personId: person.id } })),
    }),
    ({ person, url, expiresAt }) =>
      setMade({ title: `Sign-in link for ${visible(person.name)}`, note: until(expiresAt), url }),
  );
  if (people.isPending) return <Loading label="Loading people" />;
  if (people.isError) {
    return (
      <QueryProblem what="The people could not be read" error={people.error} retry={() => void people.refetch()} />
    );
  }
  const { people: persons, invitations } = people.data;
  return (
    <>
      {made && (
        <ShownOnce
          title={made.title}
          note={made.note}
          secret={made.url}
          words="Send it to the person only, by a way you trust; whoever opens it comes in."
          stored={() => setMade(undefined)}
        />
      )}
      <section className="section" aria-labelledby="people">
        <div className="section__head">
          <h2 id="people">People</h2>
          <span className="note">
            {invitations.length === 0 ? persons.length : `${persons.length}, ${invitations.length} invited`}
          </span>
          <span className="push row row--tight">
            <button type="button" className="btn" aria-expanded={inviting} onClick={() => setInviting(!inviting)}>
              <Icon name="plus" />
              Invite
            </button>
          </span>
        </div>
        {inviting && (
          <InviteForm
            done={(name, url, expiresAt) => {
              setInviting(false);
              setMade({ title: `Invitation for ${visible(name)}`, note: until(expiresAt), url });
            }}
          />
        )}
        <FormProblem error={setRole.error ?? remove.error ?? revoke.error ?? link.error} />
        <div className="table-wrap">
          <table className="table table--2" aria-label="People">
            <thead>
              <tr>
                <th scope="col" style={{ width: 32 }}>
                  <span className="sr">Initials</span>
                </th>
                <th scope="col">Person</th>
                <th scope="col" style={{ width: 120 }}>
                  Role
                </th>
                <th scope="col" style={{ width: 130 }}>
                  Signs in by
                </th>
                <th scope="col" style={{ width: 120 }}>
                  Last active
                </th>
                <th scope="col" className="num n-hide" style={{ width: 80 }}>
                  Sessions
                </th>
                <th scope="col" style={{ width: 210 }}>
                  <span className="sr">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {persons.map((person) => (
                <PersonLine
                  key={person.id}
                  person={person}
                  setRole={(role) => setRole.mutate({ id: person.id, role })}
                  link={() => link.mutate(person)}
                  remove={() => remove.mutate(person.id)}
                />
              ))}
              {invitations.map((invitation) => (
                <InvitationLine
                  key={invitation.id}
                  invitation={invitation}
                  revoke={() => revoke.mutate(invitation.id)}
                />
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </>
  );
}

function InviteForm({ done }: { readonly done: (name: string, url: string, expiresAt: string) => void }) {
  const { client } = useHub();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const invite = useChange(
    () => client.call("invite", { body: { name, role } }),
    ({ invitation, url }) => done(invitation.name, url, invitation.expiresAt),
  );
  return (
    <form
      className="panel"
      aria-label="Invite"
      onSubmit={(event) => {
        event.preventDefault();
        invite.mutate();
      }}
    >
      <div className="panel__body stack">
        <NameField label="Name, as others see it" value={name} change={setName} />
        <RoleField value={role} change={setRole} />
        <FormProblem error={invite.error} />
      </div>
      <div className="panel__foot">
        <button type="submit" className="btn btn--primary" disabled={invite.isPending}>
          Make the link
        </button>
        <span className="note">works once, for seven days; the person chooses a password</span>
      </div>
    </form>
  );
}

function RoleField({ value, change }: { readonly value: Role; readonly change: (role: Role) => void }) {
  return (
    <label className="label">
      <span>Role</span>
      <RoleSelect value={value} change={change} />
    </label>
  );
}

interface RoleSelectProps {
  readonly value: Role;
  readonly change: (role: Role) => void;
  readonly label?: string;
}

function RoleSelect({ value, change, label }: RoleSelectProps) {
  return (
    <select
      className="select"
      aria-label={label}
      value={value}
      onChange={(event) => {
        const role = ROLES_SHOWN.find((name) => name === event.target.value);
        if (role) change(role);
      }}
    >
      {ROLES_SHOWN.map((role) => (
        <option key={role} value={role}>
          {ROLE_WORDS[role]}
        </option>
      ))}
    </select>
  );
}

interface PersonLineProps {
  readonly person: PersonRow;
  readonly setRole: (role: Role) => void;
  readonly link: () => void;
  readonly remove: () => void;
}

function PersonLine({ person, setRole, link, remove }: PersonLineProps) {
  const name = visible(person.name);
  return (
    <tr>
      <td className="m-first">
        <span className="who" aria-hidden="true">
          {initials(person.name)}
        </span>
      </td>
      <th scope="row" className="m-lead">
        <span className="title">{name}</span> {person.you && <span className="badge">you</span>}
      </th>
      <td className="m-end">
        <RoleSelect value={person.role} change={setRole} label={`Role of ${name}`} />
      </td>
      <td className="m-meta" data-l="by">
        {person.hasPassword ? "password" : "sign-in link"}
      </td>
      <td className="m-meta nowrap" data-l="active">
        {person.lastActiveAt === null ? <span className="muted">never</span> : <Ago time={person.lastActiveAt} />}
      </td>
      <td className="num m-meta n-hide" data-l="sessions">
        {person.sessions}
      </td>
      <td className="fit num m-full">
        <span className="row row--tight row--keep" style={{ justifyContent: "flex-end" }}>
          <button type="button" className="btn btn--quiet btn--text" aria-label={`New link for ${name}`} onClick={link}>
            New link
          </button>
          {!person.you && <Sure words="Remove" label={`Remove ${name}`} act={remove} />}
        </span>
      </td>
    </tr>
  );
}

function InvitationLine({ invitation, revoke }: { readonly invitation: InvitationRow; readonly revoke: () => void }) {
  const { now } = useHub();
  const name = visible(invitation.name);
  return (
    <tr>
      <td className="m-first">
        <span className="who who--none" aria-hidden="true" />
      </td>
      <th scope="row" className="m-lead">
        <div className="lines">
          <span className="title">{name}</span>
          <small>{`invited by ${visible(invitation.createdBy)}`}</small>
        </div>
      </th>
      <td className="m-end">
        <span className="sub">{ROLE_WORDS[invitation.role]}</span>
      </td>
      <td className="m-meta" data-l="by">
        invitation
      </td>
      <td className="m-meta nowrap" title={utc(invitation.expiresAt)}>
        <span className="muted">{`until ${shortDay(dayOf(Date.parse(invitation.expiresAt)), now())}`}</span>
      </td>
      <td className="num m-hide n-hide" />
      <td className="fit num m-full">
        <Sure words="Revoke" label={`Revoke the invitation of ${name}`} act={revoke} />
      </td>
    </tr>
  );
}

export interface SureProps {
  readonly words: string;
  readonly label: string;
  readonly act: () => void;
}

/** What cannot be undone is asked a second time, in its place. */
export function Sure({ words, label, act }: SureProps) {
  const [asked, setAsked] = useState(false);
  return (
    <button
      type="button"
      className="btn btn--quiet btn--text btn--danger"
      aria-label={asked ? `Really: ${label}` : label}
      onBlur={() => setAsked(false)}
      onClick={() => {
        if (asked) act();
        setAsked(!asked);
      }}
    >
      {asked ? `Really ${words.toLowerCase()}?` : words}
    </button>
  );
}

/** Of the first and the last word. */
function initials(name: string): string {
  const words = name.split(/\s+/).map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0].toUpperCase() ?? "");
  const letters = words.filter((letter) => letter !== "");
  return [letters[0] ?? "?", ...(letters.length > 1 ? [letters.at(-1)] : [])].join("");
}
