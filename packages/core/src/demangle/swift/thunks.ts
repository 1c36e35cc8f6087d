/** `T…`: thunks, attributes of functions, parts of async functions, key paths, specialisations. */
import { popProtocol, popProtocolConformance } from "./conformances.ts";
import { differentiable } from "./autodiff.ts";
import { popAssociatedName, popAssociatedPath } from "./generics.ts";
import { isEntity, type Kind, Node } from "./node.ts";
import { type Maybe, type Parser, plus, withChildren } from "./parser.ts";
import {
  droppedArguments,
  functionSpecialization,
  genericSpecialization,
  partialSpecialization,
} from "./specializations.ts";

const ATTRIBUTES: Readonly<Record<string, Kind>> = {
  o: "ObjCAttribute",
  O: "NonObjCAttribute",
  D: "DynamicAttribute",
  d: "DirectMethodReferenceAttribute",
  E: "DistributedThunk",
  F: "DistributedAccessor",
  a: "PartialApplyObjCForwarder",
  A: "PartialApplyForwarder",
  m: "MergedFunction",
  X: "DynamicallyReplaceableFunctionVar",
  x: "DynamicallyReplaceableFunctionKey",
  I: "DynamicallyReplaceableFunctionImpl",
  u: "AsyncFunctionPointer",
  wb: "BackDeploymentThunk",
  wB: "BackDeploymentFallback",
  wS: "HasSymbolQuery",
  wc: "CoroFunctionPointer",
  wd: "DefaultOverride",
};
const OF_ENTITY: Readonly<Record<string, Kind>> = {
  c: "CurryThunk",
  j: "DispatchThunk",
  q: "MethodDescriptor",
  S: "ProtocolSelfConformanceWitness",
  TI: "SILThunkIdentity",
};
const SPECIALIZATIONS: Readonly<Record<string, Kind>> = {
  g: "GenericSpecialization",
  G: "GenericSpecializationNotReAbstracted",
  B: "GenericSpecializationInResilienceDomain",
  s: "GenericSpecializationPrespecialized",
  i: "InlinedGenericFunction",
};
const REABSTRACTIONS: Readonly<Record<string, Kind>> = {
  R: "ReabstractionThunkHelper",
  r: "ReabstractionThunk",
  y: "ReabstractionThunkHelperWithSelf",
};

const popEntity = (p: Parser): Maybe => p.popIf(isEntity);

export function thunk(p: Parser): Maybe {
  const first = p.next();
  const letter = first === "w" || first === "T" ? first + p.next() : first;
  const attribute = ATTRIBUTES[letter];
  if (attribute !== undefined) return new Node(attribute);
  const ofEntity = OF_ENTITY[letter];
  if (ofEntity !== undefined) return withChildren(ofEntity, popEntity(p));
  const specialization = SPECIALIZATIONS[letter];
  if (specialization !== undefined) return genericSpecialization(p, specialization);
  const reabstraction = REABSTRACTIONS[letter];
  if (reabstraction !== undefined) return reabstractionThunk(p, reabstraction);
  switch (letter) {
    case "t":
      return droppedArguments(p, SPECIALIZATIONS);
    case "p":
      return partialSpecialization(p, "GenericPartialSpecialization");
    case "P":
      return partialSpecialization(p, "GenericPartialSpecializationNotReAbstracted");
    case "f":
      return functionSpecialization(p);
    case "Y":
      return withChildren("AsyncSuspendResumePartialFunction", p.indexNode());
    case "Q":
      return withChildren("AsyncAwaitResumePartialFunction", p.indexNode());
    case "C":
      return withChildren("CoroutineContinuationPrototype", p.pop("Type"));
    case "V": {
      const base = popEntity(p);
      return withChildren("VTableThunk", popEntity(p), base);
    }
    case "W": {
      const entity = popEntity(p);
      return withChildren("ProtocolWitness", popProtocolConformance(p), entity);
    }
    case "U": {
      const actor = p.pop("Type");
      return withChildren("ReabstractionThunkHelperWithGlobalActor", p.popAny(), actor);
    }
    case "z":
    case "Z":
      return completionHandler(
        p,
        letter === "z" ? "ObjCAsyncCompletionHandlerImpl" : "CheckedObjCAsyncCompletionHandlerImpl",
      );
    case "K":
    case "k":
      return keyPathAccessor(p, letter);
    case "H":
    case "h":
      return keyPathOperator(p, letter === "H" ? "KeyPathEqualsThunkHelper" : "KeyPathHashThunkHelper");
    case "J":
      return differentiable(p);
    case "v": {
      const index = p.index();
      if (index < 0) return undefined;
      return new Node(p.nextIf("r") ? "OutlinedReadOnlyObject" : "OutlinedVariable", undefined, index);
    }
    case "e": {
      const parameters = bridgedMethodParameters(p);
      return parameters === undefined ? undefined : new Node("OutlinedBridgedMethod", parameters);
    }
    default:
      return descriptor(p, letter);
  }
}

/** What a protocol of a resilient library is described by. */
function descriptor(p: Parser, letter: string): Maybe {
  switch (letter) {
    case "l":
      return withChildren("AssociatedTypeDescriptor", popAssociatedName(p));
    case "L":
      return withChildren("ProtocolRequirementsBaseDescriptor", popProtocol(p));
    case "M":
      return withChildren("DefaultAssociatedTypeMetadataAccessor", popAssociatedName(p));
    case "n":
    case "N": {
      const requirement = popProtocol(p);
      const conforming = popAssociatedPath(p);
      const kind = letter === "n" ? "AssociatedConformanceDescriptor" : "DefaultAssociatedConformanceAccessor";
      return withChildren(kind, p.pop("Type"), conforming, requirement);
    }
    case "b": {
      const requirement = popProtocol(p);
      return withChildren("BaseConformanceDescriptor", p.pop("Type"), requirement);
    }
    default:
      return undefined;
  }
}

function reabstractionThunk(p: Parser, kind: Kind): Maybe {
  const signature = p.pop("DependentGenericSignature");
  const node = plus(new Node(kind), signature);
  const count = kind === "ReabstractionThunkHelperWithSelf" ? 3 : 2;
  for (let i = 0; i < count; i++) {
    plus(node, p.pop("Type"));
  }
  return node;
}

function completionHandler(p: Parser, kind: Kind): Maybe {
  const flags = p.indexNode();
  const signature = p.pop("DependentGenericSignature");
  const result = p.pop("Type");
  return plus(withChildren(kind, p.pop("Type"), result, flags), signature);
}

function keyPathAccessor(p: Parser, letter: "K" | "k"): Maybe {
  let kind: Kind = letter === "K" ? "KeyPathGetterThunkHelper" : "KeyPathSetterThunkHelper";
  if (letter === "k" && p.nextIf("mu")) kind = "KeyPathUnappliedMethodThunkHelper";
  else if (letter === "k" && p.nextIf("MA")) kind = "KeyPathAppliedMethodThunkHelper";
  const isSerialized = p.nextIf("q");
  const types: Node[] = [];
  for (let type = p.pop("Type"); type !== undefined; type = p.pop("Type")) types.unshift(type);
  const signature = p.pop("DependentGenericSignature");
  const subject = p.popAny();
  if (subject === undefined || types.length === 0) return undefined;
  return plus(withChildren(kind, subject), signature, ...types, isSerialized ? new Node("IsSerialized") : undefined);
}

function keyPathOperator(p: Parser, kind: Kind): Maybe {
  const isSerialized = p.nextIf("q");
  const signature = p.pop("DependentGenericSignature");
  const types: Node[] = [];
  for (let type = p.pop("Type"); type !== undefined; type = p.pop("Type")) types.unshift(type);
  if (p.top() !== undefined || (signature === undefined && types.length === 0)) return undefined;
  return plus(new Node(kind), ...types, signature, isSerialized ? new Node("IsSerialized") : undefined);
}

/** `o` method or `p` `a` `m`, then how each argument is bridged. */
function bridgedMethodParameters(p: Parser): string | undefined {
  if (p.nextIf("_")) return undefined;
  let text = p.next();
  if (text === "" || !"opam".includes(text)) return undefined;
  while (!p.nextIf("_")) {
    const letter = p.next();
    if (letter === "" || !"nbg".includes(letter)) return undefined;
    text += letter;
  }
  return text;
}
