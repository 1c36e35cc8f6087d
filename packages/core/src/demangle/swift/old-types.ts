/** Types of the old grammar. */
import { type Kind, Node } from "./node.ts";
import {
  oldDeclarationName,
  oldIdentifier,
  type OldParser,
  oldSubstitution,
  startsIdentifier,
  swiftModule,
} from "./old-names.ts";
import { type Maybe, plus, typeOf, withChildren } from "./parser.ts";

export const oldType = (p: OldParser): Maybe => typeOf(p.nested(() => bareType(p)));

const NOMINAL_KINDS: Readonly<Record<string, Kind>> = { C: "Class", V: "Structure", O: "Enum" };
export const startsNominal = (char: string): boolean => char in NOMINAL_KINDS;

const FUNCTION_KINDS: Readonly<Record<string, Kind>> = {
  b: "ObjCBlock",
  c: "CFunctionPointer",
  F: "FunctionType",
  f: "UncurriedFunctionType",
  K: "AutoClosureType",
};

function bareType(p: OldParser): Maybe {
  const letter = p.next();
  const nominal = NOMINAL_KINDS[letter];
  if (nominal !== undefined) return oldDeclaration(p, nominal);
  const functionKind = FUNCTION_KINDS[letter];
  if (functionKind !== undefined) return functionType(p, functionKind);
  switch (letter) {
    case "B":
      return builtinType(p);
    case "a":
      return oldDeclaration(p, "TypeAlias");
    case "D":
      return withChildren("DynamicSelf", oldType(p));
    case "E":
      return p.nextIf("RR") ? new Node("ErrorType") : undefined;
    case "G":
      return boundGenericType(p);
    case "X":
      return specialType(p);
    case "M":
      return withChildren("Metatype", oldType(p));
    case "P":
      return p.nextIf("M") ? withChildren("ExistentialMetatype", oldType(p)) : protocolList(p);
    case "Q":
      if (p.nextIf("u")) return new Node("OpaqueReturnType");
      if (p.nextIf("U")) {
        const index = p.index();
        return index === undefined
          ? undefined
          : withChildren("OpaqueReturnType", new Node("OpaqueReturnTypeIndex", undefined, index));
      }
      return archetype(p);
    case "q":
      return parameterByIndex(p);
    case "x":
      return parameter(0, 0);
    case "w":
      return associatedType(p);
    case "W":
      return compoundType(p);
    case "R":
      return withChildren(
        "InOut",
        p.nested(() => bareType(p)),
      );
    case "k":
      return withChildren(
        "NoDerivative",
        p.nested(() => bareType(p)),
      );
    case "S":
      return oldSubstitution(p);
    case "T":
      return tuple(p, false);
    case "t":
      return tuple(p, true);
    case "u": {
      const signature = oldGenericSignature(p);
      return withChildren("DependentGenericType", signature, signature && oldType(p));
    }
    default:
      return undefined;
  }
}

const BUILTINS: Readonly<Record<string, string>> = {
  b: "BridgeObject",
  B: "UnsafeValueBuffer",
  O: "UnknownObject",
  o: "NativeObject",
  p: "RawPointer",
  t: "SILToken",
  w: "Word",
};
const SIZED: Readonly<Record<string, string>> = { i: "Int", f: "FPIEEE" };

function builtinType(p: OldParser): Maybe {
  const letter = p.next();
  const named = BUILTINS[letter];
  if (named !== undefined) return new Node("BuiltinTypeName", `Builtin.${named}`);
  if (letter !== "v") {
    const sized = sizedBuiltin(p, letter);
    return sized === undefined ? undefined : new Node("BuiltinTypeName", `Builtin.${sized}`);
  }
  const count = p.natural();
  if (count === undefined || !p.nextIf("B")) return undefined;
  const element = p.nextIf("p") ? "RawPointer" : sizedBuiltin(p, p.next());
  return element === undefined ? undefined : new Node("BuiltinTypeName", `Builtin.Vec${count}x${element}`);
}

function sizedBuiltin(p: OldParser, letter: string): string | undefined {
  const name = SIZED[letter];
  const size = name === undefined ? undefined : p.natural();
  return size === undefined || !p.nextIf("_") ? undefined : `${name}${size}`;
}

const REFERENCES: Readonly<Record<string, Kind>> = { b: "SILBoxType", o: "Unowned", u: "Unmanaged", w: "Weak" };
const REPRESENTATIONS: Readonly<Record<string, string>> = { t: "@thin", T: "@thick", o: "@objc_metatype" };

function specialType(p: OldParser): Maybe {
  const letter = p.next();
  const reference = REFERENCES[letter];
  if (reference !== undefined) return withChildren(reference, oldType(p));
  switch (letter) {
    case "P":
    case "M": {
      if (letter === "P" && !p.nextIf("M")) return undefined;
      const text = REPRESENTATIONS[p.next()];
      if (text === undefined) return undefined;
      const kind = letter === "P" ? "ExistentialMetatype" : "Metatype";
      return withChildren(kind, new Node("MetatypeRepresentation", text), oldType(p));
    }
    case "f":
      return functionType(p, "ThinFunctionType");
    case "F":
      return implFunctionType(p);
    default:
      return undefined;
  }
}

function functionType(p: OldParser, kind: Kind): Maybe {
  const throwing = p.nextIf("z") ? new Node("ThrowsAnnotation") : undefined;
  const sendable = p.nextIf("y") ? new Node("ConcurrentFunctionType") : undefined;
  const async = p.nextIf("Z") ? new Node("AsyncAnnotation") : undefined;
  let differentiable: Maybe;
  if (p.nextIf("D")) {
    const letter = "frl".includes(p.peek()) && !p.isAtEnd ? p.next() : "d";
    differentiable = new Node("DifferentiableFunctionType", letter);
  }
  let actor: Maybe;
  if (p.nextIf("Y")) {
    actor = withChildren("GlobalActorFunctionType", oldType(p));
    if (actor === undefined) return undefined;
  }
  const parameters = withChildren("ArgumentTuple", oldType(p));
  const result = parameters && withChildren("ReturnType", oldType(p));
  if (result === undefined) return undefined;
  return plus(new Node(kind), actor, differentiable, throwing, sendable, async, parameters, result);
}

function tuple(p: OldParser, isVariadic: boolean): Maybe {
  const node = new Node("Tuple");
  while (!p.nextIf("_")) {
    const element = new Node("TupleElement");
    if (startsIdentifier(p.peek())) {
      const label = oldIdentifier(p, "TupleElementName");
      if (label === undefined) return undefined;
      element.children.push(label);
    }
    const type = oldType(p);
    if (type === undefined) return undefined;
    element.children.push(type);
    node.children.push(element);
  }
  if (isVariadic) node.children.at(-1)?.children.unshift(new Node("VariadicMarker"));
  return isVariadic && node.children.length === 0 ? undefined : node;
}

/** A nominal type, alias or protocol: what it lies in, and its name. */
export function oldDeclaration(p: OldParser, kind: Kind): Maybe {
  const context = p.context(p);
  return p.substitutable(withChildren(kind, context, context && oldDeclarationName(p)));
}

export function oldNominal(p: OldParser): Maybe {
  if (p.nextIf("S")) return oldSubstitution(p);
  if (p.nextIf("P")) return oldDeclaration(p, "Protocol");
  const kind = NOMINAL_KINDS[p.peek()];
  if (kind === undefined) return undefined;
  p.pos++;
  return oldDeclaration(p, kind);
}

export const oldProtocol = (p: OldParser): Maybe => typeOf(bareProtocol(p));

/** A substitution may stand for the protocol, or for the module it lies in. */
function bareProtocol(p: OldParser): Maybe {
  if (p.nextIf("S")) {
    const node = oldSubstitution(p);
    return node?.kind === "Module" ? protocolIn(p, node) : node?.kind === "Protocol" ? node : undefined;
  }
  return p.nextIf("s") ? protocolIn(p, swiftModule()) : oldDeclaration(p, "Protocol");
}

const protocolIn = (p: OldParser, context: Node): Maybe =>
  p.substitutable(withChildren("Protocol", context, oldDeclarationName(p)));

function protocolList(p: OldParser): Maybe {
  const list = new Node("TypeList");
  while (!p.nextIf("_")) {
    const protocol = oldProtocol(p);
    if (protocol === undefined) return undefined;
    list.children.push(protocol);
  }
  return withChildren("ProtocolList", list);
}

const BOUND: Partial<Record<Kind, Kind>> = {
  Class: "BoundGenericClass",
  Structure: "BoundGenericStructure",
  Enum: "BoundGenericEnum",
};

const boundGenericType = (p: OldParser): Maybe => bind(p, oldNominal(p));

/** Outermost arguments first, one list per level. */
function bind(p: OldParser, nominal: Maybe): Maybe {
  const [context, name] = nominal?.children ?? [];
  if (nominal === undefined || context === undefined) return undefined;
  let bound: Maybe = nominal;
  if (context.kind !== "Module" && context.kind !== "Function" && context.kind !== "Extension") {
    bound = withChildren(
      nominal.kind,
      p.nested(() => bind(p, context)),
      name,
    );
  }
  const args = new Node("TypeList");
  while (!p.nextIf("_")) {
    const type = oldType(p);
    if (type === undefined) return undefined;
    args.children.push(type);
  }
  if (bound === undefined || args.children.length === 0) return bound;
  const kind = BOUND[bound.kind];
  return kind && withChildren(kind, typeOf(bound), args);
}

function parameter(depth: number, index: number): Node {
  const children = [new Node("Index", undefined, depth), new Node("Index", undefined, index)];
  return new Node("DependentGenericParamType", undefined, undefined, children);
}

function parameterByIndex(p: OldParser): Maybe {
  if (p.nextIf("d")) {
    const depth = p.index();
    const index = depth === undefined ? undefined : p.index();
    return depth === undefined || index === undefined ? undefined : parameter(depth + 1, index);
  }
  if (p.nextIf("x")) return parameter(0, 0);
  const index = p.index();
  return index === undefined ? undefined : parameter(0, index + 1);
}

function archetype(p: OldParser): Maybe {
  let root: Maybe;
  if (p.nextIf("Q")) root = p.nested(() => archetype(p));
  else if (p.nextIf("S")) root = oldSubstitution(p);
  else if (p.nextIf("s")) root = swiftModule();
  return p.substitutable(withChildren("AssociatedTypeRef", root, root && oldIdentifier(p)));
}

function memberType(p: OldParser, base: Maybe): Maybe {
  let name: Maybe;
  if (p.nextIf("S")) {
    name = oldSubstitution(p);
    if (name?.kind !== "DependentAssociatedTypeRef") return undefined;
  } else {
    const isOfProtocol = p.nextIf("P");
    const protocol = isOfProtocol ? oldProtocol(p) : undefined;
    if (isOfProtocol && protocol === undefined) return undefined;
    name = p.substitutable(plus(withChildren("DependentAssociatedTypeRef", oldIdentifier(p)), protocol));
  }
  return withChildren("DependentMemberType", typeOf(base), name);
}

const associatedType = (p: OldParser): Maybe => {
  const base = parameterByIndex(p);
  return base && memberType(p, base);
};

function compoundType(p: OldParser): Maybe {
  let base = parameterByIndex(p);
  while (base !== undefined && !p.nextIf("_")) base = memberType(p, base);
  return base;
}

export function oldGenericSignature(p: OldParser, kind: Kind = "DependentGenericSignature"): Maybe {
  const signature = new Node(kind);
  while (p.peek() !== "R" && p.peek() !== "r") {
    let count = 0;
    if (!p.nextIf("z")) {
      const index = p.index();
      if (index === undefined) return undefined;
      count = index + 1;
    }
    signature.children.push(new Node("DependentGenericParamCount", undefined, count));
  }
  if (signature.children.length === 0) {
    signature.children.push(new Node("DependentGenericParamCount", undefined, 1));
  }
  if (p.nextIf("r")) return signature;
  if (!p.nextIf("R")) return undefined;
  while (!p.nextIf("r")) {
    const requirement = genericRequirement(p);
    if (requirement === undefined) return undefined;
    signature.children.push(requirement);
  }
  return signature;
}

function constrainedType(p: OldParser): Maybe {
  if (p.nextIf("w")) return associatedType(p);
  return p.nextIf("W") ? compoundType(p) : parameterByIndex(p);
}

function genericRequirement(p: OldParser): Maybe {
  const subject = typeOf(constrainedType(p));
  if (subject === undefined) return undefined;
  if (p.nextIf("z")) return withChildren("DependentGenericSameTypeRequirement", subject, oldType(p));
  if (p.nextIf("l")) return layoutRequirement(p, subject);
  let constraint: Maybe;
  if (p.peek() === "C") constraint = oldType(p);
  else if (p.nextIf("S")) {
    const node = oldSubstitution(p);
    if (node?.kind === "Module") constraint = typeOf(protocolIn(p, node));
    else if (node?.kind === "Protocol" || node?.kind === "Class") constraint = typeOf(node);
  } else constraint = oldProtocol(p);
  return withChildren("DependentGenericConformanceRequirement", subject, constraint);
}

function layoutRequirement(p: OldParser, subject: Node): Maybe {
  const letter = p.next();
  if (letter === "" || !"URNTEeMm".includes(letter)) return undefined;
  const node = plus(withChildren("DependentGenericLayoutRequirement", subject), new Node("Identifier", letter));
  const count = "EM".includes(letter) ? 2 : "em".includes(letter) ? 1 : 0;
  for (let i = 0; i < count; i++) {
    const value = i === 0 || p.nextIf("_") ? p.natural() : undefined;
    if (value === undefined) return undefined;
    plus(node, new Node("Number", undefined, value));
  }
  return node;
}

/** Callee, parameter, result. */
const CONVENTIONS: Readonly<Record<string, readonly (string | undefined)[]>> = {
  a: [undefined, undefined, "@autoreleased"],
  d: ["@callee_unowned", "@unowned", "@unowned"],
  D: [undefined, undefined, "@unowned_inner_pointer"],
  g: ["@callee_guaranteed", "@guaranteed", undefined],
  e: [undefined, "@deallocating", undefined],
  i: [undefined, "@in", "@out"],
  l: [undefined, "@inout", undefined],
  o: ["@callee_owned", "@owned", "@owned"],
  t: ["@convention(thin)", undefined, undefined],
};
const FUNCTION_CONVENTIONS: Readonly<Record<string, string>> = {
  b: "block",
  c: "c",
  m: "method",
  O: "objc_method",
  w: "witness_method",
};

function convention(p: OldParser, of: 0 | 1 | 2): Maybe {
  const text = CONVENTIONS[p.next()]?.[of];
  return text === undefined ? undefined : new Node("ImplConvention", text);
}

function implFunctionType(p: OldParser): Maybe {
  const callee = convention(p, 0);
  if (callee === undefined) return undefined;
  const type = plus(new Node("ImplFunctionType"), callee);
  if (p.nextIf("C")) {
    const name = FUNCTION_CONVENTIONS[p.next()];
    if (name === undefined) return undefined;
    plus(type, withChildren("ImplFunctionConvention", new Node("ImplFunctionConventionName", name)));
  }
  if (p.nextIf("h")) plus(type, new Node("ImplFunctionAttribute", "@Sendable"));
  if (p.nextIf("H")) plus(type, new Node("ImplFunctionAttribute", "@async"));
  const isPseudo = p.peek() === "g";
  if (p.nextIf("G") || p.nextIf("g")) {
    const kind = isPseudo ? "DependentPseudogenericSignature" : "DependentGenericSignature";
    const signature = oldGenericSignature(p, kind);
    if (signature === undefined) return undefined;
    plus(type, signature);
  }
  if (!p.nextIf("_")) return undefined;
  for (const kind of ["ImplParameter", "ImplResult"] as const) {
    while (!p.nextIf("_")) {
      const isError = kind === "ImplResult" && p.nextIf("z");
      const how = convention(p, kind === "ImplParameter" ? 1 : 2);
      const value = withChildren(isError ? "ImplErrorResult" : kind, how, how && oldType(p));
      if (value === undefined) return undefined;
      plus(type, value);
    }
  }
  return type;
}
