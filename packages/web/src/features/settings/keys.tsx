/** Ingest and API keys: all of them for admins, for others those they made. */
import { useQuery } from "@tanstack/react-query";
import {
  KEY_RIGHTS,
  type KeyRight,
  type KeyRow,
  type MadeKey,
  mayGive,
  type NewKey,
  RIGHTS_OF_ROLE,
  type Session,
} from "@windfall/api";
import { useState } from "react";
import { useHub } from "../../hub/hub.ts";
import { may } from "../../hub/may.ts";
import { appsQuery } from "../../hub/queries.ts";
import { dayOf, shortDay } from "../../ui/dates.ts";
import { Icon } from "../../ui/icon.tsx";
import { Loading, QueryProblem } from "../../ui/loading.tsx";
import { Ago } from "../../ui/time.tsx";
import { visible } from "../../ui/visible-text.ts";
import { FormProblem, NameField } from "./form-parts.tsx";
import { ShownOnce } from "./once.tsx";
import { Sure } from "./people.tsx";
import { keysQuery, useChange } from "./queries.ts";

const KINDS = {
  ingest: {
    title: "Ingest keys",
    note: "may only send; safe inside an app",
    add: "New ingest key",
    word: "Ingest key",
  },
  api: { title: "API keys", note: "scoped to apps and rights; keep them secret", add: "New API key", word: "API key" },
} as const;
const RIGHT_WORDS = {
  send: "Send reports, usage, symbols",
  read: "Read",
  write: "Read, change, send",
  admin: "Everything, also people and keys",
} as const satisfies Record<KeyRow["right"], string>;

export function Keys({ session }: { readonly session: Session }) {
  const { client } = useHub();
  const keys = useQuery(keysQuery(client));
  const [made, setMade] = useState<MadeKey>();
  const revoke = useChange((id: string) => client.call("revokeKey", { params: { keyId: id } }));
  if (keys.isPending) return <Loading label="Loading keys" />;
  if (keys.isError) {
    return <QueryProblem what="The keys could not be read" error={keys.error} retry={() => void keys.refetch()} />;
  }
  return (
    <>
      {made && (
        <ShownOnce
          title={`${KINDS[made.key.kind].word} “${visible(made.key.name)}” is made`}
          note={mayOf(made.key)}
          secret={made.secret}
          words="The hub keeps only a hash of it. Lost keys are replaced, never read again."
          stored={() => setMade(undefined)}
          revoke={() => revoke.mutate(made.key.id, { onSuccess: () => setMade(undefined) })}
        />
      )}
      <FormProblem error={revoke.error} />
      {(["ingest", "api"] as const).map((kind) => (
        <KeyList
          key={kind}
          kind={kind}
          keys={keys.data.keys.filter((key) => key.kind === kind)}
          rights={KEY_RIGHTS.filter((right) => mayGive(RIGHTS_OF_ROLE[session.person.role], right))}
          whose={may(session, "admin") ? "" : "yours; "}
          made={setMade}
          revoke={(id) => revoke.mutate(id)}
        />
      ))}
    </>
  );
}

interface KeyListProps {
  readonly kind: KeyRow["kind"];
  readonly keys: readonly KeyRow[];
  /** That a new one may have. */
  readonly rights: readonly KeyRight[];
  readonly whose: string;
  readonly made: (key: MadeKey) => void;
  readonly revoke: (id: string) => void;
}

function KeyList({ kind, keys, rights, whose, made, revoke }: KeyListProps) {
  const { title, note, add } = KINDS[kind];
  const [adding, setAdding] = useState(false);
  return (
    <section className="section section--line" aria-labelledby={`${kind}-keys`}>
      <div className="section__head">
        <h2 id={`${kind}-keys`}>{title}</h2>
        <span className="note">{`${whose}${note}`}</span>
        <span className="push row row--tight">
          <button type="button" className="btn btn--quiet" aria-expanded={adding} onClick={() => setAdding(!adding)}>
            <Icon name="plus" />
            {add}
          </button>
        </span>
      </div>
      {adding && (
        <KeyForm
          kind={kind}
          rights={rights}
          done={(key) => {
            setAdding(false);
            made(key);
          }}
        />
      )}
      <div className="table-wrap">
        <table className="table table--2" aria-label={title}>
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col" style={{ width: 260 }}>
                May
              </th>
              <th scope="col" className="w-hide" style={{ width: 170 }}>
                Made
              </th>
              <th scope="col" style={{ width: 120 }}>
                Last use
              </th>
              <th scope="col" style={{ width: 120 }}>
                <span className="sr">Revoke</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <KeyLine key={key.id} row={key} revoke={() => revoke(key.id)} />
            ))}
            {keys.length === 0 && (
              <tr>
                <td colSpan={5} className="muted">
                  none
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function KeyLine({ row, revoke }: { readonly row: KeyRow; readonly revoke: () => void }) {
  const { now } = useHub();
  const name = visible(row.name);
  return (
    <tr>
      <th scope="row" className="m-lead">
        <div className="lines">
          <span className="title">{name}</span>
          <small>
            <code>{`${row.prefix}…`}</code>
          </small>
        </div>
      </th>
      <td className="m-meta">
        <div className="lines">
          <span>{RIGHT_WORDS[row.right]}</span>
          <small>{appsOf(row)}</small>
        </div>
      </td>
      <td className="m-meta w-hide" data-l="by">
        {`${visible(row.createdBy)}, ${shortDay(dayOf(Date.parse(row.createdAt)), now())}`}
      </td>
      <td className="m-meta nowrap" data-l="used">
        {row.lastUsedAt === null ? <span className="muted">never</span> : <Ago time={row.lastUsedAt} />}
      </td>
      <td className="fit num m-end">
        {row.revokedAt === null ? (
          <Sure words="Revoke" label={`Revoke ${name}`} act={revoke} />
        ) : (
          <span className="state" title={`by ${visible(row.revokedBy ?? "nobody known")}`}>
            <Icon name="dash" small />
            Revoked
          </span>
        )}
      </td>
    </tr>
  );
}

type KeyFormProps = Pick<KeyListProps, "kind" | "rights"> & { readonly done: (key: MadeKey) => void };

function KeyForm({ kind, rights, done }: KeyFormProps) {
  const { client } = useHub();
  const apps = useQuery(appsQuery(client)).data?.apps ?? [];
  const [name, setName] = useState("");
  const [right, setRight] = useState<KeyRight>("read");
  const [appId, setAppId] = useState("");
  const wanted: NewKey =
    kind === "ingest"
      ? { kind, name }
      : { kind, name, right, ...(appId !== "" && right !== "admin" && { apps: [appId] }) };
  const create = useChange(() => client.call("createKey", { body: wanted }), done);
  return (
    <form
      className="panel"
      aria-label={KINDS[kind].add}
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <div className="panel__body stack">
        <NameField label="What it is for" value={name} change={setName} />
        {kind === "api" && (
          <>
            <label className="label">
              <span>May</span>
              <select
                className="select"
                value={right}
                onChange={(event) => setRight(rights.find((one) => one === event.target.value) ?? "read")}
              >
                {rights.map((one) => (
                  <option key={one} value={one}>
                    {RIGHT_WORDS[one]}
                  </option>
                ))}
              </select>
            </label>
            {right !== "admin" && (
              <label className="label">
                <span>Apps</span>
                <select className="select" value={appId} onChange={(event) => setAppId(event.target.value)}>
                  <option value="">all apps</option>
                  {apps.map((app) => (
                    <option key={app.id} value={app.id}>
                      {visible(app.name)}
                    </option>
                  ))}
                </select>
              </label>
            )}
          </>
        )}
        <FormProblem error={create.error} />
      </div>
      <div className="panel__foot">
        <button type="submit" className="btn btn--primary" disabled={create.isPending}>
          Make the key
        </button>
      </div>
    </form>
  );
}

const appsOf = ({ apps }: KeyRow): string =>
  apps === null ? "all apps" : apps.map(({ id, name }) => visible(name ?? id)).join(", ");

const mayOf = (key: KeyRow): string => `${RIGHT_WORDS[key.right].toLowerCase()}; ${appsOf(key)}`;
