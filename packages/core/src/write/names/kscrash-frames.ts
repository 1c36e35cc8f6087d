/** Names in a report of KSCrash: one per frame, so that of an inlined chain only the function that the code lies in. */
import type { Edits } from "../../edit/edits.ts";
import { type JsonNode, itemsOf, member, valueAt } from "../../edit/json-spans.ts";
import { setMembers } from "../../edit/members.ts";
import { bigOf } from "../../formats/json-fields.ts";
import { MAX_FRAMES } from "../../formats/limits.ts";
import type { Frame } from "../../report.ts";
import { integer } from "../apple-json.ts";
import { groupsOf, isNamed, type NamedPair } from "./groups.ts";

export function nameKsCrashFrames(text: string, root: JsonNode, { after }: NamedPair, edits: Edits): void {
  const style = { slashesEscaped: text.includes("\\/") };
  for (const [i, thread] of itemsOf(member(member(root, "crash"), "threads")).entries()) {
    const contents = itemsOf(member(member(thread, "backtrace"), "contents"));
    const nodes = contents.slice(0, MAX_FRAMES).filter((item) => addressOf(text, item) !== undefined);
    const groups = groupsOf(after.threads[i]?.frames ?? []);
    if (nodes.length !== groups.length) continue;
    for (const [j, node] of nodes.entries()) {
      const frame = groups[j]?.at(-1);
      if (frame === undefined || node.kind !== "object" || !isNamed(frame)) continue;
      setMembers(text, node, factsOf(frame), style, edits);
    }
  }
}

function factsOf({ symbol, address }: Frame): Record<string, string | number | bigint | undefined> {
  const offset = symbol?.functionOffset;
  return {
    // As KSCrash writes names: the linker's. Read again, they are demangled and group as before.
    symbol_name: symbol?.linkageName ?? symbol?.function,
    symbol_addr: offset === undefined ? undefined : integer(address - BigInt(offset)),
  };
}

function addressOf(text: string, item: JsonNode): bigint | undefined {
  const value = member(item, "instruction_addr");
  return value === undefined ? undefined : bigOf(valueAt(text, value));
}
