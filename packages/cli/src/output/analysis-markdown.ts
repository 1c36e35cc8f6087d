/**
 * One analyzed report for an issue or a chat. Whatever comes from the report stands in code spans or fenced blocks, where
 * Markdown makes no link, no mention, no picture and no HTML of it; a fence is longer than any run of backticks inside it.
 */
import type { AnalysisView } from "./analysis-view.ts";
import type { BacktraceLine } from "./backtrace.ts";

export function formatAnalysisMarkdown(view: AnalysisView, path: string): string {
  const { diagnosis } = view;
  const blocks = [
    `## ${code(view.title)}`,
    list([`File: ${code(path)}`, ...view.facts.flatMap(([label, lines]) => fact(label, lines))]),
    diagnosis &&
      list([
        `**Cause** (${diagnosis.confidence}): ${code(diagnosis.title)}`,
        ...diagnosis.evidence.map((line) => `Evidence: ${code(line)}`),
        ...diagnosis.against.map((line) => `Against: ${code(line)}`),
        ...(diagnosis.checkFirst === "" ? [] : [`Check first: ${code(diagnosis.checkFirst)}`]),
        ...(diagnosis.advice === "" ? [] : [`Advice: ${code(diagnosis.advice)}`]),
        ...diagnosis.others.map((line) => `Or: ${code(line)}`),
      ]),
    view.signature.length === 0 ? "" : `Signature: ${view.signature.map(code).join(" ")}`,
    ...view.backtraces.map(({ heading, lines }) => `### ${code(heading)}\n\n${fence(lines.map(frameText))}`),
    view.threadsLeftOut ?? "",
    view.images.summary === ""
      ? ""
      : `### Symbols\n\n${view.images.summary}\n\n${list(
          view.images.images.map(({ status, text, detail }) => `${status}: ${code(`${text}  ${detail}`)}`),
        )}`,
    view.problems.length === 0 ? "" : `### Could not be read\n\n${fence(view.problems)}`,
  ];
  return `${blocks.filter(Boolean).join("\n\n").trimEnd()}\n`;
}

/** A code span that ends where the text ends, whatever backticks it holds. */
export function code(text: string): string {
  const ticks = "`".repeat(longestRun(text) + 1);
  // A span may not begin or end with a backtick, and an empty one is none; the inner spaces are stripped again.
  const padded = text === "" || text.startsWith("`") || text.endsWith("`") || text.startsWith(" ") ? ` ${text} ` : text;
  return `${ticks}${padded}${ticks}`;
}

export function fence(lines: readonly string[]): string {
  const ticks = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  return [ticks, ...lines, ticks].join("\n");
}

function fact(label: string, lines: readonly string[]): string[] {
  const [first = "", ...rest] = lines;
  return rest.length === 0 ? [`${code(label)} ${code(first)}`] : lines.map((line) => `${code(label)} ${code(line)}`);
}

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join("\n");

function frameText({ number, image, text, location, note }: BacktraceLine): string {
  return `${number.padStart(3)}  ${image.padEnd(20)}  ${text}${location === "" ? "" : `  ${location}`}${note === "" ? "" : `  [${note}]`}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
