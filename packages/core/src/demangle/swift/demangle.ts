/** Swift names as text: the forms of `swift demangle` and `swift demangle -simplified`. */
import { MAX_PAYLOAD_DEPTH } from "./limits.ts";
import type { Kind, Node } from "./node.ts";
import { ATTRIBUTE_PRINTERS } from "./print-attributes.ts";
import { ENTITY_PRINTERS } from "./print-entities.ts";
import { type Print, type PrintOptions, Printer } from "./printer.ts";
import { TYPE_PRINTERS } from "./print-types.ts";
import { parseSymbol } from "./symbol.ts";

const PRINTERS: ReadonlyMap<Kind, Print> = new Map(
  Object.entries({ ...ATTRIBUTE_PRINTERS, ...TYPE_PRINTERS, ...ENTITY_PRINTERS }) as [Kind, Print][],
);

/** How the names inside a name are printed, whatever the form of the whole. */
const PAYLOAD: PrintOptions = { full: true, sugar: false, asyncParts: true };

/** The text of a tree; `undefined` when it would grow out of all bounds. */
export function printTree(tree: Node, options: PrintOptions): string | undefined {
  return print(tree, options, 0);
}

function print(tree: Node, options: PrintOptions, depth: number): string | undefined {
  const payload = (name: string): string => {
    const inner = depth < MAX_PAYLOAD_DEPTH ? parseSymbol(name) : undefined;
    const text = inner && print(inner, PAYLOAD, depth + 1);
    return text === undefined || text === "" ? name : text;
  };
  return new Printer(PRINTERS, options, payload).text(tree);
}

/** The text of a Swift name, or `undefined` for any other. */
export function demangleSwift(name: string, options: PrintOptions): string | undefined {
  const tree = parseSymbol(name);
  const text = tree && printTree(tree, options);
  return text === "" ? undefined : text;
}
