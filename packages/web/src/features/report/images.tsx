/** The images of a report with the state of their symbols: those with frames in the trace first, the rest on request. */
import { type AnalysisJson, symbolVerdict, type SymbolVerdict, tellingThread } from "@windfall/core";
import { useMemo, useState } from "react";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { bytes, exactCount } from "../../ui/numbers.ts";
import { visible } from "../../ui/visible-text.ts";
import { SymbolsLink } from "../symbols/symbols-place.tsx";
import { ranges } from "./ranges.ts";
import { numberFrames } from "../stack/fold.ts";
import type { ImageFacts, ImageStatus } from "../stack/roles.ts";

export interface ImagesProps {
  readonly analysis: AnalysisJson;
  readonly facts: readonly ImageFacts[];
  /** The page tells of missing symbols itself. */
  readonly missingAreTold?: boolean;
}

export function Images({ analysis, facts, missingAreTold = false }: ImagesProps) {
  const { report } = analysis;
  const [all, setAll] = useState(false);
  const [limit, setLimit] = useState(STEP);
  const rows = useMemo(() => imageRows(analysis, facts), [analysis, facts]);
  // What is missing matters even where it is not in the thread that is shown; of a whole system it is everything.
  const isOfSystem = report.threads.some(({ process }) => process !== undefined);
  const first = rows.filter((row) => row.numbers.length > 0 || (!isOfSystem && needsSymbols(row.held?.status)));
  const wanted = all || first.length === 0 ? rows : first;
  const shown = wanted.slice(0, limit);
  const named = rows.filter((row) => row.held?.status === "found").length;
  if (rows.length === 0) return null;
  return (
    <section className="section section--line" aria-labelledby="images">
      <div className="section__head">
        <h2 id="images">Images</h2>
        <span className="note">{`${shown.length} of ${exactCount(rows.length)}; symbols held for ${named}`}</span>
        {first.length > 0 && first.length < rows.length && (
          <button type="button" className="btn btn--quiet push" aria-pressed={all} onClick={() => setAll(!all)}>
            {all ? "Only those in the trace" : `All ${exactCount(rows.length)}`}
          </button>
        )}
      </div>
      <div className="table-wrap">
        <table className="table table--2 table--fixed" aria-label="Images">
          <thead>
            <tr>
              <th scope="col">Image</th>
              <th scope="col" style={{ width: 280 }}>
                UUID
              </th>
              <th scope="col" className="num w-hide" style={{ width: 72 }}>
                Size
              </th>
              <th scope="col" style={{ width: 128 }}>
                Symbols
              </th>
              <th scope="col" className="w-hide" style={{ width: 112 }}>
                Frames
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ image, index, numbers, held }) => (
              <tr key={index}>
                <th scope="row" className="m-lead">
                  <div className="lines">
                    <span className="title" title={image.path === undefined ? undefined : visible(image.path)}>
                      {visible(image.name)}
                    </span>
                    <small className="mono">
                      {[image.base, image.arch && visible(image.arch)].filter(Boolean).join(" ")}
                    </small>
                  </div>
                </th>
                <td className="m-meta wrap-any">
                  {image.uuid === undefined ? (
                    <span className="muted">none</span>
                  ) : (
                    <code>{image.uuid.toUpperCase()}</code>
                  )}
                </td>
                <td className="num m-hide w-hide">
                  {image.size === 0 ? <span className="muted">–</span> : bytes(image.size)}
                </td>
                <td className="m-end">
                  <SymbolState
                    symbols={
                      held ??
                      (facts[index]?.role === "system" ? { name: image.name, status: "system" as const } : undefined)
                    }
                  />
                </td>
                <td className={numbers.length > 0 ? "m-meta w-hide" : "m-hide w-hide"} data-l="Frames">
                  {ranges(numbers)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Reasons analysis={analysis} states={missingAreTold ? ["part"] : ["part", "bad"]} />
      {shown.length < wanted.length && (
        <button type="button" className="btn" onClick={() => setLimit(limit + STEP * 4)}>
          {`Show more: ${exactCount(wanted.length - shown.length)} images`}
        </button>
      )}
    </section>
  );
}

/** A report about a whole system lists the binaries of every process. */
const STEP = 250;

function imageRows({ report, symbols }: AnalysisJson, facts: readonly ImageFacts[]) {
  const frames = numberFrames(tellingThread(report)?.frames ?? report.lastExceptionBacktrace ?? [], facts);
  const numbers = Map.groupBy(frames, ({ frame }) => frame.imageIndex);
  const byUuid = new Map(symbols.images.map((entry) => [entry.uuid, entry]));
  const byName = new Map(symbols.images.map((entry) => [entry.name, entry]));
  return report.images.map((image, index) => {
    const named = byName.get(image.name);
    return {
      image,
      index,
      numbers: (numbers.get(index) ?? []).flatMap(({ number }) => (number === undefined ? [] : [number])),
      held: (image.uuid && byUuid.get(image.uuid)) || (named?.uuid === undefined ? named : undefined),
    };
  });
}

const needsSymbols = (status: ImageStatus["status"] | undefined): boolean =>
  status === "missing" || status === "uuid-mismatch" || status === "wrong-architecture";

const ICONS: Readonly<Record<ImageStatus["status"], { icon: IconName; tone: string }>> = {
  found: { icon: "check", tone: "good" },
  missing: { icon: "wrong", tone: "bad" },
  "uuid-mismatch": { icon: "mismatch", tone: "warn" },
  "wrong-architecture": { icon: "mismatch", tone: "warn" },
  system: { icon: "system", tone: "muted" },
};
const LESS = { icon: "warn", tone: "warn" } as const;

function SymbolState({ symbols }: { readonly symbols: ImageStatus | undefined }) {
  if (symbols === undefined) return <span className="muted">not needed</span>;
  const { status } = symbols;
  const verdict = symbolVerdict(symbols);
  const { icon, tone } = status === "found" && verdict.state !== "good" ? LESS : ICONS[status];
  const isGood = verdict.state === "good";
  const state = (
    <span className="row row--tight row--keep" title={isGood ? undefined : visible(verdict.why)}>
      <Icon name={icon} small tone={tone} />
      <span className={isGood ? undefined : tone}>{isGood ? "held" : verdict.words}</span>
    </span>
  );
  return needsSymbols(status) ? <SymbolsLink>{state}</SymbolsLink> : state;
}

interface ReasonsProps {
  readonly analysis: AnalysisJson;
  readonly states: readonly SymbolVerdict["state"][];
}

/** Of images whose names or lines are not there, the sentence that tells why; those that are only hidden are told nowhere else. */
function Reasons({ analysis: { report, symbols }, states }: ReasonsProps) {
  const { version, build } = report.app;
  const paths = new Map(report.images.map(({ uuid, path }) => [uuid, path]));
  const told = symbols.images.flatMap((image) => {
    const imagePath = image.uuid && paths.get(image.uuid);
    const { state, why } = symbolVerdict({ ...image, imagePath, build: { version, build } });
    return states.includes(state) ? [{ name: image.name, why }] : [];
  });
  if (told.length === 0) return null;
  return (
    <details>
      <summary className="note">Why names or lines are missing</summary>
      <ul className="note">
        {told.slice(0, MAX_REASONS).map(({ name, why }, i) => (
          <li key={i} className="wrap-any">{`${visible(name)}: ${visible(why)}.`}</li>
        ))}
        {told.length > MAX_REASONS && <li>{`and ${exactCount(told.length - MAX_REASONS)} more`}</li>}
      </ul>
    </details>
  );
}

const MAX_REASONS = 20;
