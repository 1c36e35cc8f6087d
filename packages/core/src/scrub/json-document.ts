/** One JSON document, its values changed where they stand. Walks without recursion: trees of calls nest deep. */
import type { Edits } from "../edit/edits.ts";
import { type JsonMember, type JsonNode, type JsonObjectNode, quoted, stringAt, valueAt } from "../edit/json-spans.ts";
import { removeMembers } from "../edit/members.ts";
import { scrubFreeText } from "./free-text.ts";
import { type Action, BY_KEY, KEPT_REGISTERS, OF_A_THREAD, STRICTLY_DROPPED, THREAD_TITLES } from "./json-rules.ts";
import { scrubPanic } from "./panic-text.ts";
import { nameOnly, scrubCoalition, scrubPaths } from "./paths.ts";
import type { Rules } from "./rules.ts";
import { withoutZone } from "./times.ts";

export interface JsonScrubbing {
  readonly text: string;
  readonly rules: Rules;
  readonly edits: Edits;
  /** A report inside a string. */
  readonly scrubDocument: (text: string) => string;
}

interface Step {
  readonly node: JsonNode;
  readonly action: Action;
  /** The key of the innermost member this lies in. */
  readonly key: string;
}

export function scrubJson(root: JsonNode, scrubbing: JsonScrubbing): void {
  const slashes = scrubbing.text.includes("\\/");
  const isFeedback = has(root, "appAppleId") && has(root, "cfBundleVersion");
  const open: Step[] = [{ node: root, action: root.kind === "array" ? "document" : "paths", key: "" }];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    const { node, action, key } = step;
    if (node.kind === "array") for (const item of node.items) open.push({ node: item, action, key });
    else if (node.kind === "object") {
      const isUnwanted = unwantedIn(node, { key, isFeedback }, scrubbing);
      removeMembers(node, isUnwanted, scrubbing.edits);
      const isThread = node.members.some((each) => OF_A_THREAD.includes(each.key));
      // A list of reports has objects and strings; only the strings are documents of their own.
      const inherited = action === "document" ? "paths" : action;
      for (const each of node.members) {
        if (isUnwanted(each)) continue;
        const next = actionOf(each, inherited, { isThread, isTyped: has(node, "type"), parent: key });
        open.push({ node: each.value, action: next, key: each.key });
      }
    } else scrubScalar(step, slashes, scrubbing);
  }
}

function unwantedIn(
  node: JsonObjectNode,
  { key, isFeedback }: { readonly key: string; readonly isFeedback: boolean },
  { rules }: JsonScrubbing,
): (member: JsonMember) => boolean {
  const isState =
    rules.strict && (key === "threadState" || key === "basic" || has(node, "flavor")) && node.members.length > 2;
  return (each) =>
    BY_KEY.get(each.key) === "delete" ||
    (isFeedback && each.key === "id") ||
    (rules.strict && STRICTLY_DROPPED.has(each.key)) ||
    (isState && !KEPT_REGISTERS.has(each.key));
}

function actionOf(
  member: JsonMember,
  inherited: Action,
  place: { readonly isThread: boolean; readonly isTyped: boolean; readonly parent: string },
): Action {
  const { key } = member;
  if (place.isThread && THREAD_TITLES.has(key)) return "free-text";
  // The words of an exception, beside its class.
  if (key === "value" && place.isTyped) return "free-text";
  if (key === "name" && (place.parent === "processes" || place.parent === "processByPid")) return "any-process-name";
  const own = BY_KEY.get(key);
  // What lies under a free text is free too, whatever its keys.
  return own ?? (inherited === "free-text" || inherited === "user-data" ? inherited : "paths");
}

function scrubScalar({ node, action }: Step, slashes: boolean, scrubbing: JsonScrubbing): void {
  const { text, edits } = scrubbing;
  const value = stringAt(text, node);
  if (value !== undefined) {
    const changed = scrubbedString(value, action, scrubbing);
    if (changed !== value) edits.replace(node.start, node.end, quoted(changed, slashes));
    return;
  }
  const number = node.kind === "number" ? valueAt(text, node) : undefined;
  if (typeof number !== "number") return;
  const changed = scrubbedNumber(number, action);
  if (changed !== number) edits.replace(node.start, node.end, String(changed));
}

/** As long as the numbers that go in a text. */
const LONG_NUMBER = 1e6;

function scrubbedString(value: string, action: Action, { rules, scrubDocument }: JsonScrubbing): string {
  switch (action) {
    case "free-text":
    case "user-data":
      return scrubFreeText(value, rules);
    case "pseudonym":
      return rules.pseudonym(value);
    case "process-name":
      return scrubPaths(nameOnly(value));
    case "coalition":
      return scrubPaths(scrubCoalition(value));
    case "region":
      return value.replace(/^[A-Za-z]{2,3}(?:[-_][A-Z][a-z]{3})?[-_]([A-Z]{2})(?:[@;].{0,100})?$/, "$1");
    case "whole-gigabytes":
    case "whole-tens":
      return /^\d{1,15}$/.test(value) ? String(scrubbedNumber(Number(value), action)) : value;
    case "time":
      return rules.strict ? withoutZone(value) : value;
    case "any-process-name":
      return rules.strict && !rules.own.has(value) ? "other" : value;
    case "panic-text":
      return scrubPanic(value, rules);
    case "document":
      return scrubDocument(value);
    default:
      return scrubPaths(value);
  }
}

function scrubbedNumber(value: number, action: Action): number {
  switch (action) {
    case "whole-gigabytes":
      return Math.round(value / 1e9) * 1e9;
    case "whole-tens":
      return Math.round(value / 10) * 10;
    case "user-data":
      return Math.abs(value) >= LONG_NUMBER ? 0 : value;
    default:
      return value;
  }
}

const has = (node: JsonNode, key: string): boolean =>
  node.kind === "object" && node.members.some((each) => each.key.trim() === key);
