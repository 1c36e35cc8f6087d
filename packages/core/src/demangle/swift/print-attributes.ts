/** What is said before a declaration or a type: thunks, metadata, witnesses, specialisations, conformances. */
import type { Kind, Node } from "./node.ts";
import { type Print, type Printer, childOf, printOrNothing } from "./printer.ts";
import { VALUE_WITNESSES } from "./metadata.ts";
import { PARAM_KIND } from "./specializations.ts";

/** Words before the children, in every form. */
const BEFORE: Partial<Record<Kind, string>> = {
  OutlinedCopy: "outlined copy of ",
  OutlinedConsume: "outlined consume of ",
  Static: "static ",
  CurryThunk: "curry thunk of ",
  SILThunkIdentity: "identity thunk of ",
  DispatchThunk: "dispatch thunk of ",
  MethodDescriptor: "method descriptor for ",
  MethodLookupFunction: "method lookup function for ",
  ObjCMetadataUpdateFunction: "ObjC metadata update function for ",
  ObjCResilientClassStub: "ObjC resilient class stub for ",
  FullObjCResilientClassStub: "full ObjC resilient class stub for ",
  NonObjCAttribute: "@nonobjc ",
  ObjCAttribute: "@objc ",
  DirectMethodReferenceAttribute: "super ",
  DynamicAttribute: "dynamic ",
  VTableAttribute: "override ",
  ProtocolSelfConformanceWitnessTable: "protocol self-conformance witness table for ",
  ProtocolWitnessTableAccessor: "protocol witness table accessor for ",
  ProtocolWitnessTable: "protocol witness table for ",
  ProtocolWitnessTablePattern: "protocol witness table pattern for ",
  GenericProtocolWitnessTable: "generic protocol witness table for ",
  GenericProtocolWitnessTableInstantiationFunction: "instantiation function for generic protocol witness table for ",
  ResilientProtocolWitnessTable: "resilient protocol witness table for ",
  ProtocolSelfConformanceWitness: "protocol self-conformance witness for ",
  EnumCase: "enum case for ",
  AsyncFunctionPointer: "async function pointer to ",
  CoroFunctionPointer: "coro function pointer to ",
  DefaultOverride: "default override of ",
  HasSymbolQuery: "#_hasSymbol query for ",
  BackDeploymentFallback: "back deployment fallback for ",
  TypeMetadataAccessFunction: "type metadata accessor for ",
  TypeMetadataLazyCache: "lazy cache variable for type metadata for ",
  TypeMetadataInstantiationCache: "type metadata instantiation cache for ",
  TypeMetadataInstantiationFunction: "type metadata instantiation function for ",
  TypeMetadataSingletonInitializationCache: "type metadata singleton initialization cache for ",
  TypeMetadataCompletionFunction: "type metadata completion function for ",
  TypeMetadataDemanglingCache: "demangling cache variable for type metadata for ",
  MetadataInstantiationCache: "metadata instantiation cache for ",
  NoncanonicalSpecializedGenericTypeMetadata: "noncanonical specialized generic type metadata for ",
  NoncanonicalSpecializedGenericTypeMetadataCache:
    "cache variable for noncanonical specialized generic type metadata for ",
  CanonicalPrespecializedGenericTypeCachingOnceToken:
    "flag for loading of canonical specialized generic type metadata for ",
  CanonicalSpecializedGenericMetaclass: "specialized generic metaclass for ",
  CanonicalSpecializedGenericTypeMetadataAccessFunction: "canonical specialized generic type metadata accessor for ",
  Metaclass: "metaclass for ",
  GenericTypeMetadataPattern: "generic type metadata pattern for ",
  TypeMetadata: "type metadata for ",
  FullTypeMetadata: "full type metadata for ",
  ClassMetadataBaseOffset: "class metadata base offset for ",
  NominalTypeDescriptor: "nominal type descriptor for ",
  NominalTypeDescriptorRecord: "nominal type descriptor runtime record for ",
  PropertyDescriptor: "property descriptor for ",
  ProtocolDescriptor: "protocol descriptor for ",
  ProtocolDescriptorRecord: "protocol descriptor runtime record for ",
  ProtocolSelfConformanceDescriptor: "protocol self-conformance descriptor for ",
  ProtocolConformanceDescriptor: "protocol conformance descriptor for ",
  ProtocolConformanceDescriptorRecord: "protocol conformance descriptor runtime record for ",
  ProtocolRequirementsBaseDescriptor: "protocol requirements base descriptor for ",
  AssociatedTypeDescriptor: "associated type descriptor for ",
  DefaultAssociatedTypeMetadataAccessor: "default associated type metadata accessor for ",
  ValueWitnessTable: "value witness table for ",
  ReflectionMetadataBuiltinDescriptor: "reflection metadata builtin descriptor ",
  ReflectionMetadataFieldDescriptor: "reflection metadata field descriptor ",
  ReflectionMetadataAssocTypeDescriptor: "reflection metadata associated type descriptor ",
  ReflectionMetadataSuperclassDescriptor: "reflection metadata superclass descriptor ",
  OpaqueTypeDescriptor: "opaque type descriptor for ",
  OpaqueTypeDescriptorRecord: "opaque type descriptor runtime record for ",
  OpaqueTypeDescriptorAccessor: "opaque type descriptor accessor for ",
  OpaqueTypeDescriptorAccessorImpl: "opaque type descriptor accessor impl for ",
  OpaqueTypeDescriptorAccessorKey: "opaque type descriptor accessor key for ",
  OpaqueTypeDescriptorAccessorVar: "opaque type descriptor accessor var for ",
  ModuleDescriptor: "module descriptor ",
  AnonymousDescriptor: "anonymous descriptor ",
  ExtensionDescriptor: "extension descriptor ",
  AssociatedTypeGenericParamRef: "generic parameter reference for associated type ",
  Uniquable: "uniquable ",
  CoroutineContinuationPrototype: "coroutine continuation prototype for ",
  PackProtocolConformance: "pack protocol conformance ",
  DependentAssociatedConformance: "dependent associated conformance ",
  ProtocolConformanceRefInTypeModule: "protocol conformance ref (type's module) ",
  ProtocolConformanceRefInProtocolModule: "protocol conformance ref (protocol's module) ",
  ProtocolConformanceRefInOtherModule: "protocol conformance ref (retroactive) ",
  EmptyList: " empty-list ",
  FirstElementMarker: " first-element-marker ",
  VariadicMarker: " variadic-marker ",
  UnknownIndex: "unknown index",
  IsSerialized: "serialized",
  AnyProtocolConformanceList: "",
  Global: "",
};

/** Copies of values that several places share; a signature behind the type is not shown. */
const OUTLINED: Partial<Record<Kind, string>> = {
  OutlinedRetain: "outlined retain of ",
  OutlinedRelease: "outlined release of ",
  OutlinedInitializeWithTake: "outlined init with take of ",
  OutlinedInitializeWithTakeNoValueWitness: "outlined init with take of ",
  OutlinedInitializeWithCopy: "outlined init with copy of ",
  OutlinedInitializeWithCopyNoValueWitness: "outlined init with copy of ",
  OutlinedAssignWithTake: "outlined assign with take of ",
  OutlinedAssignWithTakeNoValueWitness: "outlined assign with take of ",
  OutlinedAssignWithCopy: "outlined assign with copy of ",
  OutlinedAssignWithCopyNoValueWitness: "outlined assign with copy of ",
  OutlinedDestroy: "outlined destroy of ",
  OutlinedDestroyNoValueWitness: "outlined destroy of ",
  OutlinedEnumGetTag: "outlined enum get tag of ",
  OutlinedEnumTagStore: "outlined enum tag store of ",
  OutlinedEnumProjectDataForLoad: "outlined enum project data for load of ",
};

/** Words that the simplified form leaves out. */
const BEFORE_IN_FULL: Partial<Record<Kind, string>> = {
  MergedFunction: "merged ",
  DynamicallyReplaceableFunctionKey: "dynamically replaceable key for ",
  DynamicallyReplaceableFunctionImpl: "dynamically replaceable thunk for ",
  DynamicallyReplaceableFunctionVar: "dynamically replaceable variable for ",
  BackDeploymentThunk: "back deployment thunk for ",
  AccessibleFunctionRecord: "accessible function runtime record for ",
  DistributedThunk: "distributed thunk ",
  DistributedAccessor: "distributed accessor for ",
};

/** Words before, between and behind two children, given by their position. */
const pair =
  (before: string, first: number, middle: string, second: number): Print =>
  (pr, node) => {
    pr.out += before;
    pr.print(node.children[first]);
    pr.out += middle;
    pr.print(node.children[second]);
  };

const asyncPart =
  (words: string): Print =>
  (pr, node) => {
    if (!pr.options.asyncParts) return;
    pr.out += "(";
    pr.print(node.children[0]);
    pr.out += `) ${words} `;
  };

const partialApply =
  (words: string): Print =>
  (pr, node) => {
    pr.out += pr.options.full ? words : "partial apply";
    if (node.children.length === 0) return;
    pr.out += " for ";
    pr.printAll(node.children);
  };

const reabstraction =
  (words: string): Print =>
  (pr, node) => {
    const { children } = node;
    if (!pr.options.full) {
      pr.out += "thunk for ";
      printOrNothing(pr, children.at(-1));
      return;
    }
    pr.out += words;
    const at = children.length === 3 ? 1 : 0;
    if (at === 1) {
      pr.print(children[0]);
      pr.out += " ";
    }
    pr.out += "from ";
    printOrNothing(pr, children[at + 1]);
    pr.out += " to ";
    printOrNothing(pr, children[at]);
  };

const keyPath =
  (words: string): Print =>
  (pr, node) => {
    const [subject, ...rest] = node.children;
    pr.out += words;
    pr.print(subject);
    pr.out += " : ";
    for (const child of rest) {
      if (child.kind === "IsSerialized") pr.out += ", ";
      pr.print(child);
    }
  };

const keyPathOperator =
  (words: string): Print =>
  (pr, node) => {
    const signature = childOf(node, "DependentGenericSignature");
    const types = node.children.filter(({ kind }) => kind === "Type");
    pr.out += `key path index ${words} operator for `;
    pr.print(signature);
    pr.out += "(";
    pr.printAll(types, ", ");
    pr.out += ")";
  };

const conformance =
  (words: string): Print =>
  (pr, { children: [of, to, index] }) => {
    pr.out += words;
    if (index?.kind === "Index") pr.out += `#${index.index ?? ""} `;
    pr.print(of);
    pr.out += " to ";
    pr.print(to);
  };

const specialization =
  (words: string, parameterWords = ""): Print =>
  (pr, node) => {
    if (!pr.options.full) {
      if (!pr.saidSpecialized) pr.out += "specialized ";
      pr.saidSpecialized = true;
      return;
    }
    if (node.children[0]?.kind === "RepresentationChanged") {
      pr.out += "representation changed of ";
      return;
    }
    pr.out += `${words} <`;
    let separator = "";
    let argument = 0;
    for (const child of node.children) {
      if (child.kind === "SpecializationPassID") continue;
      if (child.kind === "IsSerialized") {
        pr.out += separator;
        separator = ", ";
        pr.print(child);
        continue;
      }
      if (child.children.length > 0) {
        pr.out += separator + parameterWords;
        separator = ", ";
        if (child.kind === "FunctionSignatureSpecializationParam") pr.out += `Arg[${argument}] = `;
        if (child.kind === "FunctionSignatureSpecializationReturn") pr.out += "Return = ";
        pr.print(child);
      }
      argument++;
    }
    pr.out += "> of ";
  };

const WORDS_OF_KIND: Readonly<Record<number, string>> = {
  [PARAM_KIND.constantFunction]: "Constant Propagated Function",
  [PARAM_KIND.constantGlobal]: "Constant Propagated Global",
  [PARAM_KIND.constantInteger]: "Constant Propagated Integer",
  [PARAM_KIND.constantFloat]: "Constant Propagated Float",
  [PARAM_KIND.constantString]: "Constant Propagated String",
  [PARAM_KIND.constantKeyPath]: "Constant Propagated KeyPath",
  [PARAM_KIND.constantStruct]: "Constant Propagated Struct",
  [PARAM_KIND.closure]: "Closure Propagated",
  [PARAM_KIND.closureOfPreviousArgument]: "Same As Argument",
  [PARAM_KIND.boxToValue]: "Value Promoted from Box",
  [PARAM_KIND.boxToStack]: "Stack Promoted from Box",
  [PARAM_KIND.inOutToOut]: "InOut Converted to Out",
};
const FLAGS: readonly (readonly [number, string])[] = [
  [PARAM_KIND.existentialToGeneric, "Existential To Protocol Constrained Generic"],
  [PARAM_KIND.dead, "Dead"],
  [PARAM_KIND.ownedToGuaranteed, "Owned To Guaranteed"],
  [PARAM_KIND.guaranteedToOwned, "Guaranteed To Owned"],
  [PARAM_KIND.sroa, "Exploded"],
];

const parameterKind: Print = (pr, { index = 0 }) => {
  pr.out +=
    WORDS_OF_KIND[index] ??
    FLAGS.filter(([flag]) => (index & flag) !== 0)
      .map(([, words]) => words)
      .join(" and ");
};

/** A list of what was done, each with its payload: `[Constant Propagated Integer : 5]`. */
const specializedParameter: Print = (pr, { children }) => {
  for (let i = 0; i < children.length;) {
    const kind = children[i];
    const take = (): Node | undefined => children[i++];
    switch (kind?.index) {
      case PARAM_KIND.constantFunction:
      case PARAM_KIND.constantGlobal:
        pr.out += "[";
        pr.print(take());
        pr.out += ` : ${pr.payload(take()?.text ?? "")}]`;
        break;
      case PARAM_KIND.constantInteger:
      case PARAM_KIND.constantFloat:
        pr.out += "[";
        pr.print(take());
        pr.out += ` : ${take()?.text ?? ""}]`;
        break;
      case PARAM_KIND.constantString: {
        pr.out += "[";
        pr.print(take());
        const encoding = take()?.text ?? "";
        // A text that begins with a digit or an underscore has one more underscore before it.
        const text = (take()?.text ?? "").replace(/^_/, "");
        pr.out += ` : ${encoding}'${text}']`;
        break;
      }
      case PARAM_KIND.constantKeyPath:
        pr.out += "[";
        pr.print(take());
        pr.out += ` : ${pr.payload(take()?.text ?? "")}<`;
        pr.print(take());
        pr.out += ",";
        pr.print(take());
        pr.out += ">]";
        break;
      case PARAM_KIND.constantStruct:
        pr.out += "[";
        pr.print(take());
        pr.out += " : ";
        pr.print(children.find((child) => child.kind === "Type"));
        pr.out += "]";
        break;
      case PARAM_KIND.closure:
        pr.out += "[";
        pr.print(take());
        pr.out += " : ";
        pr.print(take());
        pr.out += ", Argument Types : [";
        while (children[i]?.kind === "Type") pr.print(take());
        pr.out += "]";
        break;
      default:
        // The type of a structure is printed with it, wherever it stands.
        if (kind?.kind !== "Type") pr.print(kind);
        i++;
    }
  }
};

const DERIVATIVES: Readonly<Record<string, string>> = {
  f: "forward-mode derivative",
  r: "reverse-mode derivative",
  d: "differential",
  p: "pullback",
};
const WITNESS_KINDS: Readonly<Record<string, string>> = {
  f: "forward-mode",
  r: "reverse-mode",
  d: "normal",
  l: "linear",
};
const letterOf = (node: Node | undefined): string => String.fromCharCode(node?.index ?? 0);

const derivative =
  (words: string): Print =>
  (pr, { children }) => {
    const at = children.findIndex(({ kind }) => kind === "AutoDiffFunctionKind");
    const hasSignature = children[at - 1]?.kind === "DependentGenericSignature";
    pr.out += words;
    pr.print(children[at]);
    pr.out += " of ";
    pr.printAll(children.slice(0, hasSignature ? at - 1 : at));
    if (!pr.options.full) return;
    respect(pr, children[at + 1], children[at + 2]);
    if (!hasSignature) return;
    pr.out += " with ";
    pr.print(children[at - 1]);
  };

function respect(pr: Printer, parameters: Node | undefined, results: Node | undefined): void {
  pr.out += " with respect to parameters ";
  pr.print(parameters);
  pr.out += " and results ";
  pr.print(results);
}

/** From a derivative with respect to some parameters to one with respect to fewer. */
const subsetThunk: Print = (pr, { children }) => {
  const at = children.findIndex(({ kind }) => kind === "AutoDiffFunctionKind");
  const to = at > 1 ? children[at - 1] : undefined;
  pr.out += "autodiff subset parameters thunk for ";
  pr.print(children[at]);
  pr.out += " from ";
  pr.printAll(children.slice(0, to === undefined ? at : at - 1));
  if (!pr.options.full) return;
  respect(pr, children[at + 1], children[at + 2]);
  pr.out += " to parameters ";
  pr.print(children[at + 3]);
  if (to === undefined) return;
  pr.out += " of type ";
  pr.print(to);
};

const reorderingThunk: Print = (pr, { children }) => {
  const [from, to, ...rest] = children;
  pr.out += "autodiff self-reordering reabstraction thunk for ";
  if (!pr.options.full) {
    pr.print(from);
    return;
  }
  const signature = rest.find(({ kind }) => kind === "DependentGenericSignature");
  pr.print(rest.at(-1));
  pr.print(signature);
  if (signature !== undefined) pr.out += " ";
  pr.out += " from ";
  pr.print(from);
  pr.out += " to ";
  pr.print(to);
};

const differentiabilityWitness: Print = (pr, { children }) => {
  const at = children.findIndex(({ kind }) => kind === "Index");
  pr.out += `${WITNESS_KINDS[letterOf(children[at])] ?? ""} differentiability witness for `;
  pr.printAll(children.slice(0, at));
  respect(pr, children[at + 1], children[at + 2]);
  if (children[at + 3] === undefined) return;
  pr.out += " with ";
  pr.print(children[at + 3]);
};

const completionHandler =
  (words: string): Print =>
  (pr, { children: [type, result, , signature] }) => {
    pr.out += `${words}@objc completion handler block implementation for `;
    pr.print(signature);
    pr.print(type);
    pr.out += " with result type ";
    pr.print(result);
  };

export const ATTRIBUTE_PRINTERS: Partial<Record<Kind, Print>> = {
  ...printersOf(BEFORE, (words) => (pr, node) => {
    pr.out += words;
    pr.printAll(node.children);
  }),
  ...printersOf(OUTLINED, (words) => (pr, node) => {
    pr.out += words;
    pr.print(node.children[0]);
  }),
  ...printersOf(BEFORE_IN_FULL, (words) => (pr) => {
    if (pr.options.full) pr.out += words;
  }),
  Suffix: (pr, node) => {
    if (pr.options.full) pr.out += ` with unmangled suffix ${quoted(node.text ?? "")}`;
  },
  Identifier: (pr, node) => {
    pr.out += node.text ?? "";
  },
  InfixOperator: (pr, node) => {
    pr.out += `${node.text ?? ""} infix`;
  },
  PrefixOperator: (pr, node) => {
    pr.out += `${node.text ?? ""} prefix`;
  },
  PostfixOperator: (pr, node) => {
    pr.out += `${node.text ?? ""} postfix`;
  },
  Index: (pr, node) => {
    pr.out += String(node.index ?? "");
  },
  Number: (pr, node) => {
    pr.out += String(node.index ?? "");
  },
  OutlinedBridgedMethod: (pr, node) => {
    pr.out += `outlined bridged method (${node.text ?? ""}) of `;
  },
  OutlinedVariable: (pr, node) => {
    pr.out += `outlined variable #${node.index ?? ""} of `;
  },
  OutlinedReadOnlyObject: (pr, node) => {
    pr.out += `outlined read-only object #${node.index ?? ""} of `;
  },
  AssocTypePath: (pr, node) => pr.printAll(node.children, "."),
  Directness: (pr, node) => {
    pr.out += node.index === 0 ? "direct " : "indirect ";
  },
  FieldOffset: pair("", 0, "field offset for ", 1),
  RetroactiveConformance: pair("retroactive @ ", 0, "", 1),
  VTableThunk: pair("vtable thunk for ", 1, " dispatching to ", 0),
  ProtocolWitness: pair("protocol witness for ", 1, " in conformance ", 0),
  LazyProtocolWitnessTableAccessor: pair("lazy protocol witness table accessor for type ", 0, " and conformance ", 1),
  LazyProtocolWitnessTableCacheVariable: pair(
    "lazy protocol witness table cache variable for type ",
    0,
    " and conformance ",
    1,
  ),
  AssociatedTypeMetadataAccessor: pair("associated type metadata accessor for ", 1, " in ", 0),
  BaseWitnessTableAccessor: pair("base witness table accessor for ", 1, " in ", 0),
  BaseConformanceDescriptor: pair("base conformance descriptor for ", 0, ": ", 1),
  AssociatedTypeWitnessTableAccessor: (pr, { children: [conforming, path, protocol] }) => {
    pr.out += "associated type witness table accessor for ";
    pr.print(path);
    pr.out += " : ";
    pr.print(protocol);
    pr.out += " in ";
    pr.print(conforming);
  },
  AssociatedConformanceDescriptor: associatedConformance("associated conformance descriptor for "),
  DefaultAssociatedConformanceAccessor: associatedConformance("default associated conformance accessor for "),
  ValueWitness: (pr, { children: [index, type] }) => {
    const name = VALUE_WITNESSES[index?.index ?? -1]?.[1] ?? "";
    pr.out += `${name}${pr.options.full ? " value witness for " : " for "}`;
    pr.print(type);
  },
  PartialApplyForwarder: partialApply("partial apply forwarder"),
  PartialApplyObjCForwarder: partialApply("partial apply ObjC forwarder"),
  ReabstractionThunk: reabstraction("reabstraction thunk "),
  ReabstractionThunkHelper: reabstraction("reabstraction thunk helper "),
  ReabstractionThunkHelperWithSelf: (pr, { children }) => {
    const at = children.length === 4 ? 1 : 0;
    pr.out += "reabstraction thunk ";
    if (at === 1) {
      pr.print(children[0]);
      pr.out += " ";
    }
    pr.out += "from ";
    printOrNothing(pr, children[at + 2]);
    pr.out += " to ";
    printOrNothing(pr, children[at + 1]);
    pr.out += " self ";
    printOrNothing(pr, children[at]);
  },
  ReabstractionThunkHelperWithGlobalActor: pair("", 0, " with global actor constraint ", 1),
  KeyPathGetterThunkHelper: keyPath("key path getter for "),
  KeyPathSetterThunkHelper: keyPath("key path setter for "),
  KeyPathUnappliedMethodThunkHelper: keyPath("key path unapplied method "),
  KeyPathAppliedMethodThunkHelper: keyPath("key path applied method "),
  KeyPathEqualsThunkHelper: keyPathOperator("equality"),
  KeyPathHashThunkHelper: keyPathOperator("hash"),
  FunctionSignatureSpecialization: specialization("function signature specialization"),
  GenericPartialSpecialization: specialization("generic partial specialization", "Signature = "),
  GenericPartialSpecializationNotReAbstracted: specialization(
    "generic not-reabstracted partial specialization",
    "Signature = ",
  ),
  GenericSpecialization: specialization("generic specialization"),
  GenericSpecializationInResilienceDomain: specialization("generic specialization"),
  GenericSpecializationNotReAbstracted: specialization("generic not re-abstracted specialization"),
  GenericSpecializationPrespecialized: specialization("generic pre-specialization"),
  InlinedGenericFunction: specialization("inlined generic function"),
  GenericSpecializationParam: (pr, { children: [type, ...more] }) => {
    pr.print(type);
    for (const [i, child] of more.entries()) {
      pr.out += i === 0 ? " with " : " and ";
      pr.print(child);
    }
  },
  FunctionSignatureSpecializationParam: specializedParameter,
  FunctionSignatureSpecializationReturn: specializedParameter,
  FunctionSignatureSpecializationParamKind: parameterKind,
  FunctionSignatureSpecializationParamPayload: (pr, node) => {
    pr.out += pr.payload(node.text ?? "");
  },
  AsyncSuspendResumePartialFunction: asyncPart("suspend resume partial function for"),
  AsyncAwaitResumePartialFunction: asyncPart("await resume partial function for"),
  ProtocolConformance: (pr, { children: [type, protocol, module, property] }) => {
    if (property !== undefined) {
      pr.out += "property behavior storage of ";
      pr.print(module);
      pr.out += " in ";
      pr.print(type);
      pr.out += " : ";
      pr.print(protocol);
      return;
    }
    pr.print(type);
    if (!pr.options.full) return;
    pr.out += " : ";
    pr.print(protocol);
    pr.out += " in ";
    pr.print(module);
  },
  ConcreteProtocolConformance: (pr, { children: [type, protocol, conditions] }) => {
    pr.out += "concrete protocol conformance ";
    pr.print(type);
    pr.out += " to ";
    pr.print(protocol);
    if (conditions !== undefined && conditions.children.length > 0) {
      pr.out += " with conditional requirements: ";
      pr.print(conditions);
    }
  },
  AnyProtocolConformanceList: (pr, node) => {
    if (node.children.length === 0) return;
    pr.out += "(";
    pr.printAll(node.children, ", ");
    pr.out += ")";
  },
  DependentProtocolConformanceRoot: conformance("dependent root protocol conformance "),
  DependentProtocolConformanceInherited: conformance("dependent inherited protocol conformance "),
  DependentProtocolConformanceAssociated: conformance("dependent associated protocol conformance "),
  DependentProtocolConformanceOpaque: pair("opaque result conformance ", 0, " of ", 1),
  GlobalVariableOnceFunction: once("one-time initialization function for "),
  GlobalVariableOnceToken: once("one-time initialization token for "),
  GlobalVariableOnceDeclList: (pr, { children }) => {
    if (children.length !== 1) pr.out += "(";
    pr.printAll(children, ", ");
    if (children.length !== 1) pr.out += ")";
  },
  ObjCAsyncCompletionHandlerImpl: completionHandler(""),
  CheckedObjCAsyncCompletionHandlerImpl: completionHandler("checked "),
  AutoDiffFunction: derivative(""),
  AutoDiffDerivativeVTableThunk: derivative("vtable thunk for "),
  AutoDiffFunctionKind: (pr, node) => {
    pr.out += DERIVATIVES[letterOf(node)] ?? "";
  },
  AutoDiffSubsetParametersThunk: subsetThunk,
  AutoDiffSelfReorderingReabstractionThunk: reorderingThunk,
  DifferentiabilityWitness: differentiabilityWitness,
  IndexSubset: (pr, node) => {
    const indices = Array.from(node.text ?? "", (letter, i) => (letter === "S" ? i : -1)).filter((i) => i >= 0);
    pr.out += `{${indices.join(", ")}}`;
  },
};

function associatedConformance(words: string): Print {
  return (pr, { children: [type, path, requirement] }) => {
    pr.out += words;
    pr.print(type);
    pr.out += ".";
    pr.print(path);
    pr.out += ": ";
    pr.print(requirement);
  };
}

function once(words: string): Print {
  return (pr, { children: [, list] }) => {
    pr.out += words;
    pr.print(list);
  };
}

function printersOf(
  words: Partial<Record<Kind, string>>,
  make: (words: string) => Print,
): Partial<Record<Kind, Print>> {
  return Object.fromEntries(Object.entries(words).map(([kind, text]) => [kind, make(text)]));
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
  "\0": "\\0",
};

/** As a string literal, control characters as escapes. */
function quoted(text: string): string {
  let result = "";
  for (const char of text) {
    const code = char.charCodeAt(0);
    const isControl = code < 0x20 || code === 0x7f;
    result += ESCAPES[char] ?? (isControl ? `\\x${code.toString(16).toUpperCase().padStart(2, "0")}` : char);
  }
  return `"${result}"`;
}
