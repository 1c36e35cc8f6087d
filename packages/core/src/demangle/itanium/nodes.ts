/**
 * The tree of a C++ name. Declarators print around what they declare (`int (*f)(char)`), so every node has a left and a right part. The
 * text is that of LLVM's demangler (llvm-cxxfilt).
 */

/** Characters printed for one name; packs and substitutions make text grow exponentially. */
export const MAX_CXX_LENGTH = 1_000_000;
/** Nesting of what is printed; a tree is a graph that substitutions share. */
export const MAX_CXX_PRINT_DEPTH = 1_000;

const PRECEDENCES = [
  "primary",
  "postfix",
  "unary",
  "cast",
  "memberPointer",
  "multiplicative",
  "additive",
  "shift",
  "spaceship",
  "relational",
  "equality",
  "and",
  "xor",
  "or",
  "andIf",
  "orIf",
  "conditional",
  "assign",
  "comma",
  "default",
] as const;
export type Precedence = (typeof PRECEDENCES)[number];
const RANKS: ReadonlyMap<string, number> = new Map(PRECEDENCES.map((precedence, i) => [precedence, i]));
const rank = (precedence: Precedence): number => RANKS.get(precedence) ?? 0;
const COMMA = rank("comma");

/** Where the text grows, and which element of a pack is printed. */
export class Output {
  text = "";
  /** Not zero inside parentheses, where `>` is the operator and does not end template arguments. */
  parentheses = 1;
  packIndex = -1;
  packSize = -1;
  failed = false;
  depth = 0;

  /** False past a limit; else `depth` is one more, and the caller takes it back. */
  enter(): boolean {
    if (this.depth >= MAX_CXX_PRINT_DEPTH || this.text.length > MAX_CXX_LENGTH) this.failed = true;
    if (this.failed) return false;
    this.depth++;
    return true;
  }

  open(char = "("): void {
    this.parentheses++;
    this.text += char;
  }

  close(char = ")"): void {
    this.parentheses--;
    this.text += char;
  }
}

export abstract class CxxNode {
  get precedence(): Precedence {
    return "primary";
  }

  abstract left(out: Output): void;
  right(_out: Output): void {}
  hasRight(_out: Output): boolean {
    return false;
  }
  isArray(_out: Output): boolean {
    return false;
  }
  isFunction(_out: Output): boolean {
    return false;
  }
  /** What a constructor of it is called. */
  baseName(): string {
    return "";
  }
  /** What stands for a pack, or a reference to a template argument that came later. */
  syntax(_out: Output): CxxNode {
    return this;
  }

  print(out: Output): void {
    this.printLeft(out);
    if (this.hasRight(out)) this.printRight(out);
  }

  printLeft(out: Output): void {
    if (!out.enter()) return;
    this.left(out);
    out.depth--;
  }

  printRight(out: Output): void {
    if (!out.enter()) return;
    this.right(out);
    out.depth--;
  }

  /** In parentheses where the operator around it binds tighter. */
  printAsOperand(out: Output, than: Precedence = "default", strictly = false): void {
    const inParentheses = rank(this.precedence) >= rank(than) + (strictly ? 1 : 0);
    if (inParentheses) out.open();
    this.print(out);
    if (inParentheses) out.close();
  }
}

/** A list with commas; what prints nothing, an empty pack, gets none. */
export function printList(out: Output, nodes: readonly CxxNode[]): void {
  let isFirst = true;
  for (const node of nodes) {
    const before = out.text.length;
    if (!isFirst) out.text += ", ";
    const after = out.text.length;
    if (rank(node.precedence) >= COMMA) node.printAsOperand(out, "comma");
    else node.print(out);
    if (out.text.length === after) out.text = out.text.slice(0, before);
    else isFirst = false;
  }
}

/** Text, and nodes in it, from left to right. */
export class Sequence extends CxxNode {
  readonly parts: readonly (string | CxxNode)[];
  constructor(parts: readonly (string | CxxNode)[]) {
    super();
    this.parts = parts;
  }
  override left(out: Output): void {
    for (const part of this.parts) {
      if (typeof part === "string") out.text += part;
      else part.print(out);
    }
  }
}

/** A name, or a type of one word. */
class Text extends CxxNode {
  readonly name: string;
  constructor(name: string) {
    super();
    this.name = name;
  }
  override left(out: Output): void {
    out.text += this.name;
  }
  override baseName(): string {
    return this.name;
  }
}

export const text = (name: string): CxxNode => new Text(name);

/** `Boat::row`, or a name with its template arguments: a constructor is called as the last part. */
export class Named extends CxxNode {
  readonly before: CxxNode;
  readonly between: string;
  readonly name: CxxNode;
  readonly hasTemplateArguments: boolean;
  constructor(before: CxxNode, between: string, name: CxxNode, hasTemplateArguments = false) {
    super();
    this.before = before;
    this.between = between;
    this.name = name;
    this.hasTemplateArguments = hasTemplateArguments;
  }
  override left(out: Output): void {
    this.before.print(out);
    out.text += this.between;
    this.name.print(out);
  }
  override baseName(): string {
    return (this.hasTemplateArguments ? this.before : this.name).baseName();
  }
}

export class AbiTag extends CxxNode {
  readonly base: CxxNode;
  readonly tag: string;
  constructor(base: CxxNode, tag: string) {
    super();
    this.base = base;
    this.tag = tag;
  }
  override left(out: Output): void {
    this.base.printLeft(out);
    out.text += `[abi:${this.tag}]`;
  }
  override baseName(): string {
    return this.base.baseName();
  }
}

const SPECIAL: Readonly<Record<string, readonly [short: string, base: string]>> = {
  a: ["allocator", "allocator"],
  b: ["basic_string", "basic_string"],
  s: ["string", "basic_string"],
  i: ["istream", "basic_istream"],
  o: ["ostream", "basic_ostream"],
  d: ["iostream", "basic_iostream"],
};

/** `std::string` and its kin; written out where a member of it is named. */
export class SpecialSubstitution extends CxxNode {
  readonly letter: string;
  readonly isExpanded: boolean;
  constructor(letter: string, isExpanded = false) {
    super();
    this.letter = letter;
    this.isExpanded = isExpanded;
  }
  static has(letter: string): boolean {
    return letter in SPECIAL;
  }
  expanded(): SpecialSubstitution {
    return new SpecialSubstitution(this.letter, true);
  }
  override left(out: Output): void {
    const [short, base] = SPECIAL[this.letter] ?? ["", ""];
    out.text += `std::${this.isExpanded ? base : short}`;
    if (!this.isExpanded || "ab".includes(this.letter)) return;
    out.text += `<char, std::char_traits<char>${this.letter === "s" ? ", std::allocator<char>" : ""}>`;
  }
  override baseName(): string {
    const [short, base] = SPECIAL[this.letter] ?? ["", ""];
    return this.isExpanded ? base : short;
  }
}

export class TemplateArguments extends CxxNode {
  readonly args: readonly CxxNode[];
  constructor(args: readonly CxxNode[]) {
    super();
    this.args = args;
  }
  override left(out: Output): void {
    const before = out.parentheses;
    out.parentheses = 0;
    out.text += "<";
    printList(out, this.args);
    out.text += ">";
    out.parentheses = before;
  }
}

export class CtorDtorName extends CxxNode {
  readonly of: CxxNode;
  readonly isDestructor: boolean;
  constructor(of: CxxNode, isDestructor: boolean) {
    super();
    this.of = of;
    this.isDestructor = isDestructor;
  }
  override left(out: Output): void {
    out.text += `${this.isDestructor ? "~" : ""}${this.of.baseName()}`;
  }
}

/** An expression: how tight it binds, and how it prints. */
export class Expression extends CxxNode {
  readonly #precedence: Precedence;
  readonly #print: (out: Output) => void;
  constructor(precedence: Precedence, print: (out: Output) => void) {
    super();
    this.#precedence = precedence;
    this.#print = print;
  }
  override get precedence(): Precedence {
    return this.#precedence;
  }
  override left(out: Output): void {
    this.#print(out);
  }
}

/** `'lambda0'(int)`. */
export class ClosureName extends CxxNode {
  readonly count: string;
  readonly templateParameters: readonly CxxNode[];
  readonly parameters: readonly CxxNode[];
  readonly requires: readonly [CxxNode | undefined, CxxNode | undefined];
  constructor(
    count: string,
    templateParameters: readonly CxxNode[],
    parameters: readonly CxxNode[],
    requires: readonly [CxxNode | undefined, CxxNode | undefined],
  ) {
    super();
    this.count = count;
    this.templateParameters = templateParameters;
    this.parameters = parameters;
    this.requires = requires;
  }
  printDeclarator(out: Output): void {
    if (this.templateParameters.length > 0) {
      const before = out.parentheses;
      out.parentheses = 0;
      out.text += "<";
      printList(out, this.templateParameters);
      out.text += ">";
      out.parentheses = before;
    }
    const [first, second] = this.requires;
    if (first !== undefined) {
      out.text += " requires ";
      first.print(out);
      out.text += " ";
    }
    out.open();
    printList(out, this.parameters);
    out.close();
    if (second !== undefined) {
      out.text += " requires ";
      second.print(out);
    }
  }
  override left(out: Output): void {
    out.text += `'lambda${this.count}'`;
    this.printDeclarator(out);
  }
}

/** `typename $T`, `$T ...`. */
export class ParameterDeclaration extends CxxNode {
  readonly before: CxxNode;
  readonly name: CxxNode;
  readonly isPack: boolean;
  constructor(before: CxxNode, name: CxxNode, isPack = false) {
    super();
    this.before = before;
    this.name = name;
    this.isPack = isPack;
  }
  override hasRight(): boolean {
    return true;
  }
  override left(out: Output): void {
    this.before.printLeft(out);
    if (this.isPack) out.text += "...";
    else if (!this.before.hasRight(out)) out.text += " ";
  }
  override right(out: Output): void {
    this.name.print(out);
    this.before.printRight(out);
  }
}
