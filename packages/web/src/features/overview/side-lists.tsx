/** Beside the crash-free line: what is new, which names are missing, and how fresh each source is; five at most of each. */
import { useQuery } from "@tanstack/react-query";
import type { App, Filters, Overview } from "@windfall/api";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useHub } from "../../hub/hub.ts";
import { signaturesQuery, symbolsMatrixQuery, symbolsQuery } from "../../hub/queries.ts";
import { shortDay } from "../../ui/dates.ts";
import { Icon } from "../../ui/icon.tsx";
import { exactCount, plural } from "../../ui/numbers.ts";
import { Ago } from "../../ui/time.tsx";
import { visible } from "../../ui/visible-text.ts";
import { useView } from "../filters/use-view.ts";
import { buildName } from "../symbols/matrix.tsx";

const SHOWN = 5;
/** More signatures than this in one build are not looked through. */
const MOST = 200;
/** As the symbols page asks first, so that the answer is there when it opens. */
const MATRIX_BUILDS = 20;

export interface SideListsProps {
  readonly app: App | undefined;
  readonly appId: string;
  readonly overview: Overview;
}

export function SideLists({ app, appId, overview }: SideListsProps) {
  return (
    <aside className="side stack stack--wide" aria-label="New, missing, freshness">
      {overview.comparison && <NewOnes appId={appId} newest={overview.comparison.newer} />}
      <MissingSymbols appId={appId} />
      <Freshness app={app} overview={overview} />
    </aside>
  );
}

interface ListProps {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly all?: string;
  readonly children: ReactNode;
}

function List({ id, title, note, all, children }: ListProps) {
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section__head">
        <h2 id={id}>{title}</h2>
        <span className="note">{note}</span>
        {all !== undefined && (
          <Link className="push link" href={all} aria-label={`${title}: all`}>
            All
          </Link>
        )}
      </div>
      <ul className="list">{children}</ul>
    </section>
  );
}

function NewOnes({
  appId,
  newest,
}: {
  readonly appId: string;
  readonly newest: { readonly version: string; readonly build: string };
}) {
  const { client } = useHub();
  const { filters, href } = useView();
  const only: Filters = { ...filters, version: [newest.version], build: [newest.build] };
  const { data } = useQuery(signaturesQuery(client, appId, only, MOST, 0));
  if (!data || data.total > MOST) return null;
  const rows = data.signatures.filter(
    ({ firstBuild }) => firstBuild.version === newest.version && firstBuild.build === newest.build,
  );
  const version = visible(newest.version);
  return (
    <List
      id="new-ones"
      title="New"
      note={`first seen in ${version}, by crashes`}
      {...(rows.length > SHOWN && {
        all: href(`/apps/${appId}/signatures`, { version: [newest.version], build: [newest.build] }),
      })}
    >
      {rows.slice(0, SHOWN).map((row) => (
        <li key={row.id}>
          <Link className="clip" href={href(`/apps/${appId}/signatures/${row.id}`)} title={visible(row.title)}>
            {visible(row.title)}
          </Link>
          <span className="v">{exactCount(row.crashes)}</span>
        </li>
      ))}
      {rows.length === 0 && <li className="muted">none</li>}
    </List>
  );
}

function MissingSymbols({ appId }: { readonly appId: string }) {
  const { client } = useHub();
  const gaps = useQuery(symbolsMatrixQuery(client, appId, MATRIX_BUILDS)).data?.gaps;
  if (!gaps) return null;
  return (
    <List
      id="missing-dsyms"
      title="Missing dSYMs"
      note={gaps.length === 0 ? "" : "crashes without names"}
      {...(gaps.length > 0 && { all: `/symbols?app=${appId}` })}
    >
      {gaps.slice(0, SHOWN).map(({ uuid, name, state, builds, crashes }) => (
        <li key={uuid}>
          <Icon name={state === "missing" ? "warn" : "mismatch"} tone="warn" />
          <Link className="clip" href={`/symbols?app=${appId}`} title={visible(uuid)}>
            {`${visible(name)}${builds[0] ? `, ${visible(buildName(builds[0]))}` : ""}`}
          </Link>
          <span className="v" title={plural(crashes, "crash", "crashes")}>
            {exactCount(crashes)}
          </span>
        </li>
      ))}
      {gaps.length === 0 && <li className="muted">none</li>}
    </List>
  );
}

function Freshness({ app, overview }: { readonly app: App | undefined; readonly overview: Overview }) {
  const { client, now } = useHub();
  const held = useQuery(symbolsQuery(client)).data?.held;
  const usageDay = overview.crashFree?.days.findLast(({ users, sessions }) => users !== null || sessions !== null)?.day;
  const uploaded = held?.[0]?.uploadedAt;
  return (
    <List id="freshness" title="Freshness" note="latest of each source">
      <li>
        Crash reports
        <span className="v">
          {app === undefined || app.lastSeen === null ? "none yet" : <Ago time={app.lastSeen} />}
        </span>
      </li>
      <li>
        Usage
        <span className="v">{usageDay === undefined ? "none in these days" : shortDay(usageDay, now())}</span>
      </li>
      <li>
        dSYMs
        <span className="v">{uploaded === undefined ? "none yet" : <Ago time={uploaded} />}</span>
      </li>
    </List>
  );
}
