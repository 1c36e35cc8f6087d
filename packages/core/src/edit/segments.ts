/**
 * The pieces a report file is made of, in their order: an `.ips` is a line of JSON and a body of JSON or text, several may stand
 * in one file, and Console puts a translation before one. What lies between the pieces is white space.
 */
import { isIpsBody } from "../formats/ips/container.ts";
import { type JsonNode, type JsonObjectNode, scanJson } from "./json-spans.ts";

export type Segment =
  | {
      readonly kind: "json";
      readonly role: "header" | "document";
      readonly root: JsonNode;
      readonly start: number;
      /** Behind what was understood. */
      readonly end: number;
      readonly complete: boolean;
    }
  | { readonly kind: "text"; readonly start: number; readonly end: number };

const HEADER_KEYS = ["bug_type", "incident_id", "os_version"];

/** More pieces than this are no file of reports. */
export const MAX_SEGMENTS = 5000;

export function segmentsOf(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let at = firstInk(text, 0);
  while (at < text.length && segments.length < MAX_SEGMENTS) {
    const segment = jsonAt(text, at) ?? textAt(text, at);
    segments.push(segment);
    at = firstInk(text, segment.end);
    // What is left of a cut document belongs to it.
    if (segment.kind === "json" && !segment.complete && at < text.length) {
      segments.push({ kind: "text", start: at, end: text.length });
      break;
    }
  }
  return segments;
}

function jsonAt(text: string, start: number): Segment | undefined {
  if (text[start] !== "{" && text[start] !== "[") return undefined;
  const { root, end, complete } = scanJson(text, start);
  if (root === undefined || (root.kind !== "object" && root.kind !== "array")) return undefined;
  // `{` begins prose too.
  if (!complete && (root.kind === "object" ? root.members.length : root.items.length) === 0) return undefined;
  const role = complete && root.kind === "object" && isHeader(root) ? "header" : "document";
  return { kind: "json", role, root, start, end, complete };
}

function isHeader({ members }: JsonObjectNode): boolean {
  const keys = Object.fromEntries(members.map(({ key }) => [key, null]));
  return members.some(({ key }) => HEADER_KEYS.includes(key.trim())) && !isIpsBody(keys);
}

/** What a report stands behind in a text: the heading of Console, the fence of a forum. */
const BEFORE_JSON = /^(?:-{4,40}\r?\nFull Report\r?\n-{4,40}|```\w{0,20})\r?\n(?=\s{0,64}\{)/m;

/** Up to the JSON that stands behind it, else to the end. */
function textAt(text: string, start: number): Segment {
  const rest = text.slice(start);
  const heading = BEFORE_JSON.exec(rest);
  const end = heading === null ? text.length : start + heading.index + heading[0].length;
  return { kind: "text", start, end };
}

function firstInk(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at] ?? "")) at++;
  return at;
}
