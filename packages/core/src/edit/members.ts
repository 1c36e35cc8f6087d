/** Members of a JSON object set and removed in its own manner: blanks, colons and escapes as its other members have them. */
import type { JsonValue } from "../report.ts";
import type { Edits } from "./edits.ts";
import { type JsonObjectNode, quoted, valueAt } from "./json-spans.ts";

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
  const between = separator(text, node);
  const colon = colonOf(text, node);
  for (const [key, value] of Object.entries(values)) {
    const at = members.findIndex((each) => each.key === key);
    const found = members[at];
    if (found === undefined) {
      if (value !== undefined) added.push(`${quoted(key, false)}${colon}${written(value, style)}`);
    } else if (value === undefined) {
      const before = members[at - 1];
      const next = members[at + 1];
      if (before !== undefined) edits.remove(before.value.end, found.value.end);
      else edits.remove(found.keyStart, next?.keyStart ?? found.value.end);
    } else if (valueAt(text, found.value) !== value) {
      edits.replace(found.value.start, found.value.end, written(value, style));
    }
  }
  if (added.length === 0) return;
  const [first] = members;
  if (first === undefined) edits.insert(node.start + 1, added.join(between));
  else edits.insert(first.value.end, `${between}${added.join(between)}`);
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
