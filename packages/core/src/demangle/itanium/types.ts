/** Types: built-in, qualified, pointers and references, functions, arrays, vectors, classes. */
import {
  ArrayType,
  FunctionType,
  MemberPointerType,
  ObjCProtocol,
  PointerType,
  QualifiedType,
  ReferenceType,
  type RefQualifier,
} from "./declarators.ts";
import { type CxxNode, Expression, printList, Sequence, text } from "./nodes.ts";
import { PackExpansion } from "./packs.ts";
import { readQualifiers, unscopedName, withArguments } from "./names.ts";
import { templateArguments, templateParameter } from "./templates.ts";
import { CxxParser, type Maybe } from "./parser.ts";

export function readType(p: CxxParser): Maybe {
  if (!p.enter()) return undefined;
  const node = bareType(p);
  p.leave();
  return node;
}

function bareType(p: CxxParser): Maybe {
  const letter = p.look();
  const builtin = BUILTIN_TYPES.get(letter);
  if (builtin !== undefined) {
    p.pos++;
    return builtin;
  }
  switch (letter) {
    case "r":
    case "V":
    case "K": {
      const { pos } = p;
      readQualifiers(p);
      const isFunction = p.look() === "F" || (p.look() === "D" && "oOwx".includes(p.look(1) || "-"));
      p.pos = pos;
      return p.substitutable(isFunction ? functionType(p) : qualifiedType(p));
    }
    case "U":
      return p.substitutable(qualifiedType(p));
    case "u": {
      p.pos++;
      const name = p.bareSourceName();
      if (name === undefined) return undefined;
      if (!p.eat("I")) return p.substitutable(text(name));
      const base = readType(p);
      return base !== undefined && p.eat("E") ? p.substitutable(new Sequence([name, "(", base, ")"])) : undefined;
    }
    case "D":
      return typeWithD(p);
    case "F":
      return p.substitutable(functionType(p));
    case "A":
      return p.substitutable(arrayType(p));
    case "M": {
      p.pos++;
      const owner = readType(p);
      const member = owner && readType(p);
      return p.substitutable(owner && member && new MemberPointerType(owner, member));
    }
    case "T":
      return typeWithT(p);
    case "P":
    case "R":
    case "O": {
      p.pos++;
      const inner = readType(p);
      if (inner === undefined) return undefined;
      return p.substitutable(letter === "P" ? new PointerType(inner) : new ReferenceType(inner, letter === "O"));
    }
    case "C":
    case "G": {
      p.pos++;
      const inner = readType(p);
      return p.substitutable(inner && new Sequence([inner, letter === "C" ? " complex" : " imaginary"]));
    }
    case "S":
      if (p.look(1) !== "t") return typeWithS(p);
      return p.substitutable(classType(p));
    default:
      return p.substitutable(classType(p));
  }
}

function typeWithS(p: CxxParser): Maybe {
  const node = unscopedName(p, undefined);
  const isSubstitution = p.wasSubstitution;
  if (node === undefined) return undefined;
  if (p.look() === "I" && (!isSubstitution || p.tryTemplateArguments)) {
    if (!isSubstitution) p.substitutions.push(node);
    return p.substitutable(withArguments(p, node, undefined));
  }
  return isSubstitution ? node : p.substitutable(node);
}

function typeWithT(p: CxxParser): Maybe {
  if ("sue".includes(p.look(1) || "-")) return p.substitutable(classType(p));
  const node = templateParameter(p);
  if (node === undefined) return undefined;
  if (!p.tryTemplateArguments || p.look() !== "I") return p.substitutable(node);
  p.substitutions.push(node);
  return p.substitutable(withArguments(p, node, undefined));
}

function typeWithD(p: CxxParser): Maybe {
  const letter = p.look(1);
  const builtin = D_TYPES[letter];
  if (builtin !== undefined) {
    p.pos += 2;
    return text(builtin);
  }
  switch (letter) {
    case "F": {
      p.pos += 2;
      if (p.eat("16b")) return text("std::bfloat16_t");
      const bits = p.number();
      const isExtended = p.eat("x");
      return bits !== "" && (isExtended || p.eat("_")) ? text(`_Float${bits}${isExtended ? "x" : ""}`) : undefined;
    }
    case "B":
    case "U": {
      p.pos += 2;
      const size = p.isDigit() ? text(p.number()) : p.expression();
      if (size === undefined || !p.eat("_")) return undefined;
      return p.substitutable(new Sequence([letter === "B" ? "_BitInt(" : "unsigned _BitInt(", size, ")"]));
    }
    case "t":
    case "T":
      return p.substitutable(decltype(p));
    case "v":
      return p.substitutable(vectorType(p));
    case "p": {
      p.pos += 2;
      const pattern = readType(p);
      return p.substitutable(pattern && new PackExpansion(pattern));
    }
    case "k":
    case "K": {
      p.pos += 2;
      const constraint = p.grammar.name(p);
      return p.substitutable(constraint && new Sequence([constraint, letter === "k" ? " auto" : " decltype(auto)"]));
    }
    case "o":
    case "O":
    case "w":
    case "x":
      return p.substitutable(functionType(p));
    default:
      return undefined;
  }
}

function qualifiedType(p: CxxParser): Maybe {
  return p.nested(() => {
    if (!p.eat("U")) {
      const qualifiers = readQualifiers(p);
      const type = readType(p);
      const has = qualifiers.const || qualifiers.volatile || qualifiers.restrict;
      return type && (has ? new QualifiedType(type, qualifiers) : type);
    }
    const name = p.bareSourceName();
    if (name === undefined) return undefined;
    if (name.startsWith("objcproto")) {
      const protocol = new CxxParser(name, "objcproto".length, p.grammar).bareSourceName();
      const type = protocol === undefined ? undefined : qualifiedType(p);
      return type && new ObjCProtocol(type, protocol ?? "");
    }
    const args = p.look() === "I" ? templateArguments(p) : undefined;
    const type = qualifiedType(p);
    return type && new Sequence(args === undefined ? [type, " ", name] : [type, " ", name, args]);
  });
}

function functionType(p: CxxParser): Maybe {
  const qualifiers = readQualifiers(p);
  let exceptions: Maybe;
  if (p.eat("Do")) exceptions = text("noexcept");
  else if (p.eat("DO")) {
    const condition = p.expression();
    if (condition === undefined || !p.eat("E")) return undefined;
    exceptions = new Sequence(["noexcept(", condition, ")"]);
  } else if (p.eat("Dw")) {
    const types = p.listUntilE(() => readType(p));
    if (types === undefined) return undefined;
    exceptions = new Expression("primary", (out) => {
      out.text += "throw(";
      printList(out, types);
      out.text += ")";
    });
  }
  p.eat("Dx");
  if (!p.eat("F")) return undefined;
  p.eat("Y");
  const result = readType(p);
  if (result === undefined) return undefined;
  const parameters: CxxNode[] = [];
  let reference: RefQualifier = "";
  for (;;) {
    if (p.eat("E")) break;
    if (p.eat("v")) continue;
    if (p.eat("RE")) reference = " &";
    else if (p.eat("OE")) reference = " &&";
    if (reference !== "") break;
    const type = readType(p);
    if (type === undefined) return undefined;
    parameters.push(type);
  }
  return new FunctionType(result, parameters, qualifiers, reference, exceptions);
}

function arrayType(p: CxxParser): Maybe {
  p.pos++;
  let dimension: Maybe;
  if (p.isDigit()) {
    dimension = text(p.number());
    if (!p.eat("_")) return undefined;
  } else if (!p.eat("_")) {
    dimension = p.expression();
    if (dimension === undefined || !p.eat("_")) return undefined;
  }
  const element = readType(p);
  return element && new ArrayType(element, dimension);
}

function vectorType(p: CxxParser): Maybe {
  p.pos += 2;
  let dimension: Maybe;
  if (p.isDigit()) {
    dimension = text(p.number());
    if (!p.eat("_")) return undefined;
    if (p.eat("p")) return new Sequence(["pixel vector[", dimension, "]"]);
  } else if (!p.eat("_")) {
    dimension = p.expression();
    if (dimension === undefined || !p.eat("_")) return undefined;
  }
  const element = readType(p);
  return element && new Sequence([element, " vector[", dimension ?? "", "]"]);
}

export function decltype(p: CxxParser): Maybe {
  p.pos += 2;
  const inner = p.expression();
  return inner !== undefined && p.eat("E") ? new Sequence(["decltype(", inner, ")"]) : undefined;
}

function classType(p: CxxParser): Maybe {
  const kind = p.eat("Ts") ? "struct " : p.eat("Tu") ? "union " : p.eat("Te") ? "enum " : undefined;
  const name = p.grammar.name(p);
  return name && (kind === undefined ? name : new Sequence([kind, name]));
}

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
