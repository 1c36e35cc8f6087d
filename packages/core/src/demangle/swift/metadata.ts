/** `M…` metadata and descriptors, `W…` witness tables and outlined copies, `w…` value witnesses. */
import { differentiabilityWitness } from "./autodiff.ts";
import { popProtocol, popProtocolConformance } from "./conformances.ts";
import { popAssociatedPath } from "./generics.ts";
import { popName } from "./identifiers.ts";
import { isEntity, type Kind, Node, NOMINALS } from "./node.ts";
import { type Maybe, type Parser, plus, popContext, popModule, unwrapped, withChildren } from "./parser.ts";

const OF_TYPE: Readonly<Record<string, Kind>> = {
  a: "TypeMetadataAccessFunction",
  b: "CanonicalSpecializedGenericTypeMetadataAccessFunction",
  B: "ReflectionMetadataBuiltinDescriptor",
  D: "TypeMetadataDemanglingCache",
  f: "FullTypeMetadata",
  F: "ReflectionMetadataFieldDescriptor",
  i: "TypeMetadataInstantiationFunction",
  I: "TypeMetadataInstantiationCache",
  l: "TypeMetadataSingletonInitializationCache",
  L: "TypeMetadataLazyCache",
  m: "Metaclass",
  M: "CanonicalSpecializedGenericMetaclass",
  n: "NominalTypeDescriptor",
  N: "NoncanonicalSpecializedGenericTypeMetadata",
  o: "ClassMetadataBaseOffset",
  P: "GenericTypeMetadataPattern",
  r: "TypeMetadataCompletionFunction",
  s: "ObjCResilientClassStub",
  t: "FullObjCResilientClassStub",
  u: "MethodLookupFunction",
  U: "ObjCMetadataUpdateFunction",
  z: "CanonicalPrespecializedGenericTypeCachingOnceToken",
};
const OF_ANYTHING: Readonly<Record<string, Kind>> = {
  g: "OpaqueTypeDescriptorAccessor",
  h: "OpaqueTypeDescriptorAccessorImpl",
  j: "OpaqueTypeDescriptorAccessorKey",
  k: "OpaqueTypeDescriptorAccessorVar",
  J: "NoncanonicalSpecializedGenericTypeMetadataCache",
  K: "MetadataInstantiationCache",
  q: "Uniquable",
  Q: "OpaqueTypeDescriptor",
};

export function metadata(p: Parser): Maybe {
  const letter = p.next();
  const ofType = OF_TYPE[letter];
  if (ofType !== undefined) return withChildren(ofType, p.pop("Type"));
  const ofAnything = OF_ANYTHING[letter];
  if (ofAnything !== undefined) return withChildren(ofAnything, p.popAny());
  switch (letter) {
    case "A":
      return withChildren("ReflectionMetadataAssocTypeDescriptor", popProtocolConformance(p));
    case "c":
      return withChildren("ProtocolConformanceDescriptor", popProtocolConformance(p));
    case "C": {
      const child = unwrapped(p.pop("Type"));
      return withChildren(
        "ReflectionMetadataSuperclassDescriptor",
        child && NOMINALS.has(child.kind) ? child : undefined,
      );
    }
    case "p":
      return withChildren("ProtocolDescriptor", popProtocol(p));
    case "S":
      return withChildren("ProtocolSelfConformanceDescriptor", popProtocol(p));
    case "V":
      return withChildren("PropertyDescriptor", p.popIf(isEntity));
    case "X":
      return contextDescriptor(p);
    default:
      return undefined;
  }
}

function contextDescriptor(p: Parser): Maybe {
  switch (p.next()) {
    case "E":
      return withChildren("ExtensionDescriptor", popContext(p));
    case "M":
      return withChildren("ModuleDescriptor", popModule(p));
    case "Y": {
      const discriminator = p.popAny();
      return withChildren("AnonymousDescriptor", popContext(p), discriminator);
    }
    case "X":
      return withChildren("AnonymousDescriptor", popContext(p));
    case "A": {
      const path = popAssociatedPath(p);
      return withChildren("AssociatedTypeGenericParamRef", p.pop("Type"), path);
    }
    default:
      return undefined;
  }
}

const OF_CONFORMANCE: Readonly<Record<string, Kind>> = {
  P: "ProtocolWitnessTable",
  p: "ProtocolWitnessTablePattern",
  G: "GenericProtocolWitnessTable",
  I: "GenericProtocolWitnessTableInstantiationFunction",
  r: "ResilientProtocolWitnessTable",
  a: "ProtocolWitnessTableAccessor",
};
const OUTLINED: Readonly<Record<string, Kind>> = {
  B: "OutlinedInitializeWithTakeNoValueWitness",
  C: "OutlinedInitializeWithCopyNoValueWitness",
  D: "OutlinedAssignWithTakeNoValueWitness",
  F: "OutlinedAssignWithCopyNoValueWitness",
  H: "OutlinedDestroyNoValueWitness",
  b: "OutlinedInitializeWithTake",
  c: "OutlinedInitializeWithCopy",
  d: "OutlinedAssignWithTake",
  f: "OutlinedAssignWithCopy",
  h: "OutlinedDestroy",
  y: "OutlinedCopy",
  e: "OutlinedConsume",
  r: "OutlinedRetain",
  s: "OutlinedRelease",
  g: "OutlinedEnumGetTag",
  i: "OutlinedEnumTagStore",
  j: "OutlinedEnumProjectDataForLoad",
};

export function witness(p: Parser): Maybe {
  const letter = p.next();
  const ofConformance = OF_CONFORMANCE[letter];
  if (ofConformance !== undefined) return withChildren(ofConformance, popProtocolConformance(p));
  switch (letter) {
    case "C":
      return withChildren("EnumCase", p.popIf(isEntity));
    case "V":
      return withChildren("ValueWitnessTable", p.pop("Type"));
    case "v": {
      const directness = "di".indexOf(p.next() || "-");
      if (directness < 0) return undefined;
      return withChildren("FieldOffset", new Node("Directness", undefined, directness), p.popIf(isEntity));
    }
    case "S":
      return withChildren("ProtocolSelfConformanceWitnessTable", popProtocol(p));
    case "l":
    case "L": {
      const conformance = popProtocolConformance(p);
      const kind = letter === "l" ? "LazyProtocolWitnessTableAccessor" : "LazyProtocolWitnessTableCacheVariable";
      return withChildren(kind, p.pop("Type"), conformance);
    }
    case "t": {
      const name = popName(p);
      return withChildren("AssociatedTypeMetadataAccessor", popProtocolConformance(p), name);
    }
    case "T": {
      const protocol = p.pop("Type");
      const path = popAssociatedPath(p);
      return withChildren("AssociatedTypeWitnessTableAccessor", popProtocolConformance(p), path, protocol);
    }
    case "b": {
      const protocol = p.pop("Type");
      return withChildren("BaseWitnessTableAccessor", popProtocolConformance(p), protocol);
    }
    case "O":
      return outlined(p);
    case "Z":
    case "z":
      return onceFunction(p, letter === "Z" ? "GlobalVariableOnceFunction" : "GlobalVariableOnceToken");
    case "J":
      return differentiabilityWitness(p);
    default:
      return undefined;
  }
}

function outlined(p: Parser): Maybe {
  const letter = p.next();
  const kind = OUTLINED[letter];
  if (kind === undefined) return undefined;
  const hasIndex = letter === "i" || letter === "j";
  const index = hasIndex ? p.indexNode() : undefined;
  if (hasIndex && index === undefined) return undefined;
  const signature = p.pop("DependentGenericSignature");
  return plus(withChildren(kind, p.pop("Type")), signature, index);
}

/** The function that initialises the variables of a file, and the token that says it has run. */
function onceFunction(p: Parser, kind: Kind): Maybe {
  const names: Node[] = [];
  while (p.pop("FirstElementMarker") !== undefined) {
    const name = popName(p);
    if (name === undefined) return undefined;
    names.unshift(name);
  }
  const list = new Node("GlobalVariableOnceDeclList", undefined, undefined, names);
  return withChildren(kind, popContext(p), list);
}

/** Two letters each, as they are mangled, and as they are shown. */
export const VALUE_WITNESSES: readonly (readonly [code: string, name: string])[] = [
  ["al", "allocateBuffer"],
  ["ca", "assignWithCopy"],
  ["ta", "assignWithTake"],
  ["de", "deallocateBuffer"],
  ["xx", "destroy"],
  ["XX", "destroyBuffer"],
  ["Xx", "destroyArray"],
  ["CP", "initializeBufferWithCopyOfBuffer"],
  ["Cp", "initializeBufferWithCopy"],
  ["cp", "initializeWithCopy"],
  ["Tk", "initializeBufferWithTake"],
  ["tk", "initializeWithTake"],
  ["pr", "projectBuffer"],
  ["TK", "initializeBufferWithTakeOfBuffer"],
  ["Cc", "initializeArrayWithCopy"],
  ["Tt", "initializeArrayWithTakeFrontToBack"],
  ["tT", "initializeArrayWithTakeBackToFront"],
  ["xs", "storeExtraInhabitant"],
  ["xg", "getExtraInhabitantIndex"],
  ["ug", "getEnumTag"],
  ["up", "destructiveProjectEnumData"],
  ["ui", "destructiveInjectEnumTag"],
  ["et", "getEnumTagSinglePayload"],
  ["st", "storeEnumTagSinglePayload"],
];

export const valueWitness = (p: Parser): Maybe =>
  withChildren("ValueWitness", manglingValueWitness(p.next() + p.next()), p.pop("Type"));

export function manglingValueWitness(code: string): Maybe {
  const index = VALUE_WITNESSES.findIndex(([known]) => known === code);
  return index < 0 ? undefined : new Node("Index", undefined, index);
}
