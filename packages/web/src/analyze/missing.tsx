/** Whose symbols are not here, with the UUID to look for; and what the symbols that were handed over are good for. */
import { type AnalysisJson, symbolVerdict, tellingThread } from "@windfall/core";
import { Command } from "../ui/copy.tsx";
import { Icon } from "../ui/icon.tsx";
import { bytes, plural } from "../ui/numbers.ts";
import { visible } from "../ui/visible-text.ts";
import type { GivenSymbols, ReadReport } from "./messages.ts";

type ImageStatus = AnalysisJson["symbols"]["images"][number];

const SHOWN = 12;

/** A report about a whole system lists the binaries of every process: only those of the thread that is shown matter. */
function imagesInQuestion({ report, symbols }: AnalysisJson): readonly ImageStatus[] {
  if (!report.threads.some(({ process }) => process !== undefined)) return symbols.images;
  const shown = new Set(
    tellingThread(report)?.frames.flatMap(({ imageIndex }) => report.images[imageIndex ?? -1]?.uuid ?? []),
  );
  return symbols.images.filter(({ uuid }) => uuid !== undefined && shown.has(uuid));
}

export function MissingSymbols({ analysis }: { readonly analysis: AnalysisJson }) {
  const images = imagesInQuestion(analysis);
  const gaps = images.filter(({ status }) => status !== "found" && status !== "system");
  const own = images.filter(({ status }) => status !== "system").length;
  return (
    <section className="section" aria-labelledby="missing">
      <div className="section__head">
        <h2 id="missing">Missing symbols</h2>
        <span className="note">
          {gaps.length === 0 ? "" : `${gaps.length} of ${plural(own, "image")} of your code`}
        </span>
      </div>
      {analysis.report.images.length === 0 && analysis.report.threads.length > 0 ? (
        <p className="sub">The report has no list of images, so no dSYM can be matched to its frames.</p>
      ) : gaps.length === 0 ? (
        <p className="sub row row--tight row--keep">
          <Icon name="check" tone="good" />
          {own === 0 ? "No frame of it needs a dSYM." : "Every image that needs one has its dSYM."}
        </p>
      ) : (
        <ul className="chain">
          {gaps.slice(0, SHOWN).map((gap, index) => (
            <li key={index}>
              <Icon
                name={gap.status === "missing" ? "wrong" : "mismatch"}
                tone={gap.status === "missing" ? "bad" : "warn"}
              />
              <Gap gap={gap} report={analysis.report} frames={framesOf(analysis, gap)} />
            </li>
          ))}
          {gaps.length > SHOWN && (
            <li>
              <span />
              <span className="note">{`and ${gaps.length - SHOWN} more, in the table of images`}</span>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

interface GapProps {
  readonly gap: ImageStatus;
  readonly report: AnalysisJson["report"];
  readonly frames: number;
}

function Gap({ gap, report, frames }: GapProps) {
  const image = report.images.find(({ name, uuid }) =>
    gap.uuid === undefined ? name === gap.name : uuid === gap.uuid,
  );
  const { version, build } = report.app;
  const { why, ways, command } = symbolVerdict({ ...gap, imagePath: image?.path, build: { version, build } });
  const uuid = gap.uuid?.toUpperCase();
  return (
    <div className="stack stack--8">
      <div className="wrap-any">
        <b>{visible(gap.name)}</b>{" "}
        <span className="muted">
          {[plural(frames, "frame"), gap.arch && visible(gap.arch)].filter(Boolean).join(", ")}
        </span>
        <br />
        {uuid === undefined ? (
          <span className="note">The report gives no UUID for it, so no dSYM can be told to be the right one.</span>
        ) : (
          <code className="muted">{uuid}</code>
        )}
      </div>
      {uuid !== undefined && (
        <p className="note wrap-any">{`${visible(why.charAt(0).toUpperCase() + why.slice(1))}.`}</p>
      )}
      {command !== undefined && <Command text={command} />}
      {ways.length > 0 && (
        <details>
          <summary className="note">Where to get it</summary>
          <ul className="note">
            {ways.map((way) => (
              <li key={way} className="wrap-any">
                {visible(way)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** Frames of the crashed thread, and of where the exception was raised, that wait for it. */
function framesOf({ report }: AnalysisJson, gap: ImageStatus): number {
  const frames = [...(tellingThread(report)?.frames ?? []), ...(report.lastExceptionBacktrace ?? [])];
  return frames.filter(({ imageIndex }) => {
    const image = imageIndex === undefined ? undefined : report.images[imageIndex];
    return image !== undefined && (gap.uuid === undefined ? image.name === gap.name : image.uuid === gap.uuid);
  }).length;
}

/** Binaries of an archive that nobody asked for are not worth a line. */
export function SymbolFiles({
  symbols,
  reports,
}: {
  symbols: readonly GivenSymbols[];
  reports: readonly ReadReport[];
}) {
  if (symbols.length === 0) return null;
  const wanted = new Set(reports.flatMap(({ analysis }) => analysis.report.images.flatMap(({ uuid }) => uuid ?? [])));
  const fits = ({ slices }: GivenSymbols) => slices.some(({ uuid }) => wanted.has(uuid));
  const shown = [...symbols.filter(fits), ...symbols.filter((file) => !fits(file))];
  return (
    <section className="section" aria-labelledby="given">
      <div className="section__head">
        <h2 id="given">Symbols given</h2>
        <span className="note">{plural(symbols.length, "file")}</span>
      </div>
      <ul className="list list--wrap">
        {shown.slice(0, SHOWN).map((file) => (
          <li key={file.path}>
            <Icon name={fits(file) ? "check" : "mismatch"} tone={fits(file) ? "good" : "warn"} />
            <span className="grow wrap-any">
              <b className="title">{visible(file.path.slice(file.path.lastIndexOf("/") + 1))}</b>{" "}
              <span className="muted">{`${bytes(file.sizeBytes)}, ${wordsOf(file, fits(file), reports.length)}`}</span>
              {file.slices.map(({ uuid, arch }) => (
                <span key={`${uuid} ${arch}`} className="note">
                  <br />
                  <code>{`${visible(arch)} ${uuid.toUpperCase()}`}</code>
                </span>
              ))}
            </span>
          </li>
        ))}
        {shown.length > SHOWN && <li className="note">{`and ${shown.length - SHOWN} more`}</li>}
      </ul>
    </section>
  );
}

function wordsOf({ slices }: GivenSymbols, fits: boolean, reports: number): string {
  if (slices.length === 0) return "without a UUID: nothing can be matched to it";
  const what = slices.some(({ hasDebugInfo }) => hasDebugInfo) ? "names and lines" : "names only, no lines";
  if (fits) return what;
  return reports === 0 ? `${what}; waits for a report` : `${what}; no report here has its UUID`;
}
