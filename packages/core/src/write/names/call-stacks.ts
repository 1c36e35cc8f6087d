/**
 * Names in trees of calls: MetricKit's, whose frames have no place for a name, get the keys that App Store Connect's have for it.
 * Inlined frames have no node of their own there; they stand in a list beside the name.
 */
import type { Edits } from "../../edit/edits.ts";
import { type JsonNode, type JsonObjectNode, member, valueAt } from "../../edit/json-spans.ts";
import { setMembers } from "../../edit/members.ts";
import { bigOf } from "../../formats/json-fields.ts";
import type { Frame, JsonValue } from "../../report.ts";
import { sourceFileOf } from "../frames-of.ts";

/** Every object with an `address` and a binary anywhere under `root`. */
export function nameCallStacks(
  text: string,
  root: JsonNode,
  groups: ReadonlyMap<bigint, readonly Frame[]>,
  edits: Edits,
): void {
  const style = { slashesEscaped: text.includes("\\/") };
  const open: JsonNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === "array") for (const item of node.items) open.push(item);
    else if (node.kind === "object") {
      for (const { value } of node.members) open.push(value);
      const group = groups.get(addressOf(text, node) ?? -1n);
      if (group !== undefined) setMembers(text, node, factsOf(text, node, group), style, edits);
    }
  }
}

function addressOf(text: string, node: JsonObjectNode): bigint | undefined {
  const address = member(node, "address");
  const isFrame =
    member(node, "binaryUUID") ?? member(node, "binaryName") ?? member(node, "offsetIntoBinaryTextSegment");
  return address === undefined || isFrame === undefined ? undefined : bigOf(valueAt(text, address));
}

function factsOf(text: string, node: JsonObjectNode, group: readonly Frame[]): Record<string, JsonValue | undefined> {
  const concrete = group.at(-1)?.symbol;
  const inlined = group.slice(0, -1).map(({ symbol }) => nameOf(symbol));
  // App Store Connect writes numbers as text.
  const address = member(node, "address");
  const asText = address?.kind === "string";
  const number = (value: number | undefined) => (value === undefined || !asText ? value : String(value));
  const lists = member(node, "inlinedFrames");
  const same = lists !== undefined && JSON.stringify(valueAt(text, lists)) === JSON.stringify(inlined);
  return {
    symbolName: concrete?.function,
    offsetIntoSymbol: number(concrete?.functionOffset),
    fileName: sourceFileOf(concrete?.file),
    lineNumber: number(concrete?.line),
    ...(!same && { inlinedFrames: inlined.length === 0 ? undefined : inlined }),
  };
}

function nameOf(symbol: Frame["symbol"]): JsonValue {
  const file = sourceFileOf(symbol?.file);
  return {
    symbolName: symbol?.function ?? "???",
    ...(file !== undefined && { fileName: file }),
    ...(symbol?.line !== undefined && { lineNumber: symbol.line }),
  };
}
