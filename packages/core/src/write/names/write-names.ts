/**
 * The names of a symbolicated report written into the bytes it was read from. Only names, offsets, files and lines of frames
 * change; every other byte stays, and what a debug file did not name is left as the report has it.
 */
import { Edits } from "../../edit/edits.ts";
import { openText } from "../../edit/editable-text.ts";
import { type JsonNode, itemsOf, quoted, stringAt } from "../../edit/json-spans.ts";
import { segmentsOf } from "../../edit/segments.ts";
import { parseReports } from "../../formats/parse.ts";
import type { Report } from "../../report.ts";
import { rawBodies } from "../raw-text.ts";
import { nameCallStacks } from "./call-stacks.ts";
import { groupsByAddress, type NamedPair } from "./groups.ts";
import { nameIpsFrames } from "./ips-frames.ts";
import { nameKsCrashFrames } from "./kscrash-frames.ts";
import { nameTextFrames } from "./text-frames.ts";
import { nameTreeLines } from "./tree-lines.ts";

/**
 * `named`: the reports of `bytes` in the order of `parseReports`, with names. Writing the names of a report that has them already
 * gives the same bytes.
 *
 * @example
 * const reports = (await analyze(bytes, symbols)).map(({ report }) => report);
 * const symbolicated = writeNames(bytes, reports);
 */
export function writeNames(bytes: Uint8Array, named: readonly Report[]): Uint8Array {
  const { text, insert, encode } = openText(bytes);
  const pairs = parseReports(bytes).flatMap(({ value }, i) => {
    const after = named[i];
    return after === undefined ? [] : [{ before: value, after }];
  });
  const edits = new Edits(insert);
  new Names(pairs).write(text, 0, edits);
  return edits.count === 0 ? bytes : encode(edits.apply(text));
}

class Names {
  readonly #pairs: readonly NamedPair[];
  #next = 0;

  constructor(pairs: readonly NamedPair[]) {
    this.#pairs = pairs;
  }

  write(text: string, at: number, edits: Edits): void {
    const segments = segmentsOf(text);
    for (const [i, segment] of segments.entries()) {
      if (segment.kind === "text") {
        // A translation before the report that it was made from is read with it.
        const isTranslation = segments[i + 1]?.kind === "json";
        this.#inText(text.slice(segment.start, segment.end), at + segment.start, isTranslation, edits);
      } else if (segment.role === "document") this.#inJson(text, segment.root, edits);
    }
  }

  #inText(text: string, at: number, isTranslation: boolean, edits: Edits): void {
    const rest = this.#pairs.slice(this.#next);
    if (rest.length === 0) return;
    const isCrash = rest[0]?.before.format === "crash" || isTranslation;
    if (!isCrash) nameTreeLines(text, at, groupsByAddress(rest.map(({ after }) => after)), edits);
    else nameTextFrames(text, at, rest, edits);
    if (isTranslation) return;
    this.#next += isCrash ? rawBodies(text).length : rest.length;
  }

  /** Spans are those of `text`, which is edited as a whole: strings in a list hold reports of their own. */
  #inJson(text: string, root: JsonNode, edits: Edits): void {
    if (root.kind === "array") {
      for (const item of itemsOf(root)) {
        if (item.kind === "string") this.#inString(text, item, edits);
        else if (item.kind === "object") this.#inObject(text, item, edits);
      }
    } else this.#inObject(text, root, edits);
  }

  #inString(text: string, node: JsonNode, edits: Edits): void {
    const value = stringAt(text, node);
    if (value === undefined) return;
    const own = new Edits();
    this.write(value, 0, own);
    if (own.count > 0) edits.replace(node.start, node.end, quoted(own.apply(value), text.includes("\\/")));
  }

  #inObject(text: string, node: JsonNode, edits: Edits): void {
    const pair = this.#pairs[this.#next];
    if (pair === undefined) return;
    switch (pair.before.format) {
      case "ips":
        this.#next++;
        return nameIpsFrames(text, node, pair, edits);
      case "kscrash":
        this.#next++;
        return nameKsCrashFrames(text, node, pair, edits);
      case "metrickit":
      case "asc": {
        // A payload holds several.
        const rest = this.#pairs.slice(this.#next);
        const others = rest.findIndex(({ before }) => before.format !== pair.before.format);
        const own = others < 0 ? rest : rest.slice(0, others);
        this.#next += own.length;
        return nameCallStacks(text, node, groupsByAddress(own.map(({ after }) => after)), edits);
      }
      default:
        this.#next++;
    }
  }
}
