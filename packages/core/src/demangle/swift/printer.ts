/**
 * From a tree to text. One printer for all forms: what a form leaves out is an option. Printing a part may answer with a node, its context
 * that could not stand before it (`closure #1 in f()`), which the caller prints behind.
 */
import { MAX_PRINT_DEPTH, MAX_PRINTED_LENGTH } from "./limits.ts";
import type { Kind, Node } from "./node.ts";

export interface PrintOptions {
  /** Contexts, modules, types, signatures and discriminators, as `swift demangle`; else as `swift demangle -simplified`. */
  readonly full: boolean;
  /** `[T]`, `T?`; the names inside names are printed without. */
  readonly sugar: boolean;
  /** `(1) suspend resume partial function for`, before the parts of an async function. */
  readonly asyncParts: boolean;
}

/** Prints one kind of node; may answer with the context that is still to be printed. */
export type Print = (pr: Printer, node: Node, asPrefix: boolean) => Node | undefined | void;

export class Printer {
  out = "";
  readonly options: PrintOptions;
  /** One `specialized` however many specialisations are stacked. */
  saidSpecialized = false;
  readonly #printers: ReadonlyMap<Kind, Print>;
  readonly payload: (name: string) => string;
  #depth = 0;
  #tooLong = false;

  /** `payload` demangles the names inside a name. */
  constructor(printers: ReadonlyMap<Kind, Print>, options: PrintOptions, payload: (name: string) => string) {
    this.#printers = printers;
    this.options = options;
    this.payload = payload;
  }

  /** The text, or nothing when it would grow out of all bounds. */
  text(root: Node): string | undefined {
    this.print(root);
    return this.#tooLong ? undefined : this.out;
  }

  print(node: Node | undefined, asPrefix = false): Node | undefined {
    if (node === undefined || this.#tooLong) return undefined;
    if (this.#depth > MAX_PRINT_DEPTH) {
      this.out += "<<too complex>>";
      return undefined;
    }
    if (this.out.length > MAX_PRINTED_LENGTH) {
      this.#tooLong = true;
      return undefined;
    }
    this.#depth++;
    const left = this.#printers.get(node.kind)?.(this, node, asPrefix);
    this.#depth--;
    return left ?? undefined;
  }

  printAll(nodes: readonly Node[], separator = ""): void {
    for (let i = 0; i < nodes.length; i++) {
      if (i > 0) this.out += separator;
      this.print(nodes[i]);
    }
  }
}

export function childOf({ children }: Node, kind: Kind): Node | undefined {
  for (const child of children) if (child.kind === kind) return child;
  return undefined;
}

/** Names made by hand may lack what the grammar wants; these are upstream's words for it. */
export function printOrNothing(pr: Printer, node: Node | undefined): void {
  if (node === undefined) pr.out += "<null node pointer>";
  else pr.print(node);
}
