/** The reports of an input with what each was read from: a document, lines of text, or only the model. */
import { IPS_BODY_FORMATS, textFormatOf } from "../formats/all-formats.ts";
import { detectReport, detectRest, type Readable } from "../formats/detect.ts";
import { parseIps } from "../formats/ips/report.ts";
import type { JsonObject } from "../formats/json-fields.ts";
import { MAX_JOINED_REPORTS } from "../formats/parse.ts";
import type { Report } from "../report.ts";
import { FormatError } from "../bytes/errors.ts";
import { openText } from "../edit/editable-text.ts";
import { segmentsOf } from "../edit/segments.ts";
import { ipsText } from "./apple-json.ts";
import { type TextReport, textReports } from "./raw-text.ts";

export type Piece =
  | {
      readonly kind: "ips";
      readonly report: Report;
      readonly header: JsonObject;
      readonly body: JsonObject;
      readonly source: string;
    }
  | (TextReport & { readonly kind: "text"; readonly source: string })
  | { readonly kind: "model"; readonly report: Report };

export function piecesOf(bytes: Uint8Array): readonly Piece[] {
  const detected = detectReport(bytes);
  const pieces = read(detected);
  if (pieces.length === 0) throw new FormatError("not-a-report", "no report found in this input");
  const [only] = pieces;
  // One report is given back as it came where it has the wanted form already.
  return pieces.length === 1 && only !== undefined && "source" in only
    ? [{ ...only, source: asItCame(openText(bytes).text, only.kind) }]
    : pieces;
}

/** Console puts a translation before the `.ips` that it was made from. */
function asItCame(text: string, kind: "ips" | "text"): string {
  if (kind === "text") return text;
  return text.slice(segmentsOf(text).find((segment) => segment.kind === "json")?.start ?? 0);
}

function read(detected: Readable): readonly Piece[] {
  switch (detected.kind) {
    case "crash":
      return textPieces(detected.text);
    case "text":
      return detected.reader.parse({ text: detected.text, firstLine: 1 }).map(({ value }) => model(value));
    case "json":
      return detected.reader.parse(detected.document).map(({ value }) => model(value));
    case "binary":
      return detected.reader.parse(detected.bytes).map(({ value }) => model(value));
    case "list":
      return detected.items.flatMap(read);
    case "ips-text": {
      const { header, text, firstLine } = detected;
      const reader = textFormatOf(text);
      if (reader !== undefined) return reader.parse({ text, header, firstLine }).map(({ value }) => model(value));
      return textPieces(text, header);
    }
    default:
      return joined(detected);
  }
}

const model = (report: Report): Piece => ({ kind: "model", report });

function textPieces(text: string, header?: JsonObject): readonly Piece[] {
  return textReports(text, header).map((each) => ({ ...each, kind: "text" as const, source: text }));
}

function joined(first: Extract<Readable, { kind: "ips" }>): readonly Piece[] {
  const pieces: Piece[] = [];
  let next: Extract<Readable, { kind: "ips" }> = first;
  for (;;) {
    pieces.push(ofIps(next));
    const behind = next.rest === "" || pieces.length >= MAX_JOINED_REPORTS ? undefined : detectRest(next.rest);
    if (behind === undefined || behind.kind === "refused") return pieces;
    if (behind.kind !== "ips") return [...pieces, ...read(behind)];
    next = behind;
  }
}

function ofIps({ header, body }: Extract<Readable, { kind: "ips" }>): Piece {
  if (body.kind === "none") return { kind: "model", report: parseIps(header, body).value };
  const { value, reading } = body;
  const reader = IPS_BODY_FORMATS.find(({ is }) => is(value, header));
  if (reader !== undefined) return model(reader.parse({ header, body: value, ...(reading && { reading }) }).value);
  const report = parseIps(header, body).value;
  return { kind: "ips", report, header, body: value, source: ipsText(header, value) };
}
