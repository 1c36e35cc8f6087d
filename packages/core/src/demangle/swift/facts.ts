/** What a Swift name says of its function beside how it is called, read from the tree. */
import type { Kind, Node } from "./node.ts";
import { parseSymbol } from "./symbol.ts";

export interface SwiftFacts {
  readonly module: string | undefined;
  readonly isMerged: boolean;
  readonly isSpecialized: boolean;
  readonly isThunk: boolean;
  readonly isClosure: boolean;
  readonly isOutlined: boolean;
  /** The number of the part of an async function, from 1, as it is printed. */
  readonly asyncPart: number | undefined;
}

const kinds = (names: string): ReadonlySet<string> => new Set(names.split(" "));

const SPECIALIZATIONS: ReadonlySet<string> = kinds(
  "FunctionSignatureSpecialization GenericSpecialization GenericSpecializationPrespecialized GenericSpecializationNotReAbstracted GenericSpecializationInResilienceDomain GenericPartialSpecialization GenericPartialSpecializationNotReAbstracted InlinedGenericFunction",
);
/** Code of the compiler's that only calls on, converting what is passed. */
const THUNKS: ReadonlySet<string> = kinds(
  "ObjCAttribute NonObjCAttribute PartialApplyForwarder PartialApplyObjCForwarder ReabstractionThunk ReabstractionThunkHelper ReabstractionThunkHelperWithSelf ReabstractionThunkHelperWithGlobalActor ProtocolWitness ProtocolSelfConformanceWitness VTableThunk CurryThunk SILThunkIdentity DispatchThunk DistributedThunk DistributedAccessor BackDeploymentThunk DynamicallyReplaceableFunctionImpl KeyPathGetterThunkHelper KeyPathSetterThunkHelper KeyPathUnappliedMethodThunkHelper KeyPathAppliedMethodThunkHelper KeyPathEqualsThunkHelper KeyPathHashThunkHelper ObjCAsyncCompletionHandlerImpl CheckedObjCAsyncCompletionHandlerImpl AutoDiffSelfReorderingReabstractionThunk AutoDiffSubsetParametersThunk AutoDiffDerivativeVTableThunk",
);
const CLOSURES: ReadonlySet<string> = kinds("ExplicitClosure ImplicitClosure");
const ASYNC_PARTS: ReadonlySet<string> = kinds("AsyncSuspendResumePartialFunction AsyncAwaitResumePartialFunction");
/** Their function is a child. */
const WRAPPERS: Partial<Record<Kind, number>> = {
  PartialApplyForwarder: 0,
  PartialApplyObjCForwarder: 0,
  Static: 0,
  DispatchThunk: 0,
  CurryThunk: 0,
  SILThunkIdentity: 0,
  ProtocolWitness: 1,
  VTableThunk: 0,
};

/** The facts of a Swift name; `undefined` for any other. */
export function swiftFacts(name: string): SwiftFacts | undefined {
  const tree = parseSymbol(name);
  if (tree === undefined) return undefined;
  const seen: Node[] = [];
  collect(tree, seen);
  const has = (wanted: ReadonlySet<string>): boolean => seen.some(({ kind }) => wanted.has(kind));
  return {
    module: moduleOf(seen),
    isMerged: seen.some(({ kind }) => kind === "MergedFunction"),
    isSpecialized: has(SPECIALIZATIONS),
    isThunk: has(THUNKS),
    isClosure: has(CLOSURES),
    isOutlined: seen.some(({ kind }) => kind.startsWith("Outlined")),
    asyncPart: seen.find(({ kind }) => ASYNC_PARTS.has(kind))?.children[0]?.index,
  };
}

/** The attributes of a name and its function, through the thunks around it; not what the function lies in, nor its types. */
function collect(node: Node, seen: Node[]): void {
  for (const child of node.children) {
    seen.push(child);
    const at = WRAPPERS[child.kind];
    if (at === undefined) continue;
    if (at > 0) {
      const inner = child.children[at];
      if (inner !== undefined) seen.push(inner);
    } else collect(child, seen);
  }
}

/** Whose code it is: the module of the conformance for a witness, of the extension for what stands in one. */
function moduleOf(seen: readonly Node[]): string | undefined {
  for (const node of seen) {
    if (SPECIALIZATIONS.has(node.kind) || ASYNC_PARTS.has(node.kind)) continue;
    const conformance = node.kind === "ProtocolWitness" ? node.children[0] : undefined;
    let inner = conformance?.kind === "ProtocolConformance" ? conformance.children[2] : node;
    while (inner !== undefined && inner.kind !== "Module") [inner] = inner.children;
    if (inner?.text !== undefined) return inner.text;
  }
  return undefined;
}
