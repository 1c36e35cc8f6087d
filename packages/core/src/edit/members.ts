/** Members of a JSON object set and removed in its own manner: blanks, colons and escapes as its other members have them. */
import type { JsonValue } from "../report.ts";
import type { Edits } from "./edits.ts";
import { type JsonMember, type JsonObjectNode, quoted, valueAt } from "./json-spans.ts";

export interface MemberStyle {
  readonly slashesEscaped: boolean;
}

/** `undefined` removes a member. New ones stand behind the first member, in the order given. */
export function setMembers(
  text: string,
  node: JsonObjectNode,
  values: Readonly<Record<string, JsonValue | undefined>>,
  style: MemberStyle,
  edits: Edits,
): void {
  const { members } = node;
  const added: string[] = [];
  const removed = new Set<JsonMember>();
  const between = separator(text, node);
  const colon = colonOf(text, node);
  for (const [key, value] of Object.entries(values)) {
    const at = members.findIndex((each) => each.key === key);
    const found = members[at];
    if (found === undefined) {
      if (value !== undefined) added.push(`${quoted(key, false)}${colon}${written(value, style)}`);
    } else if (value === undefined) removed.add(found);
    else if (valueAt(text, found.value) !== value) {
      edits.replace(found.value.start, found.value.end, written(value, style));
    }
  }
  removeMembers(node, (each) => removed.has(each), edits);
  if (added.length === 0) return;
  const [first] = members;
  if (first === undefined) edits.insert(node.start + 1, added.join(between));
  else edits.insert(first.value.end, `${between}${added.join(between)}`);
}

/** With the comma and the blanks that went with each. */
export function removeMembers(
  { members }: JsonObjectNode,
  isUnwanted: (member: JsonMember) => boolean,
  edits: Edits,
): void {
  let kept: JsonMember | undefined;
  for (let at = 0; at < members.length; at++) {
    const first = members[at];
    if (first === undefined || !isUnwanted(first)) {
      kept = first;
      continue;
    }
    let last = first;
    for (let next = members[at + 1]; next !== undefined && isUnwanted(next); next = members[at + 1]) {
      last = next;
      at++;
    }
    const behind = members[at + 1];
    if (kept !== undefined) edits.remove(kept.value.end, last.value.end);
    else edits.remove(first.keyStart, behind?.keyStart ?? last.value.end);
  }
}

/** A whole object in the manner of `like`. */
export function objectLike(
  text: string,
  like: JsonObjectNode,
  values: Readonly<Record<string, JsonValue | undefined>>,
  style: MemberStyle,
): string {
  const colon = colonOf(text, like);
  const first = like.members[0]?.keyStart ?? like.start + 1;
  const last = like.members.at(-1)?.value.end ?? like.end - 1;
  const members = Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [`${quoted(key, false)}${colon}${written(value, style)}`],
  );
  return `{${text.slice(like.start + 1, first)}${members.join(separator(text, like))}${text.slice(last, like.end)}`;
}

function separator(text: string, { members }: JsonObjectNode): string {
  const [first, second] = members;
  return first !== undefined && second !== undefined ? text.slice(first.value.end, second.keyStart) : ",";
}

function colonOf(text: string, { members }: JsonObjectNode): string {
  const [first] = members;
  return first === undefined ? ":" : text.slice(first.keyEnd, first.value.start);
}

function written(value: JsonValue, style: MemberStyle): string {
  if (typeof value === "string") return quoted(value, style.slashesEscaped);
  if (typeof value === "bigint") return value.toString();
  return JSON.stringify(value);
}
