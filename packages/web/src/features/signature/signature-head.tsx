/** The name of a signature in our words, Apple's term beside it, and its facts in one strip. */
import type { ReportDetail, SignatureDetail } from "@windfall/api";
import { useHub } from "../../hub/hub.ts";
import { shortDay, utc } from "../../ui/dates.ts";
import { exactCount, percent } from "../../ui/numbers.ts";
import { Ago } from "../../ui/time.tsx";
import { visible } from "../../ui/visible-text.ts";
import { Downloads } from "../report/downloads.tsx";
import { reportsOf, wordsOf } from "../signatures/kinds.tsx";
import { State } from "../signatures/state.tsx";
import { splitTitle } from "./title.ts";

export interface SignatureHeadProps {
  readonly detail: SignatureDetail;
  readonly report: ReportDetail | undefined;
}

export function SignatureHead({ detail, report }: SignatureHeadProps) {
  const { signature, exception } = detail;
  const [words, source] = splitTitle(visible(signature.title));
  return (
    <header className="stack">
      <div className="row row--between row--top">
        <div className="grow" style={{ flexBasis: 480 }}>
          <div className="stack stack--tight">
            <h1 className="wrap-any">
              {words}
              {source !== undefined && <span className="mono">{source}</span>}
            </h1>
            <p className="sub wrap-any">
              <span className="muted">Apple:</span> <code>{visible(signature.appleTerm)}</code>{" "}
              {exception.subtype !== undefined && <code>{visible(exception.subtype)}</code>}
            </p>
          </div>
        </div>
        {report && (
          <div className="row">
            <Downloads report={report} />
          </div>
        )}
      </div>
      <div className="row" style={{ gap: "8px 20px" }}>
        <State state={signature.state} />
        <span className="sub">
          <span className="muted">Class</span> <code>{visible(signature.family)}</code>
        </span>
        <span className="sub">
          <span className="muted">Grouping</span>{" "}
          {signature.confidence === "provisional" ? (
            <span className="badge badge--warn">provisional: symbols are missing</span>
          ) : (
            signature.confidence
          )}
        </span>
      </div>
    </header>
  );
}

export function SignatureFacts({ detail }: { readonly detail: SignatureDetail }) {
  const { now } = useHub();
  const { signature, crashesWithoutDevice } = detail;
  const known = signature.crashes - crashesWithoutDevice;
  const build = ({ version, build }: { version: string; build: string }) =>
    version === "" ? "" : `${visible(version)} (${visible(build) || "–"})`;
  return (
    <dl className="strip">
      <div>
        <dt>Affected devices</dt>
        <dd title="Told apart by CrashReporter Key or install id">
          {known <= 0 && signature.crashes > 0 ? "unknown" : exactCount(signature.affectedDevices)}{" "}
          {crashesWithoutDevice > 0 && (
            <small>{`${reportsOf(signature.kind, crashesWithoutDevice)} ${crashesWithoutDevice === 1 ? "names" : "name"} none`}</small>
          )}
        </dd>
      </div>
      <div>
        <dt>{signature.kind === "crash" ? "Crashes" : "Reports"}</dt>
        <dd>{exactCount(signature.crashes)}</dd>
      </div>
      <div>
        <dt>{signature.kind === "crash" ? "Share of crashes" : `Share of ${wordsOf(signature.kind).many}`}</dt>
        <dd>{percent(signature.share)}</dd>
      </div>
      <div>
        <dt>First seen</dt>
        <dd title={utc(signature.firstSeen)}>
          {shortDay(signature.firstSeen.slice(0, 10), now())} <small>{build(signature.firstBuild)}</small>
        </dd>
      </div>
      <div>
        <dt>Last seen</dt>
        <dd>
          <Ago time={signature.lastSeen} /> <small>{build(signature.lastBuild)}</small>
        </dd>
      </div>
    </dl>
  );
}
