/** Names: nested, local and unscoped ones, operators, constructors, modules; and substitutions for them. */
import { type Qualifiers, type RefQualifier } from "./declarators.ts";
import {
  AbiTag,
  CtorDtorName,
  type CxxNode,
  Expression,
  Named,
  printList,
  Sequence,
  SpecialSubstitution,
  text,
} from "./nodes.ts";
import { OPERATORS } from "./operators.ts";
import { unnamedTypeName } from "./closures.ts";
import { templateArguments, templateParameter } from "./templates.ts";
import { type CxxParser, type Maybe, type NameState, NO_QUALIFIERS } from "./parser.ts";

export function name(p: CxxParser, state?: NameState): Maybe {
  if (!p.enter()) return undefined;
  const node = bareName(p, state);
  p.leave();
  return node;
}

function bareName(p: CxxParser, state: NameState | undefined): Maybe {
  if (p.look() === "N") return nestedName(p, state);
  if (p.look() === "Z") return localName(p, state);
  const node = unscopedName(p, state);
  const isSubstitution = p.wasSubstitution;
  if (node === undefined) return undefined;
  if (p.look() === "I") {
    if (!isSubstitution) p.substitutions.push(node);
    return withArguments(p, node, state);
  }
  return isSubstitution ? undefined : node;
}

export function withArguments(p: CxxParser, node: CxxNode, state: NameState | undefined): Maybe {
  const args = templateArguments(p, state !== undefined);
  if (args === undefined) return undefined;
  if (state !== undefined) state.endsWithTemplateArguments = true;
  return new Named(node, "", args, true);
}

function localName(p: CxxParser, state: NameState | undefined): Maybe {
  p.pos++;
  const encoding = p.grammar.encoding(p);
  if (encoding === undefined || !p.eat("E")) return undefined;
  if (p.eat("s")) {
    discriminator(p);
    return new Named(encoding, "::", text("string literal"));
  }
  const { templates } = p;
  const outer = p.outer;
  p.templates = [];
  p.outer = [];
  let isInDefault = false;
  if (p.eat("d")) {
    p.number(true);
    isInDefault = true;
    if (!p.eat("_")) return undefined;
  }
  const entity = name(p, state);
  // The parameters of a local template are those that its encoding reads next.
  if (state === undefined) {
    p.templates = templates;
    p.outer = outer;
  }
  if (entity === undefined) return undefined;
  if (!isInDefault) discriminator(p);
  return new Named(encoding, "::", entity);
}

/** `_0`, `__12_`, or digits to the end. */
function discriminator(p: CxxParser): void {
  if (p.look() !== "_" && !p.isDigit()) return;
  const match = /^(?:_[0-9]|__[0-9]+_|[0-9]+$)/.exec(p.text.slice(p.pos));
  if (match !== null) p.pos += match[0].length;
}

/** Sets `#wasSubstitution`, too. */
export function unscopedName(p: CxxParser, state: NameState | undefined): Maybe {
  const std = p.eat("St") ? text("std") : undefined;
  let module: Maybe;
  if (p.look() === "S") {
    const substitution = readSubstitution(p);
    p.wasSubstitution = false;
    if (substitution === undefined) return undefined;
    if (isModule(substitution)) module = substitution;
    else {
      p.wasSubstitution = true;
      return std === undefined ? substitution : undefined;
    }
  }
  const node = unqualifiedName(p, state, std, module);
  p.wasSubstitution = false;
  return node;
}

function unqualifiedName(p: CxxParser, state: NameState | undefined, scope: Maybe, given: Maybe): Maybe {
  const module = moduleName(p, given);
  const isFriend = scope !== undefined && p.eat("F");
  p.eat("L");
  let node: Maybe;
  if (p.isDigit() && p.look() !== "0") node = p.sourceName();
  else if (p.eat("DC")) {
    const names: CxxNode[] = [];
    do {
      const binding = p.sourceName();
      if (binding === undefined) return undefined;
      names.push(binding);
    } while (!p.eat("E"));
    node = new Expression("primary", (out) => {
      out.open("[");
      printList(out, names);
      out.close("]");
    });
  } else if (p.look() === "C" || p.look() === "D") {
    if (scope === undefined || module !== undefined) return undefined;
    node = ctorDtorName(p, scope, state);
    if (node === undefined) return undefined;
    return new Named(scope instanceof SpecialSubstitution ? scope.expanded() : scope, "::", abiTags(p, node));
  } else if (p.look() === "U") node = unnamedTypeName(p, state);
  else node = operatorName(p, state);
  if (node === undefined) return undefined;
  if (module !== undefined) node = new Named(node, "@", module);
  node = abiTags(p, node);
  return scope === undefined ? node : new Named(scope, isFriend ? "::friend " : "::", node);
}

export function moduleName(p: CxxParser, given: Maybe): Maybe {
  let module = given;
  while (p.eat("W")) {
    const isPartition = p.eat("P");
    const part = p.sourceName();
    if (part === undefined) return undefined;
    module = new ModuleName(module, part, isPartition);
    p.substitutions.push(module);
  }
  return module;
}

function abiTags(p: CxxParser, node: CxxNode): CxxNode {
  let tagged = node;
  while (p.look() === "B") {
    const start = p.pos++;
    const tag = p.bareSourceName();
    if (tag === undefined) {
      p.pos = start;
      break;
    }
    tagged = new AbiTag(tagged, tag);
  }
  return tagged;
}

export function operatorName(p: CxxParser, state?: NameState): Maybe {
  const operator = OPERATORS.get(p.look() + p.look(1));
  if (operator !== undefined) {
    p.pos += 2;
    if (operator.kind === "c-cast") {
      const { tryTemplateArguments } = p;
      const permit = p.permitForward;
      p.tryTemplateArguments = false;
      p.permitForward ||= state !== undefined;
      const type = p.grammar.type(p);
      p.tryTemplateArguments = tryTemplateArguments;
      p.permitForward = permit;
      if (state !== undefined) state.isCtorDtorConversion = true;
      return type && new Sequence(["operator ", type]);
    }
    return operator.isNameable ? text(`operator${operator.spelling}`) : undefined;
  }
  if (p.eat("li")) {
    const name = p.sourceName();
    return name && new Sequence(['operator""', " ", name]);
  }
  if (!p.eat("v") || !p.isDigit()) return undefined;
  p.pos++;
  const name = p.sourceName();
  return name && new Sequence(["operator ", name]);
}

function ctorDtorName(p: CxxParser, scope: CxxNode, state: NameState | undefined): Maybe {
  const of = scope instanceof SpecialSubstitution ? scope.expanded() : scope;
  if (p.eat("C")) {
    const isInherited = p.eat("I");
    if (!/^[1-5]$/.test(p.look())) return undefined;
    p.pos++;
    if (state !== undefined) state.isCtorDtorConversion = true;
    if (isInherited && name(p, state) === undefined) return undefined;
    return new CtorDtorName(of, false);
  }
  if (!/^[01245]$/.test(p.look(1))) return undefined;
  p.pos += 2;
  if (state !== undefined) state.isCtorDtorConversion = true;
  return new CtorDtorName(of, true);
}

function nestedName(p: CxxParser, state: NameState | undefined): Maybe {
  p.pos++;
  if (p.eat("H")) {
    if (state !== undefined) state.hasExplicitObject = true;
  } else {
    const qualifiers = readQualifiers(p);
    const reference: RefQualifier = p.eat("O") ? " &&" : p.eat("R") ? " &" : "";
    if (state !== undefined) {
      state.qualifiers = qualifiers;
      state.reference = reference;
    }
  }
  let node: Maybe;
  while (!p.eat("E")) {
    if (state !== undefined) state.endsWithTemplateArguments = false;
    if (p.look() === "T") {
      if (node !== undefined) return undefined;
      node = templateParameter(p);
    } else if (p.look() === "I") {
      if (node === undefined || (node instanceof Named && node.hasTemplateArguments)) return undefined;
      node = withArguments(p, node, state);
    } else if (p.look() === "D" && (p.look(1) === "t" || p.look(1) === "T")) {
      if (node !== undefined) return undefined;
      node = p.grammar.decltype(p);
    } else {
      let module: Maybe;
      if (p.look() === "S") {
        const substitution = p.eat("St") ? text("std") : readSubstitution(p);
        if (substitution === undefined) return undefined;
        if (isModule(substitution)) module = substitution;
        else if (node !== undefined) return undefined;
        else {
          node = substitution;
          continue;
        }
      }
      node = unqualifiedName(p, state, node, module);
    }
    if (node === undefined) return undefined;
    p.substitutions.push(node);
    // A member whose initialiser holds a lambda.
    p.eat("M");
  }
  if (node === undefined || p.substitutions.length === 0) return undefined;
  p.substitutions.pop();
  return node;
}

export function readSubstitution(p: CxxParser): Maybe {
  if (!p.eat("S")) return undefined;
  if (SpecialSubstitution.has(p.look())) {
    const special = new SpecialSubstitution(p.look());
    p.pos++;
    const tagged = abiTags(p, special);
    return tagged === special ? special : p.substitutable(tagged);
  }
  if (p.eat("_")) return p.substitutions[0];
  // In base 36; no name has as many as six digits count.
  let index = 0;
  for (let end = p.pos + 6, char = p.look(); p.pos < end && isDigit36(char); char = p.look()) {
    index = index * 36 + Number.parseInt(char, 36);
    p.pos++;
  }
  return p.eat("_") ? p.substitutions[index + 1] : undefined;
}

export function readQualifiers(p: CxxParser): Qualifiers {
  const restrict = p.eat("r");
  const volatile = p.eat("V");
  const isConst = p.eat("K");
  return restrict || volatile || isConst ? { restrict, volatile, const: isConst } : NO_QUALIFIERS;
}

class ModuleName extends Sequence {
  constructor(parent: Maybe, part: CxxNode, isPartition: boolean) {
    const separator = isPartition ? ":" : ".";
    super(parent === undefined ? [isPartition ? ":" : "", part] : [parent, separator, part]);
  }
}
const isModule = (node: CxxNode): boolean => node instanceof ModuleName;

const isDigit36 = (char: string): boolean => (char >= "0" && char <= "9") || (char >= "A" && char <= "Z");
