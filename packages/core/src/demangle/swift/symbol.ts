/** From a linker name to its tree. */
import { MAX_NAME_LENGTH } from "./limits.ts";
import { FUNCTION_ATTRIBUTES, Node } from "./node.ts";
import { parseOldSymbol } from "./old-entities.ts";
import { readAll } from "./operators.ts";
import { Parser, type Maybe } from "./parser.ts";

const UNDERSCORE = 0x5f;
const DOLLAR = 0x24;
/** Swift 5, 4.2, and embedded. */
const MANGLINGS = "sSe";
const OTHER_PREFIXES = ["_T0", "@__swiftmacro_"] as const;

/** Characters of the prefix that marks a name of Swift 4 or later; 0 for any other name. */
export function manglingPrefix(name: string): number {
  // `$` or `_$`, and a letter: nearly all.
  const at = name.charCodeAt(0) === UNDERSCORE ? 1 : 0;
  if (name.charCodeAt(at) === DOLLAR)
    return MANGLINGS.includes(name.charAt(at + 1)) && name.length > at + 1 ? at + 2 : 0;
  return OTHER_PREFIXES.find((prefix) => name.startsWith(prefix))?.length ?? 0;
}

/** The tree of a Swift name, or `undefined` for any other. */
export function parseSymbol(name: string): Maybe {
  const prefix = manglingPrefix(name);
  if (name.length > MAX_NAME_LENGTH) return undefined;
  if (prefix === 0) return parseOldSymbol(name);
  const p = new Parser(name, prefix, name.startsWith("_T"));
  if (!readAll(p)) return undefined;
  const global = new Node("Global");
  const suffix = p.pop("Suffix");
  let parent = global;
  for (let next = p.popOf(FUNCTION_ATTRIBUTES); next !== undefined; next = p.popOf(FUNCTION_ATTRIBUTES)) {
    // Attributes may be shared by a substitution: what is added goes to a copy.
    const attribute = new Node(next.kind, next.text, next.index, [...next.children]);
    parent.children.push(attribute);
    if (next.kind === "PartialApplyForwarder" || next.kind === "PartialApplyObjCForwarder") parent = attribute;
  }
  for (const node of p.stack) parent.children.push(node.kind === "Type" ? (node.children[0] ?? node) : node);
  if (suffix !== undefined) global.children.push(suffix);
  return global.children.length === 0 ? undefined : global;
}
