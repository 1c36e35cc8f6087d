/** Names in the frames of an `.ips` body, as Apple writes them: inlined frames stand before the one they were inlined into. */
import type { Edits } from "../../edit/edits.ts";
import { type JsonNode, type JsonObjectNode, itemsOf, member, valueAt } from "../../edit/json-spans.ts";
import { type MemberStyle, objectLike, setMembers } from "../../edit/members.ts";
import { bigOf } from "../../formats/json-fields.ts";
import { MAX_FRAMES } from "../../formats/limits.ts";
import type { Frame, JsonValue } from "../../report.ts";
import { sourceFileOf } from "../frames-of.ts";
import { groupsOf, isNamed, type NamedPair } from "./groups.ts";

export function nameIpsFrames(text: string, body: JsonNode, pair: NamedPair, edits: Edits): void {
  const style: MemberStyle = { slashesEscaped: text.includes("\\/") };
  const threads = itemsOf(member(body, "threads"));
  for (const [i, thread] of threads.entries()) {
    const before = pair.before.threads[i];
    const after = pair.after.threads[i];
    if (before !== undefined && after !== undefined) {
      nameFrames(text, itemsOf(member(thread, "frames")), [before.frames, after.frames], style, edits);
    }
  }
  const thrown = itemsOf(member(body, "lastExceptionBacktrace"));
  nameFrames(
    text,
    thrown,
    [pair.before.lastExceptionBacktrace ?? [], pair.after.lastExceptionBacktrace ?? []],
    style,
    edits,
  );
}

function nameFrames(
  text: string,
  items: readonly JsonNode[],
  [before, after]: readonly [readonly Frame[], readonly Frame[]],
  style: MemberStyle,
  edits: Edits,
): void {
  const nodes = items.slice(0, MAX_FRAMES).flatMap((item) => (isReadable(text, item) ? [item] : []));
  const old = groupsOf(before);
  const named = groupsOf(after);
  if (nodes.length !== before.length || old.length !== named.length) return;
  let at = 0;
  for (const [g, group] of old.entries()) {
    const own = nodes.slice(at, at + group.length);
    at += group.length;
    const entries = named[g] ?? [];
    if (entries.some(isNamed)) nameGroup(text, own, entries, style, edits);
  }
}

/** Those that the parser makes a frame of. */
function isReadable(text: string, item: JsonNode): item is JsonObjectNode {
  const offset = member(item, "imageOffset");
  return item.kind === "object" && offset !== undefined && bigOf(valueAt(text, offset)) !== undefined;
}

function nameGroup(
  text: string,
  nodes: readonly JsonObjectNode[],
  entries: readonly Frame[],
  style: MemberStyle,
  edits: Edits,
): void {
  const concrete = nodes.at(-1);
  const [first] = nodes;
  if (concrete === undefined || first === undefined) return;
  if (nodes.length === entries.length) {
    for (const [i, entry] of entries.entries()) {
      const node = nodes[i];
      if (node !== undefined) setMembers(text, node, factsOf(entry), style, edits);
    }
    return;
  }
  const own = (key: string): JsonValue | undefined => {
    const value = member(concrete, key);
    return value && valueAt(text, value);
  };
  const place = { imageIndex: own("imageIndex"), imageOffset: own("imageOffset") };
  const inlined = entries.slice(0, -1).map((entry) => {
    const { symbol, symbolLocation, sourceLine, sourceFile, inline } = factsOf(entry);
    return objectLike(text, concrete, { symbol, inline, ...place, symbolLocation, sourceLine, sourceFile }, style);
  });
  const gap = gapBefore(text, concrete);
  edits.replace(first.start, concrete.start, inlined.map((each) => `${each},${gap}`).join(""));
  const last = entries.at(-1);
  if (last !== undefined) setMembers(text, concrete, factsOf(last), style, edits);
}

/** The blanks that a list of one entry per line has between them. */
function gapBefore(text: string, node: JsonNode): string {
  let start = node.start;
  while (/\s/.test(text[start - 1] ?? "")) start--;
  return text.slice(start, node.start);
}

interface FrameFacts extends Readonly<Record<string, JsonValue | undefined>> {
  readonly symbol: string | undefined;
  readonly symbolLocation: number | undefined;
  readonly sourceLine: number | undefined;
  readonly sourceFile: string | undefined;
  readonly inline: true | undefined;
}

const factsOf = ({ symbol, inlined }: Frame): FrameFacts => ({
  symbol: symbol?.function,
  symbolLocation: symbol?.functionOffset,
  sourceLine: symbol?.line,
  sourceFile: sourceFileOf(symbol?.file),
  inline: inlined,
});
