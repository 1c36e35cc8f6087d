/**
 * The machine that reads a Swift name: a cursor, the stack of nodes that operators push and pop, and the two tables that later parts of
 * the name refer back to (substitutions for trees, words for text). The operators stand in the files beside this one. All of them
 * answer `undefined` for what is no name; nothing throws.
 */
import { MAX_PUSHED_NODES } from "./limits.ts";
import { CONTEXTS, type Kind, Node, NOMINALS } from "./node.ts";

export type Maybe = Node | undefined;

export class Parser {
  readonly text: string;
  /** `_T0…` of Swift 4: labels stand in the tuple of parameters. */
  readonly labelsInTypes: boolean;
  /** Where the name begins, behind its prefix. */
  readonly start: number;
  pos: number;
  readonly stack: Node[] = [];
  readonly substitutions: Node[] = [];
  /** Where each word begins and ends in the text. */
  readonly words: number[] = [];
  /** Whether a `some P` was read that belongs to the declaration around it. */
  hasOpaqueResults = false;
  #pushed = 0;

  constructor(text: string, start: number, labelsInTypes: boolean) {
    this.text = text;
    this.start = start;
    this.pos = start;
    this.labelsInTypes = labelsInTypes;
  }

  /** The code of the character at the cursor; 0 at the end. */
  peek(): number {
    return this.pos < this.text.length ? this.text.charCodeAt(this.pos) : 0;
  }

  next(): string {
    return this.text[this.pos++] ?? "";
  }

  nextIf(expected: string): boolean {
    const isThere =
      expected.length === 1
        ? this.text.charCodeAt(this.pos) === expected.charCodeAt(0)
        : this.text.startsWith(expected, this.pos);
    if (isThere) this.pos += expected.length;
    return isThere;
  }

  /** Decimal digits; -1 where there are none. */
  natural(): number {
    let value = -1;
    for (let code = this.peek(); code >= 0x30 && code <= 0x39; code = this.peek()) {
      value = (value < 0 ? 0 : value) * 10 + (code - 0x30);
      if (value > 0x7fff_ffff) return -1;
      this.pos++;
    }
    return value;
  }

  /** `_` is 0, `0_` is 1; negative where none stands. */
  index(): number {
    if (this.nextIf("_")) return 0;
    const value = this.natural();
    return value >= 0 && this.nextIf("_") ? value + 1 : -1000;
  }

  indexNode(kind: Kind = "Number"): Maybe {
    const index = this.index();
    return index < 0 ? undefined : new Node(kind, undefined, index);
  }

  /** False once a name pushes more than any real one does. */
  push(node: Node): boolean {
    this.stack.push(node);
    return ++this.#pushed <= MAX_PUSHED_NODES;
  }

  top(): Maybe {
    return this.stack[this.stack.length - 1];
  }

  popAny(): Maybe {
    return this.stack.pop();
  }

  pop(kind: Kind): Maybe {
    return this.top()?.kind === kind ? this.stack.pop() : undefined;
  }

  popOf(kinds: ReadonlySet<string>): Maybe {
    const top = this.top();
    return top !== undefined && kinds.has(top.kind) ? this.stack.pop() : undefined;
  }

  popIf(accepts: (node: Node) => boolean): Maybe {
    const top = this.top();
    return top !== undefined && accepts(top) ? this.stack.pop() : undefined;
  }

  /** Remembers `node` as what the next free letter stands for. */
  substitutable(node: Maybe): Maybe {
    if (node !== undefined) this.substitutions.push(node);
    return node;
  }
}

/** A node with all of `children`; `undefined` when one is missing. */
export function withChildren(kind: Kind, first: Maybe, ...more: readonly Maybe[]): Maybe {
  if (first === undefined) return undefined;
  const children = [first];
  for (const child of more) {
    if (child === undefined) return undefined;
    children.push(child);
  }
  return new Node(kind, undefined, undefined, children);
}

export function typeOf(child: Maybe): Maybe {
  return child && new Node("Type", undefined, undefined, [child]);
}

/** The same with another kind. */
export function as(kind: Kind, node: Maybe): Maybe {
  return node && new Node(kind, node.text, node.index, node.children);
}

export function plus(node: Maybe, ...more: readonly Maybe[]): Maybe {
  if (node !== undefined) for (const child of more) if (child !== undefined) node.children.push(child);
  return node;
}

export function swiftType(kind: Kind, name: string): Node {
  const nominal = new Node(kind, undefined, undefined, [new Node("Module", "Swift"), new Node("Identifier", name)]);
  return new Node("Type", undefined, undefined, [nominal]);
}

/** What a `Type` wraps. */
export const unwrapped = (type: Maybe): Maybe =>
  type !== undefined && type.children.length === 1 ? type.children[0] : undefined;

export const popTypeChild = (p: Parser): Maybe => unwrapped(p.pop("Type"));

export function popNominal(p: Parser): Maybe {
  const child = popTypeChild(p);
  return child !== undefined && NOMINALS.has(child.kind) ? child : undefined;
}

export function popModule(p: Parser): Maybe {
  const name = p.pop("Identifier");
  return name === undefined ? p.pop("Module") : as("Module", name);
}

/** What a declaration lies in. */
export function popContext(p: Parser): Maybe {
  const module = popModule(p);
  if (module !== undefined) return module;
  const type = p.pop("Type");
  if (type === undefined) return p.popOf(CONTEXTS);
  const child = unwrapped(type);
  return child !== undefined && CONTEXTS.has(child.kind) ? child : undefined;
}

/**
 * Elements up to and with the one that the first-element marker stands before, in the order of the text; none for the empty-list marker.
 * `undefined` when one of them is missing.
 */
export function popList(p: Parser, kind: Kind, popElement: (p: Parser) => Maybe): Maybe {
  const list = new Node(kind);
  if (p.pop("EmptyList") !== undefined) return list;
  return popElements(p, list, popElement);
}

/** The same where an empty list has no form. */
export function popElements(p: Parser, list: Node, popElement: (p: Parser) => Maybe): Maybe {
  for (let isFirst = false; !isFirst;) {
    isFirst = p.pop("FirstElementMarker") !== undefined;
    const element = popElement(p);
    if (element === undefined) return undefined;
    list.children.push(element);
  }
  list.children.reverse();
  return list;
}

export const popTypeList = (p: Parser): Maybe => popList(p, "TypeList", (from) => from.pop("Type"));
