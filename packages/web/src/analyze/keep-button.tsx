/** The only way out of this page: one press sends this report, and the symbols that name it, to the hub the page came from. */
import { useState } from "react";
import { Icon } from "../ui/icon.tsx";
import type { Keep, KeptOutcome } from "./keep.ts";
import type { ReadReport } from "./messages.ts";
import type { AnalysisState, AnalysisStore } from "./store.ts";

/** The code that sends comes when it is asked for. */
export type LoadKeep = () => Promise<Keep>;

export interface KeepButtonProps {
  readonly store: AnalysisStore;
  readonly state: AnalysisState;
  readonly report: ReadReport;
  readonly loadKeep: LoadKeep;
}

const NO_HUB = "the hub does not answer. The report is still here; press Keep when it is back.";

export function KeepButton({ store, state, report, loadKeep }: KeepButtonProps) {
  const [phase, setPhase] = useState<"ready" | "sending" | KeptOutcome>("ready");
  const used = new Set(report.analysis.symbols.images.flatMap(({ path }) => path ?? []));
  const archives = new Set(state.symbols.filter(({ path }) => used.has(path)).map(({ given }) => given));
  const symbols = [...archives].flatMap((path) => {
    const file = store.given(path);
    return file ? [{ path, file }] : [];
  });

  const keep = async () => {
    setPhase("sending");
    try {
      const [send, original] = await Promise.all([loadKeep(), store.original(report.id)]);
      setPhase(await send({ original, index: report.index, symbols }));
    } catch (error) {
      // The code that sends comes from the hub too: without it there is no answer at all.
      const why = error instanceof TypeError ? NO_HUB : `${error instanceof Error ? error.message : "unknown"}.`;
      setPhase({ kind: "refused", why: `Nothing was sent: ${why}` });
    }
  };

  const outcome = typeof phase === "string" ? undefined : phase;
  return (
    <div className="row" role="group" aria-label="Keep">
      {outcome?.kind !== "kept" && (
        <button type="button" className="btn btn--primary" disabled={phase === "sending"} onClick={() => void keep()}>
          <Icon name="upload" />
          {phase === "sending" ? "Sending" : "Keep in this hub"}
        </button>
      )}
      <span className="sub wrap-any" role="status">
        {phase === "ready" &&
          `Sends this report${symbols.length > 0 ? " and its dSYM" : ""} to ${location.host}; until then nothing leaves this browser.`}
        {outcome?.kind === "kept" && (
          <span className="row row--tight">
            <Icon name="check" tone="good" />
            Kept.{" "}
            <a className="link" href={outcome.href}>
              Open its signature
            </a>
          </span>
        )}
        {outcome?.kind === "signed-out" && (
          <>
            You are not signed in to this hub, so nothing was sent.{" "}
            <a className="link" href="/" target="_blank" rel="noreferrer">
              Sign in in another tab
            </a>
            , then press Keep again.
          </>
        )}
        {outcome?.kind === "refused" && outcome.why}
      </span>
    </div>
  );
}
