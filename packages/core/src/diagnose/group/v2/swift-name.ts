/**
 * The part of a Swift linker name that lasts from build to build, read from the tree: types and functions by name, the kind of accessor,
 * how deep in closures. Left out: modules (code moves between them), generics and copies of the optimiser, numbers of closures and of
 * the parts of async functions, hashes of private names, types of arguments.
 */
import type { Node } from "../../../demangle/swift/node.ts";
import { parseSymbol } from "../../../demangle/swift/symbol.ts";

export interface LastingName {
  readonly text: string;
  /** Whose source it is; of an extension, the module that extends. */
  readonly module?: string;
  /** An extension of another module's type: what it is called on says little, its caller more. */
  readonly extendsForeign: boolean;
  /** Calls on or is shared: merged functions, thunks, partial applications, outlined pieces. */
  readonly isGlue: boolean;
}

const GLUE: ReadonlySet<string> = new Set([
  "MergedFunction",
  "ObjCAttribute",
  "NonObjCAttribute",
  "PartialApplyForwarder",
  "PartialApplyObjCForwarder",
  "ReabstractionThunk",
  "ReabstractionThunkHelper",
  "ReabstractionThunkHelperWithSelf",
  "ReabstractionThunkHelperWithGlobalActor",
  "ProtocolWitness",
  "ProtocolSelfConformanceWitness",
  "VTableThunk",
  "CurryThunk",
  "SILThunkIdentity",
  "DispatchThunk",
  "DistributedThunk",
  "DistributedAccessor",
  "BackDeploymentThunk",
  "DynamicallyReplaceableFunctionImpl",
  "KeyPathGetterThunkHelper",
  "KeyPathSetterThunkHelper",
  "KeyPathEqualsThunkHelper",
  "KeyPathHashThunkHelper",
  "ObjCAsyncCompletionHandlerImpl",
  "CheckedObjCAsyncCompletionHandlerImpl",
  "ValueWitness",
]);

/** Nodes around a function that say how it is reached; the function is the child of that number. */
const AROUND: Readonly<Record<string, number>> = {
  Static: 0,
  PartialApplyForwarder: 0,
  PartialApplyObjCForwarder: 0,
  DispatchThunk: 0,
  CurryThunk: 0,
  SILThunkIdentity: 0,
  VTableThunk: 0,
  ProtocolWitness: 1,
  ProtocolSelfConformanceWitness: 0,
  ReabstractionThunkHelperWithSelf: 0,
  Type: 0,
};

const ACCESSORS: Readonly<Record<string, string>> = {
  Getter: "getter",
  Setter: "setter",
  ModifyAccessor: "modify",
  Modify2Accessor: "modify",
  ReadAccessor: "read",
  Read2Accessor: "read",
  WillSet: "willSet",
  DidSet: "didSet",
  UnsafeAddressor: "addressor",
  UnsafeMutableAddressor: "addressor",
  OwningAddressor: "addressor",
  OwningMutableAddressor: "addressor",
  GlobalGetter: "getter",
  InitAccessor: "init",
};
const CONTEXTS: ReadonlySet<string> = new Set([
  "Class",
  "Structure",
  "Enum",
  "Protocol",
  "TypeAlias",
  "OtherNominalType",
  "BoundGenericClass",
  "BoundGenericStructure",
  "BoundGenericEnum",
]);

/** `undefined` for what is no Swift name, or names no function. */
export function lastingSwiftName(linkageName: string): LastingName | undefined {
  const tree = parseSymbol(linkageName);
  const entity = tree && entityOf(tree);
  if (tree === undefined || entity === undefined) return undefined;
  const text = textOf(entity, 0);
  const module = moduleOf(entity);
  return {
    text,
    ...(module !== undefined && { module }),
    extendsForeign: extendsForeign(entity),
    isGlue: text === "" || hasGlue(tree),
  };
}

function hasGlue(node: Node): boolean {
  return node.children.some(({ kind }) => GLUE.has(kind) || kind.startsWith("Outlined"));
}

/** The function that the attributes before it are about. */
function entityOf(tree: Node): Node | undefined {
  for (const child of tree.children) {
    let node: Node | undefined = child;
    for (let at = AROUND[child.kind]; node !== undefined && at !== undefined; at = node && AROUND[node.kind]) {
      node = node.children[at];
    }
    if (node !== undefined && isEntity(node)) return node;
  }
  return undefined;
}

const isEntity = ({ kind }: Node): boolean =>
  kind in ACCESSORS ||
  CONTEXTS.has(kind) ||
  [
    "Function",
    "ExplicitClosure",
    "ImplicitClosure",
    "Constructor",
    "Allocator",
    "Destructor",
    "Deallocator",
    "IsolatedDeallocator",
    "Initializer",
    "DefaultArgumentInitializer",
    "PropertyWrapperBackingInitializer",
    "Variable",
    "Subscript",
  ].includes(kind);

/** Deeper than any source nests. */
const MAX_DEPTH = 64;

function textOf(node: Node, depth: number): string {
  if (depth > MAX_DEPTH) return "";
  const [first] = node.children;
  const outer = (): string => (first === undefined ? "" : textOf(first, depth + 1));
  const accessor = ACCESSORS[node.kind];
  if (accessor !== undefined) return `${outer()}.${accessor}`;
  switch (node.kind) {
    case "ExplicitClosure":
    case "ImplicitClosure":
      return `${outer()} closure`;
    case "Function":
      return joined(outer(), `${nameOf(node)}(${labelsOf(node)})`);
    case "Subscript":
      return joined(outer(), `subscript(${labelsOf(node)})`);
    case "Constructor":
    case "Allocator":
      return joined(outer(), `init(${labelsOf(node, true)})`);
    case "Destructor":
    case "Deallocator":
    case "IsolatedDeallocator":
      return joined(outer(), "deinit");
    case "DefaultArgumentInitializer":
    case "Initializer":
    case "PropertyWrapperBackingInitializer":
      return outer();
    case "Variable":
      return joined(outer(), nameOf(node));
    case "Extension": {
      const [, extended] = node.children;
      return extended === undefined ? "" : textOf(extended, depth + 1);
    }
    case "Module":
      return "";
    case "AnonymousContext": {
      const [, context] = node.children;
      return context === undefined ? "" : textOf(context, depth + 1);
    }
    case "BoundGenericClass":
    case "BoundGenericStructure":
    case "BoundGenericEnum":
    case "Type":
    case "Static":
      return outer();
    default:
      return CONTEXTS.has(node.kind) ? joined(outer(), nameOf(node)) : outer();
  }
}

const joined = (outer: string, name: string): string => (outer === "" ? name : `${outer}.${name}`);

function nameOf(node: Node): string {
  const name = node.children.find(({ kind }) => NAMES.has(kind));
  // A private name has a hash of its file before it, a local one its number.
  return name?.text ?? name?.children.findLast(({ text }) => text !== undefined)?.text ?? "";
}

const NAMES: ReadonlySet<string> = new Set([
  "Identifier",
  "PrivateDeclName",
  "LocalDeclName",
  "RelatedEntityDeclName",
  "InfixOperator",
  "PrefixOperator",
  "PostfixOperator",
]);

/**
 * Labels tell `tableView(_:cellForRowAt:)` from `tableView(_:didSelectRowAt:)`. Of a function with one argument the label is as
 * often added or renamed as it tells two functions apart; there it is left out, but not of an initialiser.
 */
function labelsOf(node: Node, keepOne = false): string {
  const labels = node.children.find(({ kind }) => kind === "LabelList")?.children ?? [];
  if (labels.length === 0 || (labels.length === 1 && !keepOne)) return "";
  return labels.map(({ text }) => `${text ?? "_"}:`).join("");
}

function moduleOf(entity: Node): string | undefined {
  for (let node: Node | undefined = entity; node !== undefined; [node] = node.children) {
    if (node.kind === "Module") return node.text;
  }
  return undefined;
}

function extendsForeign(entity: Node): boolean {
  for (let node: Node | undefined = entity; node !== undefined; [node] = node.children) {
    if (node.kind !== "Extension") continue;
    const [module, extended] = node.children;
    return extended !== undefined && module?.text !== moduleOf(extended);
  }
  return false;
}
