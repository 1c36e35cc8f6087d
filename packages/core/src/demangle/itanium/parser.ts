/**
 * The cursor over a C++ name (Itanium C++ ABI, section 5.1), and the tables that later parts of the name refer back to: substitutions and
 * template arguments. Encodings, names, closures, templates, types and expressions stand in the files beside this one; they hold each other,
 * so they meet through `grammar`. What is printed is in `nodes.ts`.
 */
import { type Qualifiers, type RefQualifier } from "./declarators.ts";
import { type CxxNode, text } from "./nodes.ts";
import { type ForwardReference } from "./packs.ts";

/** Nesting of a name; real ones nest some dozens deep. */
export const MAX_CXX_DEPTH = 256;
/** Parts read of one name. Forward references and damaged names may read again and again. */
export const MAX_CXX_STEPS = 100_000;

export type Maybe = CxxNode | undefined;

/** What a name tells about the function it names. */
export interface NameState {
  isCtorDtorConversion: boolean;
  endsWithTemplateArguments: boolean;
  qualifiers: Qualifiers;
  reference: RefQualifier;
  hasExplicitObject: boolean;
  readonly firstForward: number;
}

export const NO_QUALIFIERS: Qualifiers = { const: false, volatile: false, restrict: false };

/** The parts of the grammar that hold each other. */
export interface Grammar {
  readonly encoding: (p: CxxParser) => Maybe;
  readonly name: (p: CxxParser, state?: NameState) => Maybe;
  readonly type: (p: CxxParser) => Maybe;
  readonly decltype: (p: CxxParser) => Maybe;
  readonly expression: (p: CxxParser) => Maybe;
}

export class CxxParser {
  readonly text: string;
  readonly grammar: Grammar;
  pos: number;
  readonly substitutions: CxxNode[] = [];
  /** One list per level; the first is that of the innermost template of the name itself. */
  templates: (CxxNode[] | undefined)[] = [];
  /** Arguments of the outermost template, as they are read. */
  outer: CxxNode[] = [];
  /** References to arguments that stand further on. */
  forward: ForwardReference[] = [];
  permitForward = false;
  tryTemplateArguments = true;
  lambdaLevel = -1;
  /** Whether the unscoped name read last was a substitution: it may not be entered again. */
  wasSubstitution = false;
  /** Parameters stay letters, inside constraints. */
  keepParameters = false;
  /** How many parameters of types, values and templates were given names of ours. */
  readonly synthetic: number[] = [0, 0, 0];
  #depth = 0;
  #steps = 0;

  constructor(name: string, start: number, grammar: Grammar) {
    this.text = name;
    this.pos = start;
    this.grammar = grammar;
  }

  expression(): Maybe {
    if (!this.enter()) return undefined;
    const node = this.grammar.expression(this);
    this.leave();
    return node;
  }

  get left(): number {
    return this.text.length - this.pos;
  }

  look(ahead = 0): string {
    return this.text[this.pos + ahead] ?? "";
  }

  eat(expected: string): boolean {
    if (!this.text.startsWith(expected, this.pos)) return false;
    this.pos += expected.length;
    return true;
  }

  isDigit(ahead = 0): boolean {
    const char = this.look(ahead);
    return char >= "0" && char <= "9";
  }

  /** False past a limit; else whoever asked leaves again. */
  enter(): boolean {
    if (this.#depth >= MAX_CXX_DEPTH || ++this.#steps > MAX_CXX_STEPS) return false;
    this.#depth++;
    return true;
  }

  leave(): void {
    this.#depth--;
  }

  nested<T>(read: () => T | undefined): T | undefined {
    if (!this.enter()) return undefined;
    const result = read();
    this.leave();
    return result;
  }

  substitutable(node: Maybe): Maybe {
    if (node !== undefined) this.substitutions.push(node);
    return node;
  }

  /** Digits as they stand, `n` for minus before them; empty where there are none. */
  number(allowNegative = false): string {
    const start = this.pos;
    if (allowNegative && this.look() === "n" && this.isDigit(1)) this.pos++;
    while (this.isDigit()) this.pos++;
    return this.text.slice(start, this.pos);
  }

  /** Up to a closing `E`; `undefined` when one of them cannot be read. */
  listUntilE(read: () => Maybe): CxxNode[] | undefined {
    const list: CxxNode[] = [];
    while (!this.eat("E")) {
      const node = read();
      if (node === undefined) return undefined;
      list.push(node);
    }
    return list;
  }

  /** The text of `4name`. */
  bareSourceName(): string | undefined {
    let length = 0;
    for (let code = this.text.charCodeAt(this.pos); code >= 0x30 && code <= 0x39;) {
      length = length * 10 + (code - 0x30);
      code = this.text.charCodeAt(++this.pos);
    }
    if (length === 0 || length > this.left) return undefined;
    const name = this.text.slice(this.pos, this.pos + length);
    this.pos += length;
    return name;
  }

  sourceName(): Maybe {
    const name = this.bareSourceName();
    if (name === undefined) return undefined;
    return text(name.startsWith("_GLOBAL__N") ? "(anonymous namespace)" : name);
  }
}
