/**
 * A report in another form: an `.ips` as Apple's text, text and every other format with threads as an `.ips` or as text, and any
 * report as the flat JSON of the model. What a form cannot hold is left out and told.
 */
import { FormatError } from "../bytes/errors.ts";
import { documentText } from "../formats/apple-text.ts";
import type { TextStyle } from "../formats/apple-text/document.ts";
import { parseReports } from "../formats/parse.ts";
import { reportJson } from "../report-json.ts";
import type { Report } from "../report.ts";
import { ipsText } from "./apple-json.ts";
import { documentOf } from "./document-of.ts";
import { leftOutOfIps, leftOutOfText } from "./left-out.ts";
import { type Piece, piecesOf } from "./pieces.ts";
import { textFacts } from "./text-facts.ts";

export type ConvertTarget = "ips" | "crash" | "json";

export interface ConvertOptions {
  readonly to: ConvertTarget;
  /** For text: as Apple's servers write it, rather than Console and Xcode. */
  readonly as?: TextStyle;
}

export interface Converted {
  readonly text: string;
  /** Which one of an input that holds several. */
  readonly part?: string;
  /** What the source has and the result cannot hold; what the result has by convention and the source does not. */
  readonly notes: readonly string[];
}

/**
 * Every report in `bytes`, one by one. Throws `FormatError` when there is none, or one that has no such form (a jetsam event has
 * no threads to print).
 *
 * @example
 * const [{ text, notes }] = convertReports(bytes, { to: "crash" });
 */
export function convertReports(bytes: Uint8Array, options: ConvertOptions): readonly Converted[] {
  if (options.to === "json") {
    return parseReports(bytes).map(({ value, part }) => ({
      text: `${JSON.stringify(reportJson(value), null, 2)}\n`,
      ...(part !== undefined && { part }),
      notes: [],
    }));
  }
  const pieces = piecesOf(bytes);
  const [first] = pieces;
  // A text of several reports is a text already.
  if (options.to === "crash" && options.as === undefined && first?.kind === "text") {
    if (pieces.every((piece) => piece.kind === "text")) return [{ text: first.source, notes: [] }];
  }
  const converted = pieces.map((piece) => (options.to === "crash" ? toText(piece, options.as) : toIps(piece)));
  return converted.length === 1 ? converted : converted.map((each, i) => ({ ...each, part: String(i) }));
}

/**
 * Apple's text of one report of an input, by its place in `parseReports`; `named` is the same report with names. Text is given back
 * as it came.
 *
 * @example
 * const text = reportText(bytes, 0, analysis.report);
 */
export function reportText(bytes: Uint8Array, part: number, named?: Report): string {
  const piece = piecesOf(bytes)[part];
  if (piece === undefined) throw new FormatError("not-a-report", `there is no report ${part + 1} in this input`);
  if (piece.kind === "text") return piece.source;
  const report = named ?? piece.report;
  if (piece.kind === "ips") {
    const { header, body } = piece;
    if (body["threads"] === undefined && body["exception"] === undefined) throw withoutThreads(report);
    return documentText({ header, body, ...(named && { symbolicated: named }) });
  }
  if (report.threads.length === 0) throw withoutThreads(report);
  return documentText(documentOf(report));
}

type Result = Omit<Converted, "part">;

function toText(piece: Piece, style: TextStyle | undefined): Result {
  if (piece.kind === "ips") {
    const { header, body } = piece;
    if (body["threads"] === undefined && body["exception"] === undefined) throw withoutThreads(piece.report);
    return { text: documentText({ header, body, ...(style && { style }) }), notes: leftOutOfText({ header, body }) };
  }
  if (piece.kind === "text" && style === undefined) return { text: piece.source, notes: [] };
  if (piece.report.threads.length === 0) throw withoutThreads(piece.report);
  const { header, body } = documentOf(piece.report, piece.kind === "text" ? textFacts(piece) : {});
  return { text: documentText({ header, body, ...(style && { style }) }), notes: treeNotes(piece.report) };
}

function toIps(piece: Piece): Result {
  if (piece.kind === "ips") return { text: piece.source, notes: [] };
  if (piece.report.threads.length === 0) throw withoutThreads(piece.report);
  const { header, body } = documentOf(piece.report, piece.kind === "text" ? textFacts(piece) : {});
  return { text: ipsText(header, body), notes: [...leftOutOfIps(piece.report, body), ...treeNotes(piece.report)] };
}

const withoutThreads = ({ kind }: Report): FormatError =>
  new FormatError("unsupported", `a ${kind} report without threads has neither a text form nor one as crash .ips`);

function treeNotes({ threads }: Report): readonly string[] {
  return threads.some(({ callTree }) => callTree !== undefined)
    ? ["the trees of sampled calls are left out: each thread has its heaviest path"]
    : [];
}
