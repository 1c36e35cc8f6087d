/** The whole of the page below its head: where files come in, what came, and the answer for the report that is looked at. */
import { useState, useSyncExternalStore } from "react";
import { SymbolsPlace } from "../features/symbols/symbols-place.tsx";
import { Icon } from "../ui/icon.tsx";
import { plural } from "../ui/numbers.ts";
import { visible } from "../ui/visible-text.ts";
import { Drop } from "./drop.tsx";
import { Intro } from "./intro.tsx";
import type { LoadKeep } from "./keep-button.tsx";
import type { ReadReport } from "./messages.ts";
import { SymbolFiles } from "./missing.tsx";
import { Refusals } from "./refusals.tsx";
import { Result } from "./result.tsx";
import type { AnalysisStore } from "./store.ts";
import { titleOf } from "./title-of.ts";

export interface AnalyzeViewProps {
  readonly store: AnalysisStore;
  /** Absent where the page belongs to no hub. */
  readonly loadKeep?: LoadKeep | undefined;
}

export function AnalyzeView({ store, loadKeep }: AnalyzeViewProps) {
  const state = useSyncExternalStore(store.subscribe, store.state);
  const [chosen, setChosen] = useState<number>();
  const shown = state.reports.find(({ id }) => id === chosen) ?? state.reports[0];
  const empty = state.reports.length === 0;
  return (
    <SymbolsPlace value="#missing">
      <Drop
        give={store.add}
        dismiss={empty ? undefined : store.forget}
        canKeep={loadKeep !== undefined}
        reading={state.reading}
      />
      {state.broken !== undefined && (
        <div className="callout callout--bad" role="alert">
          <Icon name="wrong" />
          <span className="wrap-any">
            <b>The reader stopped.</b>{" "}
            {`This browser ended it: ${visible(state.broken)}. Drop the files again, fewer at once, or use the command line.`}
          </span>
        </div>
      )}
      <Refusals refused={state.refused} />
      {state.reports.length > 1 && shown && <ReportList reports={state.reports} shown={shown.id} show={setChosen} />}
      {shown ? (
        <Result key={shown.id} store={store} state={state} report={shown} loadKeep={loadKeep} />
      ) : (
        <>
          <SymbolFiles symbols={state.symbols} reports={state.reports} />
          <Intro />
        </>
      )}
    </SymbolsPlace>
  );
}

interface ReportListProps {
  readonly reports: readonly ReadReport[];
  readonly shown: number;
  readonly show: (id: number) => void;
}

function ReportList({ reports, shown, show }: ReportListProps) {
  return (
    <section className="section" aria-labelledby="reports">
      <div className="section__head">
        <h2 id="reports">Reports</h2>
        <span className="note">{plural(reports.length, "report")}</span>
      </div>
      <ul className="list picks">
        {reports.map(({ id, path, analysis }) => (
          <li key={id}>
            <button type="button" aria-current={id === shown} onClick={() => show(id)}>
              <span className="title wrap-any">{visible(titleOf(analysis))}</span>
              <span className="note wrap-any">
                {visible(
                  [path.slice(path.lastIndexOf("/") + 1), analysis.report.app.version].filter(Boolean).join(", "),
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
