/** Nominal and bound generic types, tuples, packs, functions, metatypes, existentials and the special types under `X` and `Y`. */
import { popName } from "./identifiers.ts";
import { type Kind, Node, REQUIREMENTS } from "./node.ts";
import { popProtocol } from "./conformances.ts";
import {
  type Maybe,
  type Parser,
  plus,
  popContext,
  popElements,
  popList,
  popNominal,
  popTypeChild,
  popTypeList,
  typeOf,
  unwrapped,
  withChildren,
} from "./parser.ts";

export function nominalType(p: Parser, kind: Kind): Maybe {
  const name = popName(p);
  return p.substitutable(typeOf(withChildren(kind, popContext(p), name)));
}

export interface BoundGenerics {
  /** Innermost declaration first. */
  readonly lists: readonly Node[];
  readonly retroactive: Maybe;
}

/** The arguments of `Outer<A>.Inner<B>`, one list per level. */
export function popBoundGenerics(p: Parser): BoundGenerics | undefined {
  let retroactive: Maybe;
  for (let next = p.pop("RetroactiveConformance"); next !== undefined; next = p.pop("RetroactiveConformance")) {
    retroactive = plus(retroactive ?? new Node("TypeList"), next);
  }
  retroactive?.children.reverse();
  const lists: Node[] = [];
  for (;;) {
    const list = new Node("TypeList");
    lists.push(list);
    for (let type = p.pop("Type"); type !== undefined; type = p.pop("Type")) list.children.push(type);
    list.children.reverse();
    if (p.pop("EmptyList") !== undefined) return { lists, retroactive };
    if (p.pop("FirstElementMarker") === undefined) return undefined;
  }
}

export function boundGenericType(p: Parser): Maybe {
  const generics = popBoundGenerics(p);
  if (generics === undefined) return undefined;
  const bound = bind(popNominal(p), generics.lists, 0);
  return p.substitutable(typeOf(plus(bound, generics.retroactive)));
}

const BOUND: Partial<Record<Kind, Kind>> = {
  Class: "BoundGenericClass",
  Structure: "BoundGenericStructure",
  Enum: "BoundGenericEnum",
  Protocol: "BoundGenericProtocol",
  OtherNominalType: "BoundGenericOtherNominalType",
  TypeAlias: "BoundGenericTypeAlias",
};

/** Contexts without generic arguments of their own: they take no list. */
const WITHOUT_ARGUMENTS: ReadonlySet<string> = new Set([
  "Variable",
  "Subscript",
  "ImplicitClosure",
  "ExplicitClosure",
  "DefaultArgumentInitializer",
  "Initializer",
  "PropertyWrapperBackingInitializer",
  "PropertyWrapperInitFromProjectedValue",
  "Static",
]);

function bind(declaration: Maybe, lists: readonly Node[], at: number): Maybe {
  const args = lists[at];
  if (declaration === undefined || declaration.children.length === 0 || args === undefined) return undefined;
  const takes = !WITHOUT_ARGUMENTS.has(declaration.kind);
  const next = takes ? at + 1 : at;
  let bound: Maybe = declaration;
  if (next < lists.length) {
    const [context, ...rest] = declaration.children;
    bound = plus(withChildren(declaration.kind, context && bindContext(context, lists, next)), ...rest);
  }
  if (bound === undefined || !takes || args.children.length === 0) return bound;
  if (bound.kind === "Function" || bound.kind === "Constructor")
    return withChildren("BoundGenericFunction", bound, args);
  const kind = BOUND[bound.kind];
  return kind && withChildren(kind, typeOf(bound), args);
}

function bindContext(context: Node, lists: readonly Node[], at: number): Maybe {
  if (context.kind !== "Extension") return bind(context, lists, at);
  const [module, extended, ...rest] = context.children;
  return plus(withChildren("Extension", module, bind(extended, lists, at)), ...rest);
}

export function tuple(p: Parser): Maybe {
  return typeOf(
    popList(p, "Tuple", () => {
      const element = new Node("TupleElement");
      plus(element, p.pop("VariadicMarker"));
      const name = p.pop("Identifier");
      if (name !== undefined) element.children.push(new Node("TupleElementName", name.text));
      const type = p.pop("Type");
      return type && plus(element, type);
    }),
  );
}

export const pack = (p: Parser, kind: Kind): Maybe => typeOf(popList(p, kind, (from) => from.pop("Type")));

/** What may stand between the parameters and the kind of a function type, in the order of the tree. */
const FUNCTION_MODIFIERS: ReadonlyMap<string, number> = new Map([
  ["SendingResultFunctionType", 0],
  ["GlobalActorFunctionType", 1],
  ["IsolatedAnyFunctionType", 1],
  ["NonIsolatedCallerFunctionType", 1],
  ["DifferentiableFunctionType", 2],
  ["ThrowsAnnotation", 3],
  ["TypedThrowsAnnotation", 3],
  ["ConcurrentFunctionType", 4],
  ["AsyncAnnotation", 5],
]);
const NO_MODIFIERS: readonly Maybe[] = [];

export function popFunctionType(p: Parser, kind: Kind, hasClangType = false): Maybe {
  const clang = hasClangType ? clangType(p) : undefined;
  if (hasClangType && clang === undefined) return undefined;
  const modifiers = FUNCTION_MODIFIERS.has(p.top()?.kind ?? "") ? popModifiers(p) : NO_MODIFIERS;
  const parameters = withChildren("ArgumentTuple", popParameters(p));
  const returned = withChildren("ReturnType", popParameters(p));
  if (parameters === undefined || returned === undefined) return undefined;
  return typeOf(plus(new Node(kind), clang, ...modifiers, parameters, returned));
}

/** In the order of the tree; versions of the compiler disagree on that of the text. */
function popModifiers(p: Parser): readonly Maybe[] {
  const modifiers: Maybe[] = [undefined, undefined, undefined, undefined, undefined, undefined];
  for (;;) {
    const at = FUNCTION_MODIFIERS.get(p.top()?.kind ?? "");
    if (at === undefined || modifiers[at] !== undefined) return modifiers;
    modifiers[at] = p.popAny();
  }
}

const popParameters = (p: Parser): Maybe =>
  p.pop("EmptyList") === undefined ? p.pop("Type") : typeOf(new Node("Tuple"));

/** `@convention(c, cType: …)`: the type as Itanium mangling has it. */
export function clangType(p: Parser): Maybe {
  const length = p.natural();
  const end = p.pos + length;
  if (length <= 0 || end > p.text.length) return undefined;
  const text = p.text.slice(p.pos, end);
  p.pos = end;
  return new Node("ClangType", text);
}

const FUNCTION_KINDS: Readonly<Record<string, Kind>> = {
  E: "NoEscapeFunctionType",
  A: "EscapingAutoClosureType",
  f: "ThinFunctionType",
  K: "AutoClosureType",
  U: "UncurriedFunctionType",
  L: "EscapingObjCBlock",
  B: "ObjCBlock",
  C: "CFunctionPointer",
};
const REFERENCE_KINDS: Readonly<Record<string, Kind>> = {
  o: "Unowned",
  u: "Unmanaged",
  w: "Weak",
  b: "SILBoxType",
  D: "DynamicSelf",
  p: "ExistentialMetatype",
};

/** `X…` */
export function specialType(p: Parser): Maybe {
  const letter = p.next();
  const functionKind = FUNCTION_KINDS[letter];
  if (functionKind !== undefined) return popFunctionType(p, functionKind);
  const referenceKind = REFERENCE_KINDS[letter];
  if (referenceKind !== undefined) return typeOf(withChildren(referenceKind, p.pop("Type")));
  switch (letter) {
    case "z":
      if (p.nextIf("B")) return popFunctionType(p, "ObjCBlock", true);
      return p.nextIf("C") ? popFunctionType(p, "CFunctionPointer", true) : undefined;
    case "g":
    case "G": {
      const type = p.pop("Type");
      const signature = letter === "G" ? p.pop("DependentGenericSignature") : undefined;
      if (letter === "G" && signature === undefined) return undefined;
      const shape = new Node("ExtendedExistentialTypeShape");
      return type && plus(shape, signature, type);
    }
    case "M":
    case "m": {
      const representation = metatypeRepresentation(p);
      return typeOf(withChildren(letter === "M" ? "Metatype" : "ExistentialMetatype", representation, p.pop("Type")));
    }
    case "P": {
      const requirements = popElements(p, new Node("ConstrainedExistentialRequirementList"), (from) =>
        from.popOf(REQUIREMENTS),
      );
      return typeOf(withChildren("ConstrainedExistential", p.pop("Type"), requirements));
    }
    case "c": {
      const superclass = p.pop("Type");
      return typeOf(withChildren("ProtocolListWithClass", protocolList(p), superclass));
    }
    case "l":
      return typeOf(withChildren("ProtocolListWithAnyObject", protocolList(p)));
    case "X":
    case "x":
      return boxType(p, letter === "X");
    case "Y":
      return nominalType(p, "OtherNominalType");
    case "Z": {
      const types = popTypeList(p);
      const name = p.pop("Identifier");
      return withChildren("AnonymousContext", name, popContext(p), types);
    }
    case "e":
      return typeOf(new Node("ErrorType"));
    case "S":
      return sugaredType(p);
    default:
      return undefined;
  }
}

/** Fields of a box; `inout` in it means that the field may be changed. */
function boxType(p: Parser, hasSignature: boolean): Maybe {
  const signature = hasSignature ? p.pop("DependentGenericSignature") : undefined;
  const args = signature === undefined ? undefined : popTypeList(p);
  if (signature !== undefined && args === undefined) return undefined;
  const fields = popTypeList(p);
  if (fields === undefined) return undefined;
  const layout = new Node("SILBoxLayout");
  for (const field of fields.children) {
    const inner = unwrapped(field);
    if (inner?.kind === "InOut") plus(layout, withChildren("SILBoxMutableField", typeOf(inner.children[0])));
    else plus(layout, withChildren("SILBoxImmutableField", field));
  }
  return typeOf(plus(withChildren("SILBoxTypeWithLayout", layout), signature, args));
}

/** Types as a debugger shows them: `Int?` rather than `Optional<Int>`. */
function sugaredType(p: Parser): Maybe {
  const letter = p.next();
  const last = p.pop("Type");
  switch (letter) {
    case "q":
      return typeOf(withChildren("SugaredOptional", last));
    case "a":
      return typeOf(withChildren("SugaredArray", last));
    case "D":
      return typeOf(withChildren("SugaredDictionary", p.pop("Type"), last));
    case "A":
      return typeOf(withChildren("SugaredInlineArray", p.pop("Type"), last));
    case "p":
      return typeOf(withChildren("SugaredParen", last));
    default:
      return undefined;
  }
}

const REPRESENTATIONS: Readonly<Record<string, string>> = { t: "@thin", T: "@thick", o: "@objc_metatype" };

function metatypeRepresentation(p: Parser): Maybe {
  const text = REPRESENTATIONS[p.next()];
  return text === undefined ? undefined : new Node("MetatypeRepresentation", text);
}

export const protocolList = (p: Parser): Maybe => withChildren("ProtocolList", popList(p, "TypeList", popProtocol));

const ANNOTATIONS: Readonly<Record<string, Kind>> = {
  a: "AsyncAnnotation",
  A: "IsolatedAnyFunctionType",
  C: "NonIsolatedCallerFunctionType",
  b: "ConcurrentFunctionType",
  T: "SendingResultFunctionType",
};
const TYPE_ANNOTATIONS: Readonly<Record<string, Kind>> = {
  i: "Isolated",
  k: "NoDerivative",
  t: "CompileTimeLiteral",
  g: "ConstValue",
  u: "Sending",
};

/** `Y…` */
export function typeAnnotation(p: Parser): Maybe {
  const letter = p.next();
  const annotation = ANNOTATIONS[letter];
  if (annotation !== undefined) return new Node(annotation);
  const typeKind = TYPE_ANNOTATIONS[letter];
  if (typeKind !== undefined) return typeOf(withChildren(typeKind, popTypeChild(p)));
  if (letter === "c") return withChildren("GlobalActorFunctionType", popTypeChild(p));
  if (letter === "K") return withChildren("TypedThrowsAnnotation", popTypeChild(p));
  if (letter !== "j") return undefined;
  const kind = p.next();
  return "frdl".includes(kind) && kind !== "" ? new Node("DifferentiableFunctionType", kind) : undefined;
}

export function integerType(p: Parser): Maybe {
  const isNegative = p.nextIf("n");
  const value = p.index();
  if (value < 0) return undefined;
  return typeOf(isNegative ? new Node("NegativeInteger", undefined, -value) : new Node("Integer", undefined, value));
}
