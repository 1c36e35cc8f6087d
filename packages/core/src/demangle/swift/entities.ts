/** Functions, variables, subscripts, initialisers, closures and their accessors; macros. */
import { popName } from "./identifiers.ts";
import { type Kind, Node, NOMINALS } from "./node.ts";
import {
  type Maybe,
  type Parser,
  plus,
  popContext,
  popModule,
  popTypeChild,
  typeOf,
  unwrapped,
  withChildren,
} from "./parser.ts";
import { popFunctionType } from "./types.ts";

export function extensionContext(p: Parser): Maybe {
  const signature = p.pop("DependentGenericSignature");
  const module = popModule(p);
  const extended = popTypeChild(p);
  const isExtensible = extended !== undefined && (NOMINALS.has(extended.kind) || extended.kind === "BuiltinTupleType");
  return isExtensible ? plus(withChildren("Extension", module, extended), signature) : undefined;
}

/** A function, its type popped in parts. */
export function plainFunction(p: Parser): Maybe {
  const signature = p.pop("DependentGenericSignature");
  let type = popFunctionType(p, "FunctionType");
  const labels = popLabels(p, type);
  if (signature !== undefined) type = typeOf(withChildren("DependentGenericType", signature, type));
  return declaration(p, "Function", labels, type);
}

function entity(p: Parser, kind: Kind): Maybe {
  const type = p.pop("Type");
  const labels = popLabels(p, type);
  return declaration(p, kind, labels, type);
}

function declaration(p: Parser, kind: Kind, labels: Maybe, type: Maybe): Maybe {
  const name = popName(p);
  const head = withChildren(kind, popContext(p), name);
  if (head === undefined || type === undefined) return undefined;
  if (p.hasOpaqueResults) nameOpaqueResults(p, type);
  return plus(head, labels, type);
}

const WITH_OPAQUE_RESULTS_OF_THEIR_OWN: ReadonlySet<string> = new Set(["Function", "Variable", "Subscript"]);

/** `some P` in a declaration belongs to it: each is told the mangled name of the declaration. */
function nameOpaqueResults(p: Parser, type: Node): void {
  const open = [type];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind !== "OpaqueReturnType") {
      if (!WITH_OPAQUE_RESULTS_OF_THEIR_OWN.has(node.kind)) open.push(...node.children);
    } else if (node.children.at(-1)?.kind !== "OpaqueReturnTypeParent") {
      node.children.push(new Node("OpaqueReturnTypeParent", p.text.slice(p.start, p.pos)));
    }
  }
}

/** What stands before the parameters in a function type. */
const BEFORE_PARAMETERS: ReadonlySet<string> = new Set([
  "ClangType",
  "SendingResultFunctionType",
  "GlobalActorFunctionType",
  "IsolatedAnyFunctionType",
  "NonIsolatedCallerFunctionType",
  "DifferentiableFunctionType",
  "ThrowsAnnotation",
  "TypedThrowsAnnotation",
  "ConcurrentFunctionType",
  "AsyncAnnotation",
]);

/** The labels of a function; absent where it has no parameters, or what stands there is none. */
export function popLabels(p: Parser, type: Maybe): Maybe {
  if (!p.labelsInTypes && p.pop("EmptyList") !== undefined) return new Node("LabelList");
  let functionType = unwrapped(type);
  if (functionType?.kind === "DependentGenericType") functionType = unwrapped(functionType.children[1]);
  if (functionType?.kind !== "FunctionType" && functionType?.kind !== "NoEscapeFunctionType") return undefined;
  const parameters = functionType.children.find(({ kind }) => !BEFORE_PARAMETERS.has(kind));
  const inner = unwrapped(parameters?.children[0]);
  if (inner === undefined) return undefined;
  const count = inner.kind === "Tuple" ? inner.children.length : 1;
  if (count === 0) return undefined;
  const labels: Node[] = [];
  let hasLabel = false;
  for (let i = 0; i < count; i++) {
    const label = p.labelsInTypes ? labelInType(inner, i) : p.popAny();
    if (label?.kind !== "Identifier" && label?.kind !== "FirstElementMarker") return undefined;
    hasLabel ||= label.kind === "Identifier";
    labels.push(label);
  }
  if (!hasLabel) return new Node("LabelList");
  if (!p.labelsInTypes) labels.reverse();
  return new Node("LabelList", undefined, undefined, labels);
}

/** Moves the label of an element out of the tuple. */
function labelInType(tuple: Node, at: number): Node {
  const element = tuple.kind === "Tuple" ? tuple.children[at] : undefined;
  const i = element?.children.findIndex(({ kind }) => kind === "TupleElementName") ?? -1;
  if (element === undefined || i < 0) return new Node("FirstElementMarker");
  const [label] = element.children.splice(i, 1);
  return new Node("Identifier", label?.text);
}

export const variable = (p: Parser): Maybe => accessor(p, entity(p, "Variable"));

export function subscript(p: Parser): Maybe {
  const privateName = p.pop("PrivateDeclName");
  const type = p.pop("Type");
  const labels = popLabels(p, type);
  if (type === undefined) return undefined;
  if (p.hasOpaqueResults) nameOpaqueResults(p, type);
  return accessor(p, plus(withChildren("Subscript", popContext(p)), labels, type, privateName));
}

const ACCESSORS: Readonly<Record<string, Kind>> = {
  m: "MaterializeForSet",
  s: "Setter",
  g: "Getter",
  G: "GlobalGetter",
  w: "WillSet",
  W: "DidSet",
  r: "ReadAccessor",
  y: "Read2Accessor",
  M: "ModifyAccessor",
  x: "Modify2Accessor",
  i: "InitAccessor",
  b: "BorrowAccessor",
  z: "MutateAccessor",
  aO: "OwningMutableAddressor",
  ao: "NativeOwningMutableAddressor",
  aP: "NativePinningMutableAddressor",
  au: "UnsafeMutableAddressor",
  lO: "OwningAddressor",
  lo: "NativeOwningAddressor",
  lp: "NativePinningAddressor",
  lu: "UnsafeAddressor",
};

function accessor(p: Parser, storage: Maybe): Maybe {
  const letter = p.next();
  if (letter === "p") return storage;
  const kind = ACCESSORS[letter === "a" || letter === "l" ? letter + p.next() : letter];
  return kind && withChildren(kind, storage);
}

const NAMELESS: Readonly<Record<string, Kind>> = {
  D: "Deallocator",
  d: "Destructor",
  Z: "IsolatedDeallocator",
  E: "IVarDestroyer",
  e: "IVarInitializer",
  i: "Initializer",
  P: "PropertyWrapperBackingInitializer",
  W: "PropertyWrapperInitFromProjectedValue",
  F: "PropertyWrappedFieldInitAccessor",
};

/** `f…` */
export function functionEntity(p: Parser): Maybe {
  const letter = p.next();
  const nameless = NAMELESS[letter];
  if (nameless !== undefined) return withChildren(nameless, popContext(p));
  switch (letter) {
    case "C":
    case "c": {
      const name = p.pop("PrivateDeclName");
      const type = p.pop("Type");
      const labels = popLabels(p, type);
      if (type === undefined) return undefined;
      return plus(withChildren(letter === "C" ? "Allocator" : "Constructor", popContext(p)), labels, type, name);
    }
    case "U":
    case "u": {
      const index = p.indexNode();
      const type = p.pop("Type");
      if (index === undefined || type === undefined) return undefined;
      return plus(withChildren(letter === "U" ? "ExplicitClosure" : "ImplicitClosure", popContext(p)), index, type);
    }
    case "A": {
      const index = p.indexNode();
      return withChildren("DefaultArgumentInitializer", popContext(p), index);
    }
    case "m":
      return entity(p, "Macro");
    case "M":
      return macroExpansion(p);
    case "p":
      return entity(p, "GenericTypeParamDecl");
    default:
      return undefined;
  }
}

const ATTACHED_MACROS: Readonly<Record<string, Kind>> = {
  a: "AccessorAttachedMacroExpansion",
  r: "MemberAttributeAttachedMacroExpansion",
  m: "MemberAttachedMacroExpansion",
  p: "PeerAttachedMacroExpansion",
  c: "ConformanceAttachedMacroExpansion",
  e: "ExtensionAttachedMacroExpansion",
  q: "PreambleAttachedMacroExpansion",
  b: "BodyAttachedMacroExpansion",
};
const FREE_MACROS: Readonly<Record<string, Kind>> = { f: "FreestandingMacroExpansion", u: "MacroExpansionUniqueName" };

function macroExpansion(p: Parser): Maybe {
  const letter = p.next();
  if (letter === "X") {
    const line = p.indexNode("Index");
    const column = p.indexNode("Index");
    const buffer = p.pop("Identifier");
    return withChildren("MacroExpansionLoc", p.pop("Identifier"), buffer, line, column);
  }
  const attached = ATTACHED_MACROS[letter];
  const kind = attached ?? FREE_MACROS[letter];
  if (kind === undefined) return undefined;
  const macro = popName(p);
  const discriminator = attached === undefined ? p.pop("PrivateDeclName") : undefined;
  const attachedTo = attached === undefined ? undefined : popName(p);
  const context = p.pop("MacroExpansionLoc") ?? popContext(p);
  const index = p.indexNode();
  if (macro === undefined || index === undefined) return undefined;
  return plus(withChildren(kind, context), attachedTo, macro, index, discriminator);
}
