/** One signature: what broke, on which line, for whom and since when; and one of its reports in full. */
import { useQuery } from "@tanstack/react-query";
import type { ReportRow, SignatureDetail } from "@windfall/api";
import { systemTitle } from "@windfall/core";
import { Link, useLocation, useSearch } from "wouter";
import { EMPTY_VIEW, everyDay } from "../features/filters/view.ts";
import { useView } from "../features/filters/use-view.ts";
import { useShownReport } from "../features/live/shown-report.ts";
import { Verdict } from "../features/report/diagnosis.tsx";
import { EventSwitcher } from "../features/report/event-switcher.tsx";
import { ExceptionFacts } from "../features/report/exception.tsx";
import { FeedbackFacts } from "../features/report/feedback-facts.tsx";
import { Images } from "../features/report/images.tsx";
import { KeptText } from "../features/report/kept-text.tsx";
import { Measured } from "../features/report/measured.tsx";
import { Problems } from "../features/report/problems.tsx";
import { Registers } from "../features/report/registers.tsx";
import { ByVersion } from "../features/signature/by-version.tsx";
import { Distribution } from "../features/signature/distribution.tsx";
import { SignatureFacts, SignatureHead } from "../features/signature/signature-head.tsx";
import { reportsOf, wordsOf } from "../features/signatures/kinds.tsx";
import { bars, fillDays, openDays } from "../features/signatures/days.ts";
import { imageFacts } from "../features/stack/roles.ts";
import { Threads } from "../features/stack/threads.tsx";
import { useHub } from "../hub/hub.ts";
import { reportQuery, signatureQuery } from "../hub/queries.ts";
import { dayOf, duration, moment, range, shortDay } from "../ui/dates.ts";
import { DayBars, OpenLegend } from "../ui/day-bars.tsx";
import { Icon } from "../ui/icon.tsx";
import { Loading, QueryProblem } from "../ui/loading.tsx";
import { visible } from "../ui/visible-text.ts";

export function SignaturePage({ signatureId }: { readonly signatureId: string }) {
  const { client } = useHub();
  const { filters, href } = useView();
  const [path, navigate] = useLocation();
  const wanted = new URLSearchParams(useSearch()).get("report");
  const signature = useQuery(signatureQuery(client, signatureId, filters));
  const shown = useShownReport(
    wanted,
    signature.data?.reports[0]?.id,
    signature.isPlaceholderData ? undefined : JSON.stringify(filters),
  );
  const reportId = shown.id;
  const report = useQuery({ ...reportQuery(client, reportId ?? ""), enabled: reportId !== undefined });
  if (signature.isPending) return <Loading label="Loading the signature" />;
  // A later question that fails leaves the page as it is.
  if (signature.isLoadingError) {
    return (
      <QueryProblem
        what="The signature could not be read"
        error={signature.error}
        retry={() => void signature.refetch()}
      />
    );
  }
  const detail = signature.data;
  const show = (row: ReportRow | undefined) => {
    if (!row) shown.release();
    navigate(href(path, {}, row ? { report: row.id } : {}), { replace: wanted !== null });
  };
  return (
    <>
      {detail.movedTo !== undefined && <Moved detail={detail} />}
      <SignatureHead detail={detail} report={report.data} />
      {detail.signature.crashes === 0 ? <OtherDays detail={detail} /> : <SignatureFacts detail={detail} />}
      <div className="split split--wide">
        <div className="stack stack--wide">
          {reportId === undefined && <p className="sub">No report of this signature lies in these days and filters.</p>}
          {reportId !== undefined && report.isPending && <Loading label="Loading the report" />}
          {report.isLoadingError && (
            <QueryProblem
              what="The report could not be read"
              error={report.error}
              retry={() => void report.refetch()}
            />
          )}
          {report.data && reportId !== undefined && (
            <>
              <Verdict diagnosis={report.data.analysis.diagnosis} />
              <section className="section" aria-labelledby="report">
                <div className="section__head">
                  <h2 id="report">Report</h2>
                  <EventSwitcher signatureId={signatureId} filters={filters} reportId={reportId} show={show} />
                </div>
                <p className="note wrap-any">{reportFacts(report.data.analysis.report, report.data.deviceLabel)}</p>
                <SystemTitle report={report.data.analysis.report} />
                <ExceptionFacts report={report.data.analysis.report} />
              </section>
              <ReportBody key={report.data.id} analysis={report.data.analysis} />
            </>
          )}
        </div>
        <aside className="side stack stack--wide" aria-label="Distribution">
          {detail.signature.crashes > 0 && (
            <>
              <PerDay detail={detail} />
              <ByVersion kind={detail.signature.kind} versions={detail.byVersion} crashes={detail.signature.crashes} />
              <Distribution id="by-os" title="By OS" dimension="os" values={detail.byOs} kind={detail.signature.kind} />
              <Distribution
                id="by-device"
                title="By device"
                dimension="device"
                values={detail.byDevice}
                kind={detail.signature.kind}
              />
            </>
          )}
          <WhyGrouped detail={detail} />
        </aside>
      </div>
    </>
  );
}

type Analysis = Parameters<typeof Images>[0]["analysis"];

/** Of this report: its signature stands for all of the same reason. */
function SystemTitle({ report }: { readonly report: Analysis["report"] }) {
  const title = systemTitle(report);
  return title === undefined ? null : <p className="lead wrap-any">{visible(title)}</p>;
}

function ReportBody({ analysis }: { readonly analysis: Analysis }) {
  const facts = imageFacts(analysis.report, analysis.symbols.images);
  return (
    <>
      <FeedbackFacts report={analysis.report} />
      <KeptText report={analysis.report} />
      <Threads report={analysis.report} images={facts} />
      <Measured report={analysis.report} />
      <Registers report={analysis.report} />
      <Images analysis={analysis} facts={facts} />
      <Problems problems={analysis.problems} />
    </>
  );
}

/** `24 Nov 2026, 11:42:07 UTC, iPhone 14 Pro Max (iPhone15,3), iOS 17.6.1 (21G93), 3 min 12 s after launch` */
function reportFacts(
  { crashedAt, launchedAt, device, os, app, incidentId }: Analysis["report"],
  deviceLabel: string | undefined,
): string {
  const age =
    crashedAt !== undefined && launchedAt !== undefined ? Date.parse(crashedAt) - Date.parse(launchedAt) : Number.NaN;
  const version = [app.version, app.build && `(${app.build})`].filter(Boolean).join(" ");
  const system = [os.platform, os.version, os.build && `(${os.build})`].filter(Boolean).join(" ");
  return [
    crashedAt === undefined ? "time unknown" : moment(crashedAt),
    version,
    deviceLabel === undefined ? device.model : `${deviceLabel} (${device.model})`,
    system,
    age >= 0 ? `${duration(age)} after launch` : undefined,
    incidentId,
  ]
    .filter((part) => part !== undefined && part !== "")
    .map((part) => visible(part ?? ""))
    .join(", ");
}

/** The address is that of a signature that became part of this one. It stays, so that the reader does. */
function Moved({ detail: { signature } }: { readonly detail: SignatureDetail }) {
  return (
    <div className="callout">
      <Icon name="link" />
      <span>
        <b>{`This signature is part of ${visible(signature.shortId)} now.`}</b> Symbols that came later showed that it
        is the same {wordsOf(signature.kind).one}; both addresses lead here.
      </span>
    </div>
  );
}

/** The signature is there, but not in the days that are chosen: when was it? */
function OtherDays({ detail }: { readonly detail: SignatureDetail }) {
  const { client, now } = useHub();
  const { href } = useView();
  const [path] = useLocation();
  const ever = useQuery(signatureQuery(client, detail.signature.id, everyDay(now()))).data?.signature;
  const from = ever?.firstSeen.slice(0, 10);
  const to = ever?.lastSeen.slice(0, 10);
  return (
    <div className="callout callout--warn">
      <Icon name="warn" />
      <span>
        <b>{`No ${wordsOf(detail.signature.kind).one} in these days and filters.`}</b>{" "}
        {ever && ever.crashes > 0 && from !== undefined && to !== undefined && (
          <>
            {`${reportsOf(detail.signature.kind, ever.crashes)} in all, the last of ${shortDay(to, now())}. `}
            <Link className="link" href={href(path, { ...EMPTY_VIEW, dates: { kind: "between", from, to } })}>
              Show all its days
            </Link>
          </>
        )}
      </span>
    </div>
  );
}

function PerDay({ detail }: { readonly detail: SignatureDetail }) {
  const { now } = useHub();
  const { window, signature } = detail;
  const days = bars(fillDays(signature.days, window.from, window.to), openDays(window.to, dayOf(now())));
  const told = range(window.from, window.to, now());
  return (
    <section className="section" aria-labelledby="per-day">
      <div className="section__head">
        <h2 id="per-day">{`${signature.kind === "crash" ? "Crashes" : "Reports"} by day`}</h2>
        <span className="note">{told}</span>
      </div>
      <DayBars
        days={days}
        height={88}
        label={`${signature.kind === "crash" ? "Crashes" : "Reports"} of this signature per day, ${told}`}
      />
      {days.some(({ open }) => open) && <OpenLegend />}
    </section>
  );
}

function WhyGrouped({ detail }: { readonly detail: SignatureDetail }) {
  return (
    <section className="section" aria-labelledby="why">
      <div className="section__head">
        <h2 id="why">Why grouped</h2>
        <span className="note">equal in every report of it</span>
      </div>
      <ol className="list">
        {detail.why.map((part, index) => (
          <li key={index}>
            <code className="wrap-any">{visible(part)}</code>
          </li>
        ))}
      </ol>
    </section>
  );
}
