/** The answer for one report: what broke, why, on which line, and what is missing to say more. */
import type { AnalysisJson } from "@windfall/core";
import { Verdict } from "../features/report/diagnosis.tsx";
import { ExceptionFacts } from "../features/report/exception.tsx";
import { FeedbackFacts } from "../features/report/feedback-facts.tsx";
import { Images } from "../features/report/images.tsx";
import { KeptText } from "../features/report/kept-text.tsx";
import { Measured } from "../features/report/measured.tsx";
import { Problems } from "../features/report/problems.tsx";
import { Registers } from "../features/report/registers.tsx";
import { splitTitle } from "../features/signature/title.ts";
import { imageFacts } from "../features/stack/roles.ts";
import { Threads } from "../features/stack/threads.tsx";
import { duration, moment } from "../ui/dates.ts";
import { CopyButton } from "../ui/copy.tsx";
import { exactCount } from "../ui/numbers.ts";
import { visible } from "../ui/visible-text.ts";
import { saveAs } from "../ui/save-as.ts";
import { SaveButton } from "../ui/save-button.tsx";
import { KeepButton, type LoadKeep } from "./keep-button.tsx";
import type { ReadReport } from "./messages.ts";
import { MissingSymbols, SymbolFiles } from "./missing.tsx";
import type { AnalysisState, AnalysisStore } from "./store.ts";
import { titleOf } from "./title-of.ts";

export interface ResultProps {
  readonly store: AnalysisStore;
  readonly state: AnalysisState;
  readonly report: ReadReport;
  readonly loadKeep: LoadKeep | undefined;
}

export function Result({ store, state, report, loadKeep }: ResultProps) {
  const { analysis } = report;
  const facts = imageFacts(analysis.report, analysis.symbols.images);
  const name = report.path.slice(report.path.lastIndexOf("/") + 1).replace(/\.\w{1,10}$/, "");
  return (
    <>
      <header className="stack">
        <div className="row row--between row--top">
          <Title analysis={analysis} />
          <div className="row">
            <CopyButton text={() => store.text(report.id)}>Copy as text</CopyButton>
            <SaveButton
              label="JSON: the answer, the same that windfall analyze --format json prints"
              failed="The browser did not take it."
              save={() => saveAs(`${name}.json`, `${JSON.stringify(analysis, undefined, 2)}\n`, "application/json")}
            >
              JSON
            </SaveButton>
            <SaveButton
              label="Scrubbed copy: the report without what tells whom it happened to, to be shared; it keeps its signature"
              failed="The file was moved since it was dropped, or is in a form that cannot be scrubbed."
              save={async () =>
                saveAs(scrubbedName(report.path), await store.scrubbed(report.id), "application/octet-stream")
              }
            >
              Scrubbed copy
            </SaveButton>
          </div>
        </div>
        {loadKeep && <KeepButton key={report.id} store={store} state={state} report={report} loadKeep={loadKeep} />}
      </header>
      <Facts analysis={analysis} />
      <div className="split split--wide">
        <div className="stack stack--wide">
          <Verdict diagnosis={analysis.diagnosis} />
          <section className="section" aria-labelledby="report">
            <div className="section__head">
              <h2 id="report">Report</h2>
              <span className="note wrap-any">{visible(report.path)}</span>
            </div>
            <ExceptionFacts report={analysis.report} />
          </section>
          <FeedbackFacts report={analysis.report} />
          <KeptText report={analysis.report} />
          <Threads report={analysis.report} images={facts} />
          <Measured report={analysis.report} />
          <Registers report={analysis.report} />
          <Images analysis={analysis} facts={facts} missingAreTold />
          <Problems problems={analysis.problems} />
        </div>
        <aside className="side stack stack--wide" aria-label="Symbols">
          <MissingSymbols analysis={analysis} />
          <SymbolFiles symbols={state.symbols} reports={state.reports} />
        </aside>
      </div>
    </>
  );
}

/** `crash.ips` as `crash.scrubbed.ips` */
const scrubbedName = (path: string): string =>
  path.slice(path.lastIndexOf("/") + 1).replace(/(\.\w{1,10})?$/, (extension) => `.scrubbed${extension}`);

function Title({ analysis }: { readonly analysis: AnalysisJson }) {
  const { exception, termination } = analysis.report;
  const [words, source] = splitTitle(visible(titleOf(analysis)));
  const term = [exception?.type, exception?.signal && `(${exception.signal})`].filter(Boolean).join(" ");
  return (
    <div className="grow" style={{ flexBasis: 420 }}>
      <div className="stack stack--tight">
        <h1 className="wrap-any">
          {words}
          {source !== undefined && <span className="mono">{source}</span>}
        </h1>
        <p className="sub wrap-any">
          <span className="muted">Apple:</span>{" "}
          <code>{visible(term || (termination?.namespace ?? analysis.report.kind))}</code>{" "}
          {exception?.subtype !== undefined && <code>{visible(exception.subtype)}</code>}
        </p>
      </div>
    </div>
  );
}

function Facts({ analysis }: { readonly analysis: AnalysisJson }) {
  const { report, symbols } = analysis;
  const { app, os, device, crashedAt, launchedAt } = report;
  const age = Date.parse(crashedAt ?? "") - Date.parse(launchedAt ?? "");
  const held = symbols.images.filter(({ status }) => status === "found").length;
  const gaps = symbols.images.filter(({ status }) => status !== "found" && status !== "system").length;
  const version = [app.version, app.build && `(${app.build})`].filter(Boolean).join(" ");
  const system = [os.platform, os.version, os.build && `(${os.build})`].filter(Boolean).join(" ");
  const rows: (readonly [label: string, value: string, more?: string])[] = [
    [
      "Format",
      FORMATS[report.format] ?? report.format,
      [report.kind, report.bugType && `bug type ${report.bugType}`].filter(Boolean).join(", "),
    ],
    ["App", app.name ?? app.bundleId ?? "unknown", version],
    ["Device", device.model ?? "unknown", system],
    [
      "Time",
      crashedAt === undefined ? "unknown" : moment(crashedAt),
      age >= 0 ? `${duration(age)} after launch` : undefined,
    ],
    ["Images", exactCount(report.images.length), `${held} with symbols, ${gaps} missing`],
  ].map(([label = "", value = "", more]) => [label, value, more ?? ""] as const);
  return (
    <dl className="strip">
      {rows.map(([label, value, more = ""]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="wrap-any">
            {visible(value)} {more !== "" && <small>{visible(more)}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const FORMATS: Readonly<Record<string, string>> = {
  ips: ".ips",
  crash: "Apple text",
  kscrash: "KSCrash",
  metrickit: "MetricKit",
  text: "Text",
  json: "JSON",
  asc: "App Store Connect",
  feedback: "TestFlight feedback",
  plcrash: "PLCrashReporter",
  sentry: "Sentry",
  bugsnag: "Bugsnag",
  measure: "Measure",
  rollbar: "Rollbar",
};
