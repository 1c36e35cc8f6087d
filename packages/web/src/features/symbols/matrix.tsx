/** Build × image. Held is quiet, gaps are loud, and each state has its own shape. */
import { ciRunName, type BuildSymbols } from "@windfall/api";
import { useHub } from "../../hub/hub.ts";
import { shortDay, utc } from "../../ui/dates.ts";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { count, exactCount, plural } from "../../ui/numbers.ts";
import { visible } from "../../ui/visible-text.ts";
import { type Cell, type CellState, matrixOf } from "./cells.ts";

export interface SymbolMatrixProps {
  readonly builds: readonly BuildSymbols[];
  readonly total: number;
  readonly showAll: () => void;
}

const STATES: Readonly<Record<CellState, { icon: IconName; className: string; words: string }>> = {
  held: { icon: "check", className: "is-held", words: "held" },
  "names-only": { icon: "warn", className: "is-mismatch", words: "names only, no lines" },
  missing: { icon: "wrong", className: "is-missing", words: "missing" },
  mismatched: { icon: "mismatch", className: "is-mismatch", words: "other UUID held" },
  "not-in-build": { icon: "dash", className: "is-none", words: "not in build" },
};

export function SymbolMatrix({ builds, total, showAll }: SymbolMatrixProps) {
  const { columns, left, rows } = matrixOf(builds);
  const used = new Set(rows.flatMap(({ cells }) => cells.map(({ state }) => state)));
  return (
    <section className="section" aria-labelledby="matrix">
      <div className="section__head">
        <h2 id="matrix">Build × image</h2>
        <ul className="push row legend" aria-label="Signs">
          {(Object.keys(STATES) as CellState[])
            .filter((state) => used.has(state))
            .map((state) => (
              <li key={state} className="row row--tight row--keep note">
                <Icon name={STATES[state].icon} small tone={toneOf(state)} />
                {STATES[state].words}
              </li>
            ))}
          {builds.some(({ system }) => system) && (
            <li className="row row--tight row--keep note">
              <Icon name="system" small tone="muted" />
              system: names come with the reports
            </li>
          )}
        </ul>
      </div>
      <div className="table-wrap matrix-wrap">
        <table className="table table--keep matrix" aria-label="Symbols by build and image">
          <thead>
            <tr>
              <th scope="col">Build</th>
              {columns.map((name) => (
                <th scope="col" key={name}>
                  <span className="matrix__name">{visible(name)}</span>
                </th>
              ))}
              <th scope="col">System</th>
              <th
                scope="col"
                className="num"
                style={{ textAlign: "right" }}
                title="Crashes with frames that have no names because symbols are missing"
              >
                Unnamed
              </th>
              <th scope="col" className="w-hide t-hide" style={{ textAlign: "left" }}>
                Built by
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ build, cells }) => (
              <Row key={`${build.version}\0${build.build}`} build={build} cells={cells} columns={columns} />
            ))}
          </tbody>
        </table>
      </div>
      <div className="row">
        {left > 0 && <span className="note">{`${plural(left, "more image")}: see the list of gaps below.`}</span>}
        {builds.length < total && (
          <button type="button" className="btn" onClick={showAll}>
            {`Show more of ${exactCount(total)} builds`}
          </button>
        )}
      </div>
    </section>
  );
}

interface RowProps {
  readonly build: BuildSymbols;
  readonly cells: readonly Cell[];
  readonly columns: readonly string[];
}

function Row({ build, cells, columns }: RowProps) {
  const { now } = useHub();
  return (
    <tr>
      <th scope="row" className="nowrap">
        <span className="title">{visible(buildName(build))}</span>{" "}
        <small title={utc(build.since)}>
          {[build.channel && visible(build.channel), shortDay(build.since.slice(0, 10), now())]
            .filter(Boolean)
            .join(", ")}
        </small>
      </th>
      {cells.map(({ state, slices }, index) => {
        const { icon, className, words } = STATES[state];
        const label = `${visible(columns[index] ?? "")}: ${words}`;
        return (
          <td key={columns[index]} className={className} title={[label, ...slices.map(visible)].join("\n")}>
            <Icon name={icon} label={label} />
          </td>
        );
      })}
      <td className="is-none">
        {build.system ? (
          <Icon name="system" label="System: named by the reports" />
        ) : (
          <Icon name="dash" label="System: no report of this build yet" />
        )}
      </td>
      <td className="num" style={{ textAlign: "right" }}>
        {build.unnamed === 0 ? <span className="muted">0</span> : count(build.unnamed)}
      </td>
      <td className="w-hide t-hide" style={{ textAlign: "left", borderLeft: 0 }}>
        <small className="nowrap">
          {build.ci === null
            ? build.registered
              ? "registered by hand"
              : "known from reports"
            : visible(ciRunName(build.ci))}
        </small>
      </td>
    </tr>
  );
}

export const buildName = ({ version, build }: { readonly version: string; readonly build: string }): string =>
  version === "" && build === "" ? "version unknown" : `${version || "–"} (${build || "–"})`;

const toneOf = (state: CellState): string =>
  state === "held" ? "good" : state === "missing" ? "bad" : state === "not-in-build" ? "muted" : "warn";
