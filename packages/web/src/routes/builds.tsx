/** The builds of an app in the order of their upload, and what else is counted with it. */
import { useQuery } from "@tanstack/react-query";
import type { Build, Session } from "@windfall/api";
import { useSearch } from "wouter";
import { BuildsTable } from "../features/builds/builds-table.tsx";
import { Processes } from "../features/builds/processes.tsx";
import { Storage } from "../features/builds/storage.tsx";
import { may } from "../hub/may.ts";
import { useHub } from "../hub/hub.ts";
import { appsQuery, buildsQuery } from "../hub/queries.ts";
import type { CsvRow } from "../ui/csv.ts";
import { CsvButton } from "../ui/csv-button.tsx";
import { Command } from "../ui/copy.tsx";
import { Loading, QueryProblem } from "../ui/loading.tsx";
import { plural } from "../ui/numbers.ts";

export function BuildsPage({ session, hubUrl }: { readonly session: Session; readonly hubUrl: string }) {
  const { client } = useHub();
  const apps = useQuery(appsQuery(client));
  const wanted = new URLSearchParams(useSearch()).get("app");
  const app = apps.data?.apps.find(({ id }) => id === wanted) ?? apps.data?.apps[0];
  const builds = useQuery({ ...buildsQuery(client, app?.id ?? ""), enabled: app !== undefined });
  if (apps.isPending || (app && builds.isPending)) return <Loading label="Loading builds" />;
  if (apps.isLoadingError || builds.isLoadingError) {
    return (
      <QueryProblem
        what="The builds could not be read"
        error={apps.error ?? builds.error}
        retry={() => void Promise.all([apps.refetch(), builds.refetch()])}
      />
    );
  }
  const all = builds.data?.builds ?? [];
  const registered = all.filter(({ uploadedAt }) => uploadedAt !== null).length;
  return (
    <>
      <div className="row row--between row--keep">
        <p className="note">
          {`${plural(all.length, "build")}, ${registered} registered. Latest upload first; a build that nobody registered counts as uploaded when its first report came.`}
        </p>
        {all.length > 0 && <CsvButton what="builds" rows={() => all.map(csvRow)} />}
      </div>
      {app && all.length > 0 && (
        <BuildsTable
          appId={app.id}
          builds={all}
          processName={(id) => app.processes.find((process) => process.id === id)?.name}
        />
      )}
      {registered < all.length || all.length === 0 ? (
        <section className="section" aria-labelledby="register">
          <h2 id="register">Register builds from CI</h2>
          <p className="sub">
            After the archive is made: sends its dSYMs and says which commit and run it came from. Needs an ingest key
            in WINDFALL_KEY.
          </p>
          <Command text={`windfall ci upload-symbols MyApp.xcarchive --hub ${hubUrl}`} />
        </section>
      ) : null}
      {app && <Processes app={app} apps={apps.data.apps} mayChange={session.person.role !== "viewer"} />}
      {app && <Storage app={app} mayChange={may(session, "admin")} />}
    </>
  );
}

const csvRow = (build: Build): CsvRow => ({
  version: build.version,
  build: build.build,
  uploaded: build.uploadedAt,
  tag: build.tag,
  branch: build.branch,
  commit: build.commit,
  ci: build.ciProvider,
  ci_run: build.ciRunId,
  channel: build.channel,
  first_report: build.firstSeen,
});
