/**
 * Reads a C++ name (Itanium C++ ABI, section 5.1) into a tree: encodings, names, types, template arguments. Expressions stand in
 * `expressions.ts`, what is printed in `nodes.ts`. Substitutions and template parameters are tables that the name refers back to.
 */
import {
  AbiTag,
  ArgumentPack,
  ArrayType,
  ClosureName,
  CtorDtorName,
  CxxNode,
  Expression,
  ForwardReference,
  FunctionEncoding,
  FunctionType,
  MemberPointerType,
  Named,
  ObjCProtocol,
  PackExpansion,
  ParameterDeclaration,
  ParameterPack,
  PointerType,
  printList,
  type Qualifiers,
  QualifiedType,
  ReferenceType,
  type RefQualifier,
  Sequence,
  SpecialSubstitution,
  TemplateArguments,
  text,
} from "./nodes.ts";
import { OPERATORS } from "./operators.ts";

/** Nesting of a name; real ones nest some dozens deep. */
export const MAX_CXX_DEPTH = 256;
/** Parts read of one name. Forward references and damaged names may read again and again. */
export const MAX_CXX_STEPS = 100_000;

export type Maybe = CxxNode | undefined;

/** What a name tells about the function it names. */
interface NameState {
  isCtorDtorConversion: boolean;
  endsWithTemplateArguments: boolean;
  qualifiers: Qualifiers;
  reference: RefQualifier;
  hasExplicitObject: boolean;
  readonly firstForward: number;
}

const NO_QUALIFIERS: Qualifiers = { const: false, volatile: false, restrict: false };

export class CxxParser {
  readonly text: string;
  pos: number;
  readonly substitutions: CxxNode[] = [];
  /** One list per level; the first is that of the innermost template of the name itself. */
  templates: (CxxNode[] | undefined)[] = [];
  #outer: CxxNode[] = [];
  #forward: ForwardReference[] = [];
  #permitForward = false;
  tryTemplateArguments = true;
  #lambdaLevel = -1;
  #wasSubstitution = false;
  #keepParameters = false;
  readonly #synthetic = [0, 0, 0];
  #depth = 0;
  #steps = 0;
  readonly #readExpression: (p: CxxParser) => Maybe;

  /** What reads an expression is told from outside, because expressions hold types and names. */
  constructor(name: string, start: number, expression: (p: CxxParser) => Maybe) {
    this.text = name;
    this.pos = start;
    this.#readExpression = expression;
  }

  expression(): Maybe {
    if (!this.enter()) return undefined;
    const node = this.#readExpression(this);
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

  encoding(): Maybe {
    if (!this.enter()) return undefined;
    // Template parameters of an encoding have nothing to do with those around it.
    const { templates } = this;
    const outer = this.#outer;
    this.templates = [];
    this.#outer = [];
    const node = this.#bareEncoding();
    this.templates = templates;
    this.#outer = outer;
    this.leave();
    return node;
  }

  #isEndOfEncoding(): boolean {
    const char = this.look();
    return char === "" || char === "E" || char === "." || char === "_";
  }

  #bareEncoding(): Maybe {
    if (this.look() === "G" || this.look() === "T") return this.#specialName();
    const state: NameState = {
      isCtorDtorConversion: false,
      endsWithTemplateArguments: false,
      qualifiers: NO_QUALIFIERS,
      reference: "",
      hasExplicitObject: false,
      firstForward: this.#forward.length,
    };
    const name = this.name(state);
    if (name === undefined || !this.#resolveForward(state)) return undefined;
    if (this.#isEndOfEncoding()) return name;
    let attributes: Maybe;
    if (this.eat("Ua9enable_ifI")) {
      const conditions = this.listUntilE(() => this.templateArgument());
      if (conditions === undefined) return undefined;
      attributes = new Expression("primary", (out) => {
        out.text += " [enable_if:";
        printList(out, conditions);
        out.text += "]";
      });
    }
    let result: Maybe;
    if (!state.isCtorDtorConversion && state.endsWithTemplateArguments) {
      result = this.type();
      if (result === undefined) return undefined;
    }
    const parameters: CxxNode[] = [];
    if (!this.eat("v")) {
      do {
        const type = this.type();
        if (type === undefined) return undefined;
        const isObject = state.hasExplicitObject && parameters.length === 0;
        parameters.push(isObject ? new Sequence(["this ", type]) : type);
      } while (!this.#isEndOfEncoding() && this.look() !== "Q");
    }
    const requires = this.#constraint();
    if (requires === null) return undefined;
    const { qualifiers, reference } = state;
    return new FunctionEncoding({ result, name, parameters, attributes, requires, qualifiers, reference });
  }

  /** Parameters in the type of a conversion operator are those of the template arguments behind it. */
  #resolveForward({ firstForward }: NameState): boolean {
    for (const reference of this.#forward.splice(firstForward)) {
      reference.target = this.templates[0]?.[reference.index];
      if (reference.target === undefined) return false;
    }
    return true;
  }

  #specialName(): Maybe {
    const of = (words: string, read: () => Maybe): Maybe => {
      this.pos += 2;
      const node = read();
      return node && new Sequence([words, node]);
    };
    const type = () => this.type();
    const name = () => this.name();
    switch (this.look() + this.look(1)) {
      case "TA":
        return of("template parameter object for ", () => this.templateArgument());
      case "TV":
        return of("vtable for ", type);
      case "TT":
        return of("VTT for ", type);
      case "TI":
        return of("typeinfo for ", type);
      case "TS":
        return of("typeinfo name for ", type);
      case "TW":
        return of("thread-local wrapper routine for ", name);
      case "TH":
        return of("thread-local initialization routine for ", name);
      case "Tc":
        return of("covariant return thunk to ", () =>
          this.#callOffset() && this.#callOffset() ? this.encoding() : undefined,
        );
      case "TC": {
        this.pos += 2;
        const first = this.type();
        if (first === undefined || this.number(true) === "" || !this.eat("_")) return undefined;
        const second = this.type();
        return second && new Sequence(["construction vtable for ", second, "-in-", first]);
      }
      case "GV":
        return of("guard variable for ", name);
      case "GR":
        return of("reference temporary for ", () => {
          const node = this.name();
          const hasSequence = /^[0-9A-Z]+/.exec(this.text.slice(this.pos, this.pos + 20))?.[0] ?? "";
          this.pos += hasSequence.length;
          return this.eat("_") || hasSequence === "" ? node : undefined;
        });
      case "GI":
        return of("initializer for module ", () => this.#moduleName(undefined));
      default: {
        if (this.look() !== "T") return undefined;
        this.pos++;
        const isVirtual = this.look() === "v";
        if (!this.#callOffset()) return undefined;
        const node = this.encoding();
        return node && new Sequence([isVirtual ? "virtual thunk to " : "non-virtual thunk to ", node]);
      }
    }
  }

  #callOffset(): boolean {
    const offset = () => this.number(true) !== "" && this.eat("_");
    if (this.eat("h")) return offset();
    return this.eat("v") && offset() && offset();
  }

  name(state?: NameState): Maybe {
    if (!this.enter()) return undefined;
    const node = this.#bareName(state);
    this.leave();
    return node;
  }

  #bareName(state: NameState | undefined): Maybe {
    if (this.look() === "N") return this.#nestedName(state);
    if (this.look() === "Z") return this.#localName(state);
    const node = this.#unscopedName(state);
    const isSubstitution = this.#wasSubstitution;
    if (node === undefined) return undefined;
    if (this.look() === "I") {
      if (!isSubstitution) this.substitutions.push(node);
      return this.#withArguments(node, state);
    }
    return isSubstitution ? undefined : node;
  }

  #withArguments(node: CxxNode, state: NameState | undefined): Maybe {
    const args = this.templateArguments(state !== undefined);
    if (args === undefined) return undefined;
    if (state !== undefined) state.endsWithTemplateArguments = true;
    return new Named(node, "", args, true);
  }

  #localName(state: NameState | undefined): Maybe {
    this.pos++;
    const encoding = this.encoding();
    if (encoding === undefined || !this.eat("E")) return undefined;
    if (this.eat("s")) {
      this.#discriminator();
      return new Named(encoding, "::", text("string literal"));
    }
    const { templates } = this;
    const outer = this.#outer;
    this.templates = [];
    this.#outer = [];
    let isInDefault = false;
    if (this.eat("d")) {
      this.number(true);
      isInDefault = true;
      if (!this.eat("_")) return undefined;
    }
    const entity = this.name(state);
    // The parameters of a local template are those that its encoding reads next.
    if (state === undefined) {
      this.templates = templates;
      this.#outer = outer;
    }
    if (entity === undefined) return undefined;
    if (!isInDefault) this.#discriminator();
    return new Named(encoding, "::", entity);
  }

  /** `_0`, `__12_`, or digits to the end. */
  #discriminator(): void {
    if (this.look() !== "_" && !this.isDigit()) return;
    const match = /^(?:_[0-9]|__[0-9]+_|[0-9]+$)/.exec(this.text.slice(this.pos));
    if (match !== null) this.pos += match[0].length;
  }

  /** Sets `#wasSubstitution`, too. */
  #unscopedName(state: NameState | undefined): Maybe {
    const std = this.eat("St") ? text("std") : undefined;
    let module: Maybe;
    if (this.look() === "S") {
      const substitution = this.substitution();
      this.#wasSubstitution = false;
      if (substitution === undefined) return undefined;
      if (isModule(substitution)) module = substitution;
      else {
        this.#wasSubstitution = true;
        return std === undefined ? substitution : undefined;
      }
    }
    const node = this.#unqualifiedName(state, std, module);
    this.#wasSubstitution = false;
    return node;
  }

  #unqualifiedName(state: NameState | undefined, scope: Maybe, given: Maybe): Maybe {
    const module = this.#moduleName(given);
    const isFriend = scope !== undefined && this.eat("F");
    this.eat("L");
    let node: Maybe;
    if (this.isDigit() && this.look() !== "0") node = this.sourceName();
    else if (this.eat("DC")) {
      const names: CxxNode[] = [];
      do {
        const binding = this.sourceName();
        if (binding === undefined) return undefined;
        names.push(binding);
      } while (!this.eat("E"));
      node = new Expression("primary", (out) => {
        out.open("[");
        printList(out, names);
        out.close("]");
      });
    } else if (this.look() === "C" || this.look() === "D") {
      if (scope === undefined || module !== undefined) return undefined;
      node = this.#ctorDtorName(scope, state);
      if (node === undefined) return undefined;
      return new Named(scope instanceof SpecialSubstitution ? scope.expanded() : scope, "::", this.#abiTags(node));
    } else if (this.look() === "U") node = this.unnamedTypeName(state);
    else node = this.operatorName(state);
    if (node === undefined) return undefined;
    if (module !== undefined) node = new Named(node, "@", module);
    node = this.#abiTags(node);
    return scope === undefined ? node : new Named(scope, isFriend ? "::friend " : "::", node);
  }

  #moduleName(given: Maybe): Maybe {
    let module = given;
    while (this.eat("W")) {
      const isPartition = this.eat("P");
      const part = this.sourceName();
      if (part === undefined) return undefined;
      module = new ModuleName(module, part, isPartition);
      this.substitutions.push(module);
    }
    return module;
  }

  unnamedTypeName(state?: NameState): Maybe {
    if (state !== undefined) this.templates = [];
    if (this.eat("Ut")) {
      const count = this.number();
      return this.eat("_") ? text(`'unnamed${count}'`) : undefined;
    }
    if (this.eat("Ul")) return this.#closureName();
    if (!this.eat("Ub")) return undefined;
    this.number();
    return this.eat("_") ? text("'block-literal'") : undefined;
  }

  #closureName(): Maybe {
    const lambdaLevel = this.#lambdaLevel;
    const level = this.templates.length;
    this.#lambdaLevel = level;
    const own: CxxNode[] = [];
    this.templates.push(own);
    const node = this.#bareClosureName(own);
    this.templates.length = level;
    this.#lambdaLevel = lambdaLevel;
    return node;
  }

  #bareClosureName(own: CxxNode[]): Maybe {
    const declared: CxxNode[] = [];
    while (this.look() === "T" && isDeclaration(this.look(1))) {
      const parameter = this.#templateParameterDeclaration(own);
      if (parameter === undefined) return undefined;
      declared.push(parameter);
    }
    // Without explicit ones `auto` makes parameters of its own at this level.
    if (declared.length === 0) this.templates.pop();
    const first = this.#constraint();
    if (first === null) return undefined;
    const parameters: CxxNode[] = [];
    if (!this.eat("v")) {
      do {
        const type = this.type();
        if (type === undefined) return undefined;
        parameters.push(type);
      } while (this.look() !== "E" && this.look() !== "Q");
    }
    const second = this.#constraint();
    if (second === null || !this.eat("E")) return undefined;
    const count = this.number();
    return this.eat("_") ? new ClosureName(count, declared, parameters, [first, second]) : undefined;
  }

  /** `undefined` where none stands, `null` where it cannot be read. Parameters in it keep their letters, as upstream has it. */
  #constraint(): Maybe | null {
    if (!this.eat("Q")) return undefined;
    const before = this.#keepParameters;
    this.#keepParameters = true;
    const node = this.expression();
    this.#keepParameters = before;
    return node ?? null;
  }

  #templateParameterDeclaration(list: CxxNode[] | undefined): Maybe {
    return this.nested(() => {
      const invented = (kind: 0 | 1 | 2): CxxNode => {
        const index = this.#synthetic[kind]!++;
        const name = text(`${["$T", "$N", "$TT"][kind]}${index === 0 ? "" : index - 1}`);
        list?.push(name);
        return name;
      };
      if (this.eat("Ty")) return new ParameterDeclaration(text("typename"), invented(0));
      if (this.eat("Tk")) {
        const constraint = this.name();
        return constraint && new ParameterDeclaration(constraint, invented(0));
      }
      if (this.eat("Tn")) {
        const name = invented(1);
        const type = this.type();
        return type && new ParameterDeclaration(type, name);
      }
      if (this.eat("Tt")) {
        const name = invented(2);
        const inner: CxxNode[] = [];
        this.templates.push(inner);
        const parameters = this.listUntilE(() => this.#templateParameterDeclaration(inner));
        this.templates.pop();
        if (parameters === undefined) return undefined;
        const head = new Expression("primary", (out) => {
          const before = out.parentheses;
          out.parentheses = 0;
          out.text += "template<";
          printList(out, parameters);
          out.text += "> typename";
          out.parentheses = before;
        });
        return new ParameterDeclaration(head, name);
      }
      if (!this.eat("Tp")) return undefined;
      const parameter = this.#templateParameterDeclaration(list);
      return parameter instanceof ParameterDeclaration
        ? new ParameterDeclaration(parameter.before, parameter.name, true)
        : undefined;
    });
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

  #abiTags(node: CxxNode): CxxNode {
    let tagged = node;
    while (this.look() === "B") {
      const start = this.pos++;
      const tag = this.bareSourceName();
      if (tag === undefined) {
        this.pos = start;
        break;
      }
      tagged = new AbiTag(tagged, tag);
    }
    return tagged;
  }

  operatorName(state?: NameState): Maybe {
    const operator = OPERATORS.get(this.look() + this.look(1));
    if (operator !== undefined) {
      this.pos += 2;
      if (operator.kind === "c-cast") {
        const { tryTemplateArguments } = this;
        const permit = this.#permitForward;
        this.tryTemplateArguments = false;
        this.#permitForward ||= state !== undefined;
        const type = this.type();
        this.tryTemplateArguments = tryTemplateArguments;
        this.#permitForward = permit;
        if (state !== undefined) state.isCtorDtorConversion = true;
        return type && new Sequence(["operator ", type]);
      }
      return operator.isNameable ? text(`operator${operator.spelling}`) : undefined;
    }
    if (this.eat("li")) {
      const name = this.sourceName();
      return name && new Sequence(['operator""', " ", name]);
    }
    if (!this.eat("v") || !this.isDigit()) return undefined;
    this.pos++;
    const name = this.sourceName();
    return name && new Sequence(["operator ", name]);
  }

  #ctorDtorName(scope: CxxNode, state: NameState | undefined): Maybe {
    const of = scope instanceof SpecialSubstitution ? scope.expanded() : scope;
    if (this.eat("C")) {
      const isInherited = this.eat("I");
      if (!/^[1-5]$/.test(this.look())) return undefined;
      this.pos++;
      if (state !== undefined) state.isCtorDtorConversion = true;
      if (isInherited && this.name(state) === undefined) return undefined;
      return new CtorDtorName(of, false);
    }
    if (!/^[01245]$/.test(this.look(1))) return undefined;
    this.pos += 2;
    if (state !== undefined) state.isCtorDtorConversion = true;
    return new CtorDtorName(of, true);
  }

  #nestedName(state: NameState | undefined): Maybe {
    this.pos++;
    if (this.eat("H")) {
      if (state !== undefined) state.hasExplicitObject = true;
    } else {
      const qualifiers = this.qualifiers();
      const reference: RefQualifier = this.eat("O") ? " &&" : this.eat("R") ? " &" : "";
      if (state !== undefined) {
        state.qualifiers = qualifiers;
        state.reference = reference;
      }
    }
    let node: Maybe;
    while (!this.eat("E")) {
      if (state !== undefined) state.endsWithTemplateArguments = false;
      if (this.look() === "T") {
        if (node !== undefined) return undefined;
        node = this.templateParameter();
      } else if (this.look() === "I") {
        if (node === undefined || (node instanceof Named && node.hasTemplateArguments)) return undefined;
        node = this.#withArguments(node, state);
      } else if (this.look() === "D" && (this.look(1) === "t" || this.look(1) === "T")) {
        if (node !== undefined) return undefined;
        node = this.decltype();
      } else {
        let module: Maybe;
        if (this.look() === "S") {
          const substitution = this.eat("St") ? text("std") : this.substitution();
          if (substitution === undefined) return undefined;
          if (isModule(substitution)) module = substitution;
          else if (node !== undefined) return undefined;
          else {
            node = substitution;
            continue;
          }
        }
        node = this.#unqualifiedName(state, node, module);
      }
      if (node === undefined) return undefined;
      this.substitutions.push(node);
      // A member whose initialiser holds a lambda.
      this.eat("M");
    }
    if (node === undefined || this.substitutions.length === 0) return undefined;
    this.substitutions.pop();
    return node;
  }

  qualifiers(): Qualifiers {
    const restrict = this.eat("r");
    const volatile = this.eat("V");
    const isConst = this.eat("K");
    return restrict || volatile || isConst ? { restrict, volatile, const: isConst } : NO_QUALIFIERS;
  }

  substitution(): Maybe {
    if (!this.eat("S")) return undefined;
    if (SpecialSubstitution.has(this.look())) {
      const special = new SpecialSubstitution(this.look());
      this.pos++;
      const tagged = this.#abiTags(special);
      return tagged === special ? special : this.substitutable(tagged);
    }
    if (this.eat("_")) return this.substitutions[0];
    // In base 36; no name has as many as six digits count.
    let index = 0;
    for (let end = this.pos + 6, char = this.look(); this.pos < end && isDigit36(char); char = this.look()) {
      index = index * 36 + Number.parseInt(char, 36);
      this.pos++;
    }
    return this.eat("_") ? this.substitutions[index + 1] : undefined;
  }

  templateParameter(): Maybe {
    const start = this.pos;
    if (!this.eat("T")) return undefined;
    let level = 0;
    if (this.eat("L")) {
      const digits = this.number();
      if (digits === "" || !this.eat("_")) return undefined;
      level = Number(digits) + 1;
    }
    let index = 0;
    if (!this.eat("_")) {
      const digits = this.number();
      if (digits === "" || !this.eat("_")) return undefined;
      index = Number(digits) + 1;
    }
    if (this.#keepParameters) return text(this.text.slice(start, this.pos - 1));
    if (this.#permitForward && level === 0) {
      const reference = new ForwardReference(index);
      this.#forward.push(reference);
      return reference;
    }
    const node = this.templates[level]?.[index];
    if (node !== undefined) return node;
    if (this.#lambdaLevel !== level || level > this.templates.length) return undefined;
    // `auto` as a parameter of a lambda is a template parameter of it.
    if (level === this.templates.length) this.templates.push(undefined);
    return text("auto");
  }

  templateArguments(isOfName = false): Maybe {
    if (!this.eat("I")) return undefined;
    if (isOfName) {
      this.#outer = [];
      this.templates = [this.#outer];
    }
    const args: CxxNode[] = [];
    while (!this.eat("E")) {
      // A constraint is read and not shown.
      if (this.look() === "Q") {
        if (this.#constraint() === null || !this.eat("E")) return undefined;
        break;
      }
      const outer = this.#outer;
      const arg = this.templateArgument();
      if (arg === undefined) return undefined;
      args.push(arg);
      if (isOfName) outer.push(arg instanceof ArgumentPack ? new ParameterPack(arg.elements) : arg);
    }
    return new TemplateArguments(args);
  }

  templateArgument(): Maybe {
    if (!this.enter()) return undefined;
    const node = this.#bareTemplateArgument();
    this.leave();
    return node;
  }

  #bareTemplateArgument(): Maybe {
    if (this.eat("X")) {
      const node = this.expression();
      return node !== undefined && this.eat("E") ? node : undefined;
    }
    if (this.eat("J")) {
      const list = this.listUntilE(() => this.templateArgument());
      return list && new ArgumentPack(list);
    }
    if (this.look() === "L") {
      if (this.look(1) !== "Z") return this.expression();
      this.pos += 2;
      const node = this.encoding();
      return node !== undefined && this.eat("E") ? node : undefined;
    }
    if (this.look() === "T" && isDeclaration(this.look(1))) {
      const parameter = this.#templateParameterDeclaration(undefined);
      return parameter && this.templateArgument();
    }
    return this.type();
  }

  type(): Maybe {
    if (!this.enter()) return undefined;
    const node = this.#bareType();
    this.leave();
    return node;
  }

  #bareType(): Maybe {
    const letter = this.look();
    const builtin = BUILTIN_TYPES.get(letter);
    if (builtin !== undefined) {
      this.pos++;
      return builtin;
    }
    switch (letter) {
      case "r":
      case "V":
      case "K": {
        const { pos } = this;
        this.qualifiers();
        const isFunction = this.look() === "F" || (this.look() === "D" && "oOwx".includes(this.look(1) || "-"));
        this.pos = pos;
        return this.substitutable(isFunction ? this.#functionType() : this.#qualifiedType());
      }
      case "U":
        return this.substitutable(this.#qualifiedType());
      case "u": {
        this.pos++;
        const name = this.bareSourceName();
        if (name === undefined) return undefined;
        if (!this.eat("I")) return this.substitutable(text(name));
        const base = this.type();
        return base !== undefined && this.eat("E")
          ? this.substitutable(new Sequence([name, "(", base, ")"]))
          : undefined;
      }
      case "D":
        return this.#typeWithD();
      case "F":
        return this.substitutable(this.#functionType());
      case "A":
        return this.substitutable(this.#arrayType());
      case "M": {
        this.pos++;
        const owner = this.type();
        const member = owner && this.type();
        return this.substitutable(owner && member && new MemberPointerType(owner, member));
      }
      case "T":
        return this.#typeWithT();
      case "P":
      case "R":
      case "O": {
        this.pos++;
        const inner = this.type();
        if (inner === undefined) return undefined;
        return this.substitutable(letter === "P" ? new PointerType(inner) : new ReferenceType(inner, letter === "O"));
      }
      case "C":
      case "G": {
        this.pos++;
        const inner = this.type();
        return this.substitutable(inner && new Sequence([inner, letter === "C" ? " complex" : " imaginary"]));
      }
      case "S":
        if (this.look(1) !== "t") return this.#typeWithS();
        return this.substitutable(this.#classType());
      default:
        return this.substitutable(this.#classType());
    }
  }

  #typeWithS(): Maybe {
    const node = this.#unscopedName(undefined);
    const isSubstitution = this.#wasSubstitution;
    if (node === undefined) return undefined;
    if (this.look() === "I" && (!isSubstitution || this.tryTemplateArguments)) {
      if (!isSubstitution) this.substitutions.push(node);
      return this.substitutable(this.#withArguments(node, undefined));
    }
    return isSubstitution ? node : this.substitutable(node);
  }

  #typeWithT(): Maybe {
    if ("sue".includes(this.look(1) || "-")) return this.substitutable(this.#classType());
    const node = this.templateParameter();
    if (node === undefined) return undefined;
    if (!this.tryTemplateArguments || this.look() !== "I") return this.substitutable(node);
    this.substitutions.push(node);
    return this.substitutable(this.#withArguments(node, undefined));
  }

  #typeWithD(): Maybe {
    const letter = this.look(1);
    const builtin = D_TYPES[letter];
    if (builtin !== undefined) {
      this.pos += 2;
      return text(builtin);
    }
    switch (letter) {
      case "F": {
        this.pos += 2;
        if (this.eat("16b")) return text("std::bfloat16_t");
        const bits = this.number();
        const isExtended = this.eat("x");
        return bits !== "" && (isExtended || this.eat("_")) ? text(`_Float${bits}${isExtended ? "x" : ""}`) : undefined;
      }
      case "B":
      case "U": {
        this.pos += 2;
        const size = this.isDigit() ? text(this.number()) : this.expression();
        if (size === undefined || !this.eat("_")) return undefined;
        return this.substitutable(new Sequence([letter === "B" ? "_BitInt(" : "unsigned _BitInt(", size, ")"]));
      }
      case "t":
      case "T":
        return this.substitutable(this.decltype());
      case "v":
        return this.substitutable(this.#vectorType());
      case "p": {
        this.pos += 2;
        const pattern = this.type();
        return this.substitutable(pattern && new PackExpansion(pattern));
      }
      case "k":
      case "K": {
        this.pos += 2;
        const constraint = this.name();
        return this.substitutable(
          constraint && new Sequence([constraint, letter === "k" ? " auto" : " decltype(auto)"]),
        );
      }
      case "o":
      case "O":
      case "w":
      case "x":
        return this.substitutable(this.#functionType());
      default:
        return undefined;
    }
  }

  #qualifiedType(): Maybe {
    return this.nested(() => {
      if (!this.eat("U")) {
        const qualifiers = this.qualifiers();
        const type = this.type();
        const has = qualifiers.const || qualifiers.volatile || qualifiers.restrict;
        return type && (has ? new QualifiedType(type, qualifiers) : type);
      }
      const name = this.bareSourceName();
      if (name === undefined) return undefined;
      if (name.startsWith("objcproto")) {
        const protocol = new CxxParser(name, "objcproto".length, this.#readExpression).bareSourceName();
        const type = protocol === undefined ? undefined : this.#qualifiedType();
        return type && new ObjCProtocol(type, protocol ?? "");
      }
      const args = this.look() === "I" ? this.templateArguments() : undefined;
      const type = this.#qualifiedType();
      return type && new Sequence(args === undefined ? [type, " ", name] : [type, " ", name, args]);
    });
  }

  #functionType(): Maybe {
    const qualifiers = this.qualifiers();
    let exceptions: Maybe;
    if (this.eat("Do")) exceptions = text("noexcept");
    else if (this.eat("DO")) {
      const condition = this.expression();
      if (condition === undefined || !this.eat("E")) return undefined;
      exceptions = new Sequence(["noexcept(", condition, ")"]);
    } else if (this.eat("Dw")) {
      const types = this.listUntilE(() => this.type());
      if (types === undefined) return undefined;
      exceptions = new Expression("primary", (out) => {
        out.text += "throw(";
        printList(out, types);
        out.text += ")";
      });
    }
    this.eat("Dx");
    if (!this.eat("F")) return undefined;
    this.eat("Y");
    const result = this.type();
    if (result === undefined) return undefined;
    const parameters: CxxNode[] = [];
    let reference: RefQualifier = "";
    for (;;) {
      if (this.eat("E")) break;
      if (this.eat("v")) continue;
      if (this.eat("RE")) reference = " &";
      else if (this.eat("OE")) reference = " &&";
      if (reference !== "") break;
      const type = this.type();
      if (type === undefined) return undefined;
      parameters.push(type);
    }
    return new FunctionType(result, parameters, qualifiers, reference, exceptions);
  }

  #arrayType(): Maybe {
    this.pos++;
    let dimension: Maybe;
    if (this.isDigit()) {
      dimension = text(this.number());
      if (!this.eat("_")) return undefined;
    } else if (!this.eat("_")) {
      dimension = this.expression();
      if (dimension === undefined || !this.eat("_")) return undefined;
    }
    const element = this.type();
    return element && new ArrayType(element, dimension);
  }

  #vectorType(): Maybe {
    this.pos += 2;
    let dimension: Maybe;
    if (this.isDigit()) {
      dimension = text(this.number());
      if (!this.eat("_")) return undefined;
      if (this.eat("p")) return new Sequence(["pixel vector[", dimension, "]"]);
    } else if (!this.eat("_")) {
      dimension = this.expression();
      if (dimension === undefined || !this.eat("_")) return undefined;
    }
    const element = this.type();
    return element && new Sequence([element, " vector[", dimension ?? "", "]"]);
  }

  decltype(): Maybe {
    this.pos += 2;
    const inner = this.expression();
    return inner !== undefined && this.eat("E") ? new Sequence(["decltype(", inner, ")"]) : undefined;
  }

  #classType(): Maybe {
    const kind = this.eat("Ts") ? "struct " : this.eat("Tu") ? "union " : this.eat("Te") ? "enum " : undefined;
    const name = this.name();
    return name && (kind === undefined ? name : new Sequence([kind, name]));
  }
}

class ModuleName extends Sequence {
  constructor(parent: Maybe, part: CxxNode, isPartition: boolean) {
    const separator = isPartition ? ":" : ".";
    super(parent === undefined ? [isPartition ? ":" : "", part] : [parent, separator, part]);
  }
}
const isModule = (node: CxxNode): boolean => node instanceof ModuleName;

const isDeclaration = (letter: string): boolean => letter !== "" && "yptnk".includes(letter);

const isDigit36 = (char: string): boolean => (char >= "0" && char <= "9") || (char >= "A" && char <= "Z");

const LETTER_TYPES: Readonly<Record<string, string>> = {
  v: "void",
  w: "wchar_t",
  b: "bool",
  c: "char",
  a: "signed char",
  h: "unsigned char",
  s: "short",
  t: "unsigned short",
  i: "int",
  j: "unsigned int",
  l: "long",
  m: "unsigned long",
  x: "long long",
  y: "unsigned long long",
  n: "__int128",
  o: "unsigned __int128",
  f: "float",
  d: "double",
  e: "long double",
  g: "__float128",
  z: "...",
};
/** Made once: nothing changes a node. */
const BUILTIN_TYPES: ReadonlyMap<string, CxxNode> = new Map(
  Object.entries(LETTER_TYPES).map(([letter, name]) => [letter, text(name)]),
);
const D_TYPES: Readonly<Record<string, string>> = {
  d: "decimal64",
  e: "decimal128",
  f: "decimal32",
  h: "half",
  i: "char32_t",
  s: "char16_t",
  u: "char8_t",
  a: "auto",
  c: "decltype(auto)",
  n: "std::nullptr_t",
};
