/**
 * The cursor over an old name (`_T…`, `_Tt…`: Swift 1 to 3, and the types of Objective-C class names): a prefix grammar, read by recursion.
 * Names of declarations, indices and substitutions; the rest stands in the files beside this one.
 */
import { isDigit, operatorText } from "./identifiers.ts";
import { MAX_OLD_DEPTH, MAX_PUSHED_NODES } from "./limits.ts";
import { type Kind, Node } from "./node.ts";
import { type Maybe, withChildren } from "./parser.ts";
import { decodePunycode, swiftDigit } from "../punycode.ts";

export class OldParser {
  readonly text: string;
  pos: number;
  readonly substitutions: Node[] = [];
  /** Types lie in declarations and declarations have types: the one file is told of the other here. */
  readonly context: (p: OldParser) => Maybe;
  #depth = 0;
  #steps = 0;

  constructor(text: string, start: number, context: (p: OldParser) => Maybe) {
    this.text = text;
    this.pos = start;
    this.context = context;
  }

  get isAtEnd(): boolean {
    return this.pos >= this.text.length;
  }

  peek(): string {
    return this.text[this.pos] ?? "";
  }

  next(): string {
    return this.text[this.pos++] ?? "";
  }

  nextIf(expected: string): boolean {
    if (!this.text.startsWith(expected, this.pos)) return false;
    this.pos += expected.length;
    return true;
  }

  natural(): number | undefined {
    const start = this.pos;
    let value = 0;
    // Numbers beyond all sense stay there, and everything that counts is bounded.
    for (; isDigit(this.text.charCodeAt(this.pos)); this.pos++) {
      value = Math.min(value * 10 + this.text.charCodeAt(this.pos) - 0x30, 0x7fff_ffff);
    }
    return this.pos === start ? undefined : value;
  }

  /** `_` is 0, `0_` is 1. */
  index(): number | undefined {
    if (this.nextIf("_")) return 0;
    const value = this.natural();
    return value !== undefined && this.nextIf("_") ? value + 1 : undefined;
  }

  /** One level down; `undefined` past the bound. */
  nested<T>(read: () => T | undefined): T | undefined {
    if (this.#depth >= MAX_OLD_DEPTH || ++this.#steps > MAX_PUSHED_NODES) return undefined;
    this.#depth++;
    const result = read();
    this.#depth--;
    return result;
  }

  substitutable(node: Maybe): Maybe {
    if (node !== undefined) this.substitutions.push(node);
    return node;
  }
}

export function oldIndexNode(p: OldParser): Maybe {
  const index = p.index();
  return index === undefined ? undefined : new Node("Number", undefined, index);
}

const FIXITY: Readonly<Record<string, Kind>> = { p: "PrefixOperator", P: "PostfixOperator", i: "InfixOperator" };

export const startsIdentifier = (char: string): boolean => char === "o" || (char >= "0" && char <= "9");

/** `4name`, `X9punycode`, `oi2pl`; with a kind of its own where a name cannot be an operator. */
export function oldIdentifier(p: OldParser, kind?: Kind): Maybe {
  const isPunycode = p.nextIf("X");
  let fixity: Kind | undefined;
  if (p.nextIf("o")) {
    fixity = kind === undefined ? FIXITY[p.next()] : undefined;
    if (fixity === undefined) return undefined;
  }
  const length = p.natural();
  if (length === undefined || p.pos + length > p.text.length) return undefined;
  const slice = p.text.slice(p.pos, p.pos + length);
  p.pos += length;
  const name = isPunycode ? decodePunycode(slice, swiftDigit) : slice;
  if (name === undefined || name === "") return undefined;
  if (fixity === undefined) return new Node(kind ?? "Identifier", name);
  const operator = operatorText(name);
  return operator === undefined ? undefined : new Node(fixity, operator);
}

export function oldDeclarationName(p: OldParser): Maybe {
  if (p.nextIf("L")) {
    const discriminator = oldIndexNode(p);
    return withChildren("LocalDeclName", discriminator, discriminator && oldIdentifier(p));
  }
  if (p.nextIf("P")) {
    const discriminator = oldIdentifier(p);
    return withChildren("PrivateDeclName", discriminator, discriminator && oldIdentifier(p));
  }
  return oldIdentifier(p);
}

export const swiftModule = (): Node => new Node("Module", "Swift");

export function oldModule(p: OldParser): Maybe {
  if (p.nextIf("s")) return swiftModule();
  if (p.nextIf("S")) {
    const module = oldSubstitution(p);
    return module?.kind === "Module" ? module : undefined;
  }
  return p.substitutable(oldIdentifier(p, "Module"));
}

const STRUCTURES: Readonly<Record<string, string>> = {
  a: "Array",
  b: "Bool",
  c: "UnicodeScalar",
  d: "Double",
  f: "Float",
  i: "Int",
  V: "UnsafeRawPointer",
  v: "UnsafeMutableRawPointer",
  P: "UnsafePointer",
  p: "UnsafeMutablePointer",
  R: "UnsafeBufferPointer",
  r: "UnsafeMutableBufferPointer",
  S: "String",
  u: "UInt",
};
const ENUMS: Readonly<Record<string, string>> = { q: "Optional", Q: "ImplicitlyUnwrappedOptional" };

/** What stands behind `S`. */
export function oldSubstitution(p: OldParser): Maybe {
  if (p.nextIf("o")) return new Node("Module", "__C");
  if (p.nextIf("C")) return new Node("Module", "__C_Synthesized");
  const letter = p.peek();
  const name = STRUCTURES[letter] ?? ENUMS[letter];
  if (name !== undefined) {
    p.pos++;
    const kind: Kind = letter in ENUMS ? "Enum" : "Structure";
    return new Node(kind, undefined, undefined, [swiftModule(), new Node("Identifier", name)]);
  }
  const index = p.index();
  return index === undefined ? undefined : p.substitutions[index];
}
