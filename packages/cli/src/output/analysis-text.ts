/** One analyzed report for a terminal. */
import type { AnalysisView } from "./analysis-view.ts";
import type { BacktraceView } from "./backtrace.ts";
import type { ImagesView } from "./images.ts";
import type { Style } from "./style.ts";

const LABEL = 13;
const MAX_IMAGE_COLUMN = 28;

export function formatAnalysisText(view: AnalysisView, path: string, style: Style): string {
  const sections = [
    [style.strong(view.title), style.faint(path)],
    view.facts.flatMap(([label, lines]) => labelled(label, lines)),
    diagnosisLines(view, style),
    ...view.backtraces.map((backtrace) => backtraceLines(backtrace, style)),
    view.threadsLeftOut === undefined ? [] : [style.faint(view.threadsLeftOut)],
    imageLines(view.images, style),
    view.problems.length === 0
      ? []
      : [style.strong("Could not be read"), ...view.problems.map((problem) => `  ${style.warn(problem)}`)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function labelled(label: string, lines: readonly string[]): string[] {
  const fits = label.length < LABEL;
  const body = lines.map((line, i) => `  ${(fits && i === 0 ? label : "").padEnd(LABEL)}${line}`);
  return fits ? body : [`  ${label}`, ...body];
}

function diagnosisLines({ diagnosis, signature }: AnalysisView, style: Style): string[] {
  const key = signature.length === 0 ? [] : labelled("Signature", [signature.join("  ")]);
  if (!diagnosis) return key;
  return [
    style.strong("Why"),
    ...labelled("Cause", [`${diagnosis.title} (${diagnosis.confidence})`]),
    ...listed("Evidence", diagnosis.evidence),
    ...listed("Against", diagnosis.against),
    ...listed("Check first", [diagnosis.checkFirst]),
    ...listed("Advice", [diagnosis.advice]),
    ...listed("Or", diagnosis.others),
    ...key,
  ];
}

function listed(label: string, lines: readonly string[]): string[] {
  const kept = lines.filter((line) => line !== "");
  return kept.length === 0 ? [] : labelled(label, kept);
}

function backtraceLines({ heading, lines }: BacktraceView, style: Style): string[] {
  const digits = Math.max(4, ...lines.map(({ number }) => number.length + 1));
  const width = Math.min(MAX_IMAGE_COLUMN, Math.max(0, ...lines.map(({ image }) => image.length)));
  return [
    style.strong(heading),
    ...lines.map(({ number, image, text, location, note, kind }) => {
      const place = `${number.padStart(digits)}  ${image.padEnd(width)}`;
      const name = kind === "raw" || kind === "note" ? style.faint(text) : text;
      return [place, name, style.good(location), note === "" ? "" : style.faint(`[${note}]`)]
        .filter((part, i) => i === 0 || (part !== style.good("") && part !== ""))
        .join("  ")
        .trimEnd();
    }),
  ];
}

function imageLines({ images, summary }: ImagesView, style: Style): string[] {
  if (summary === "") return [];
  const width = Math.max(0, ...images.map(({ status }) => status.length));
  return [
    `${style.strong("Symbols")}  ${summary}`,
    ...images.map(({ status, good, text, detail }) =>
      `  ${(good ? style.good : style.bad)(status.padEnd(width))}  ${text}  ${style.faint(detail)}`.trimEnd(),
    ),
  ];
}
