/** How an app is doing: crashes by version and by day, and what crashes most. */
import { useQuery } from "@tanstack/react-query";
import type { Overview } from "@windfall/api";
import { useState } from "react";
import { Link } from "wouter";
import { useView } from "../features/filters/use-view.ts";
import { Checks } from "../features/overview/checks.tsx";
import { CrashFreeSection } from "../features/overview/crash-free.tsx";
import { barsWithLate, correctedCount, lateCrashes, lateFacts, LateNote } from "../features/overview/late.tsx";
import { NoCrashes } from "../features/overview/no-crashes.tsx";
import { NoUsage } from "../features/overview/no-usage.tsx";
import { SideLists } from "../features/overview/side-lists.tsx";
import { versionRows } from "../features/overview/version-rows.ts";
import { Versions } from "../features/overview/versions.tsx";
import { bars, fillDays, openDays } from "../features/signatures/days.ts";
import { OtherKinds } from "../features/signatures/kinds.tsx";
import { signatureRows } from "../features/signatures/signature-rows.ts";
import { SignatureTable } from "../features/signatures/signature-table.tsx";
import { useHub } from "../hub/hub.ts";
import { appsQuery, overviewQuery, signaturesQuery } from "../hub/queries.ts";
import { ChartOrTable } from "../ui/chart-or-table.tsx";
import { CsvButton } from "../ui/csv-button.tsx";
import { dayOf, range } from "../ui/dates.ts";
import { DayBars, DayTable, OpenLegend } from "../ui/day-bars.tsx";
import { Icon } from "../ui/icon.tsx";
import { Loading, QueryProblem } from "../ui/loading.tsx";
import { exactCount, plural } from "../ui/numbers.ts";

const TOP = 10;
/** While reports wait, the numbers are about to change. */
const WAITING_REFETCH_MS = 2000;

export function OverviewPage({ appId }: { readonly appId: string }) {
  const { client } = useHub();
  const { filters } = useView();
  const app = useQuery(appsQuery(client)).data?.apps.find((app) => app.id === appId);
  const overview = useQuery({
    ...overviewQuery(client, appId, filters),
    refetchInterval: (query) => ((query.state.data?.waiting ?? 0) > 0 ? WAITING_REFETCH_MS : false),
  });
  if (overview.isPending) return <Loading label="Loading the overview" />;
  if (overview.isError) {
    return (
      <QueryProblem
        what="The overview could not be read"
        error={overview.error}
        retry={() => void overview.refetch()}
      />
    );
  }
  const { data } = overview;
  return (
    <>
      {data.waiting > 0 && data.crashes > 0 && <Waiting waiting={data.waiting} />}
      <Checks appId={appId} overview={data} />
      <OtherKinds appId={appId} kinds={data.kinds} />
      {data.crashFree ? (
        <div className="split">
          <CrashFreeSection
            crashFree={data.crashFree}
            missing={data.crashFreeMissing}
            late={data.late}
            window={data.window}
          />
          <SideLists app={app} appId={appId} overview={data} />
        </div>
      ) : (
        data.crashFreeMissing && data.crashes > 0 && <NoUsage missing={data.crashFreeMissing} app={app} />
      )}
      {data.crashFree && (
        <section className="section section--line" aria-labelledby="by-version">
          <div className="section__head">
            <h2 id="by-version">Versions</h2>
            <span className="note">newest build first; dot and 95 % interval of crash-free users</span>
            <span className="push">
              <CsvButton what="versions" rows={() => versionRows(data.versions)} />
            </span>
          </div>
          <Versions versions={data.versions} comparison={data.comparison} />
        </section>
      )}
      {data.crashes === 0 ? (
        <NoCrashes path={`/apps/${appId}`} app={app} window={data.window} waiting={data.waiting} />
      ) : (
        <>
          {data.crashFree ? (
            <CrashesByDay overview={data} />
          ) : (
            <div className="split split--half">
              <section className="section" aria-labelledby="by-version">
                <div className="section__head">
                  <h2 id="by-version">Crashes by version</h2>
                  <span className="note">newest build first</span>
                  <span className="push">
                    <CsvButton what="versions" rows={() => versionRows(data.versions)} />
                  </span>
                </div>
                <Versions versions={data.versions} comparison={null} />
              </section>
              <CrashesByDay overview={data} />
            </div>
          )}
          <TopSignatures appId={appId} />
        </>
      )}
    </>
  );
}

function Waiting({ waiting }: { readonly waiting: number }) {
  return (
    <div className="callout callout--warn" role="status">
      <Icon name="clock" />
      <span>
        <b>{plural(waiting, "report waits", "reports wait")}</b> to be read. The numbers below are without{" "}
        {waiting === 1 ? "it" : "them"} and change by themselves.
      </span>
    </div>
  );
}

function CrashesByDay({ overview }: { readonly overview: Overview }) {
  const { now } = useHub();
  const [asTable, setAsTable] = useState(false);
  const { window } = overview;
  const late = new Map(overview.late.map(({ day, crashes }) => [day, crashes]));
  const days = barsWithLate(
    bars(fillDays(overview.days, window.from, window.to), openDays(window.to, dayOf(now()))),
    overview.late,
  ).map((bar) => ({ ...bar, facts: bar.days === 1 ? lateFacts(late.get(bar.day), correctedCount) : [] }));
  const hasLate = days.some((bar) => bar.late !== undefined);
  const label = `Crashes per day, ${range(window.from, window.to, now())}`;
  const told = overview.crashes - overview.crashesWithoutDevice;
  return (
    <section className="section" aria-labelledby="by-day">
      <div className="section__head">
        <h2 id="by-day">Crashes by day</h2>
        <span className="note">{`${range(window.from, window.to, now())}, UTC`}</span>
        <span className="push row row--tight row--keep">
          <ChartOrTable label="Form" asTable={asTable} onChange={setAsTable} />
          <CsvButton
            what="crashes by day"
            rows={() =>
              days.map(({ day, days: count, crashes, open, late }) => ({
                day,
                days: count,
                crashes,
                open: open ? "yes" : "no",
                corrected: late?.value,
                corrected_low_95: late?.low,
                corrected_high_95: late?.high,
              }))
            }
          />
        </span>
      </div>
      <div className="row row--base">
        <span className="figure">{exactCount(overview.crashes)}</span>
        <span className="sub">{overview.crashes === 1 ? "crash" : "crashes"}</span>
        <span
          className="note"
          title="A device is told apart by its CrashReporter Key or install id; TestFlight and App Store downloads carry none."
        >
          {told === 0
            ? "devices unknown: no report names one"
            : `on ${plural(overview.affectedDevices, "device")}${overview.crashesWithoutDevice > 0 ? `; ${exactCount(overview.crashesWithoutDevice)} of the crashes name none` : ""}`}
        </span>
        <Ground {...overview.ground} />
      </div>
      {asTable ? (
        <DayTable days={days} label={label} />
      ) : (
        <>
          <DayBars days={days} height={216} label={label} />
          {days.some(({ open }) => open) && <OpenLegend late={hasLate} />}
        </>
      )}
      <LateNote late={lateCrashes(overview.late)} unit={["crash", "crashes"]} words={correctedCount} />
    </section>
  );
}

/** `1,100 in the foreground, 48 in the background`; nothing where no report says. */
function Ground({ foreground, background, unknown }: Overview["ground"]) {
  if (foreground + background === 0) return null;
  if (background + unknown === 0) return <span className="note">all in the foreground</span>;
  const parts = [
    `${exactCount(foreground)} in the foreground`,
    `${exactCount(background)} in the background`,
    unknown > 0 && `${exactCount(unknown)} do not say`,
  ];
  return <span className="note">{parts.filter(Boolean).join(", ")}</span>;
}

function TopSignatures({ appId }: { readonly appId: string }) {
  const { client } = useHub();
  const { filters, href } = useView();
  const list = useQuery(signaturesQuery(client, appId, filters, TOP, 0));
  return (
    <section className="section section--line" aria-labelledby="top">
      <div className="section__head">
        <h2 id="top">Top signatures</h2>
        {list.data && (
          <span className="note">{`${Math.min(TOP, list.data.signatures.length)} of ${exactCount(list.data.total)}, ${plural(list.data.crashes, "crash", "crashes")}`}</span>
        )}
        <span className="push row row--tight row--keep">
          <CsvButton what="signatures" rows={() => signatureRows(client, appId, filters)} />
          <Link className="btn btn--quiet" href={href(`/apps/${appId}/signatures`)}>
            All signatures
          </Link>
        </span>
      </div>
      {list.isPending && <Loading label="Loading signatures" />}
      {list.isError && (
        <QueryProblem what="The signatures could not be read" error={list.error} retry={() => void list.refetch()} />
      )}
      {list.data && <SignatureTable appId={appId} list={list.data} first={1} label="Top signatures" />}
    </section>
  );
}
