/** Declarations of the old grammar, and what is said of them: thunks, metadata, witnesses, specialisations. */
import { manglingValueWitness } from "./metadata.ts";
import { type Kind, Node } from "./node.ts";
import {
  oldDeclarationName,
  oldIdentifier,
  oldIndexNode,
  oldModule,
  OldParser,
  oldSubstitution,
  swiftModule,
} from "./old-names.ts";
import { oldGenericSignature, oldNominal, oldProtocol, oldType, startsNominal } from "./old-types.ts";
import { type Maybe, plus, withChildren } from "./parser.ts";
import { PARAM_KIND } from "./specializations.ts";

const ATTRIBUTES: Readonly<Record<string, Kind>> = {
  To: "ObjCAttribute",
  TO: "NonObjCAttribute",
  TD: "DynamicAttribute",
  Td: "DirectMethodReferenceAttribute",
  TV: "VTableAttribute",
};

/** The tree of a name of Swift 1 to 3, what is left of the name as its suffix; or `undefined`. */
export function parseOldSymbol(name: string): Maybe {
  if (!name.startsWith("_T")) return undefined;
  let p = new OldParser(name, 2, oldContext);
  const top = new Node("Global");
  if (p.nextIf("TS")) {
    do {
      const attribute = specialization(p);
      if (attribute === undefined) return undefined;
      top.children.push(attribute);
      // What comes next shares no substitutions with it.
      p = new OldParser(name, p.pos, oldContext);
    } while (p.nextIf("_TTS"));
    if (!p.nextIf("_T")) return undefined;
  } else {
    const attribute = ATTRIBUTES[name.slice(2, 4)];
    if (attribute !== undefined) {
      top.children.push(new Node(attribute));
      p.pos += 2;
    }
  }
  const global = globalOf(p);
  if (global === undefined) return undefined;
  top.children.push(global);
  if (!p.isAtEnd) top.children.push(new Node("Suffix", name.slice(p.pos)));
  return top;
}

const METADATA: Readonly<Record<string, Kind>> = {
  P: "GenericTypeMetadataPattern",
  a: "TypeMetadataAccessFunction",
  L: "TypeMetadataLazyCache",
  m: "Metaclass",
  n: "NominalTypeDescriptor",
  f: "FullTypeMetadata",
};
const OF_CONFORMANCE: Readonly<Record<string, Kind>> = {
  P: "ProtocolWitnessTable",
  G: "GenericProtocolWitnessTable",
  I: "GenericProtocolWitnessTableInstantiationFunction",
  a: "ProtocolWitnessTableAccessor",
};

function globalOf(p: OldParser): Maybe {
  if (p.nextIf("M")) {
    if (p.nextIf("p")) return withChildren("ProtocolDescriptor", oldProtocol(p));
    const kind = METADATA[p.peek()];
    if (kind !== undefined) p.pos++;
    return withChildren(kind ?? "TypeMetadata", oldType(p));
  }
  if (p.nextIf("PA")) {
    const forwarder = new Node(p.nextIf("o") ? "PartialApplyObjCForwarder" : "PartialApplyForwarder");
    if (!p.nextIf("__T")) return forwarder;
    const inner = p.nested(() => globalOf(p));
    return inner && plus(forwarder, inner);
  }
  if (p.nextIf("t")) return withChildren("TypeMangling", oldType(p));
  if (p.nextIf("w")) return withChildren("ValueWitness", manglingValueWitness(p.next() + p.next()), oldType(p));
  if (p.nextIf("W")) return witness(p);
  if (p.nextIf("T")) return thunk(p);
  return entity(p);
}

function witness(p: OldParser): Maybe {
  const letter = p.next();
  const kind = OF_CONFORMANCE[letter];
  if (kind !== undefined) return withChildren(kind, conformance(p));
  switch (letter) {
    case "V":
      return withChildren("ValueWitnessTable", oldType(p));
    case "v": {
      const directness = p.isAtEnd ? -1 : "di".indexOf(p.next());
      return directness < 0
        ? undefined
        : withChildren("FieldOffset", new Node("Directness", undefined, directness), entity(p));
    }
    case "l":
    case "L": {
      const type = oldType(p);
      const accessor = letter === "l" ? "LazyProtocolWitnessTableAccessor" : "LazyProtocolWitnessTableCacheVariable";
      return withChildren(accessor, type, type && conformance(p));
    }
    case "t":
    case "T": {
      const of = conformance(p);
      const name = of && oldDeclarationName(p);
      if (letter === "t") return withChildren("AssociatedTypeMetadataAccessor", of, name);
      return withChildren("AssociatedTypeWitnessTableAccessor", of, name, name && oldProtocol(p));
    }
    default:
      return undefined;
  }
}

function thunk(p: OldParser): Maybe {
  const letter = p.next();
  if (letter === "W") {
    const of = conformance(p);
    return withChildren("ProtocolWitness", of, of && entity(p));
  }
  if (letter !== "R" && letter !== "r") return undefined;
  const node = new Node(letter === "R" ? "ReabstractionThunkHelper" : "ReabstractionThunk");
  if (p.nextIf("G")) {
    const signature = oldGenericSignature(p);
    if (signature === undefined) return undefined;
    plus(node, signature);
  }
  const from = oldType(p);
  const to = from && oldType(p);
  return to && plus(node, from, to);
}

function conformance(p: OldParser): Maybe {
  const type = oldType(p);
  const protocol = type && oldProtocol(p);
  return withChildren("ProtocolConformance", type, protocol, protocol && oldContext(p));
}

/** A module, a declaration, or an extension in another module. */
function oldContext(p: OldParser): Maybe {
  return p.nested(() => {
    if (p.nextIf("E")) {
      const module = oldModule(p);
      return withChildren("Extension", module, module && oldContext(p));
    }
    if (p.nextIf("e")) {
      const module = oldModule(p);
      const signature = module && oldGenericSignature(p);
      return withChildren("Extension", module, signature && oldContext(p), signature);
    }
    if (p.nextIf("S")) return oldSubstitution(p);
    if (p.nextIf("s")) return swiftModule();
    return "FIvPZ".includes(p.peek() || "-") || startsNominal(p.peek()) ? entity(p) : oldModule(p);
  });
}

const BASICS: Readonly<Record<string, Kind>> = { F: "Function", v: "Variable", I: "Initializer", i: "Subscript" };
const NAMELESS: Readonly<Record<string, Kind>> = {
  D: "Deallocator",
  d: "Destructor",
  e: "IVarInitializer",
  E: "IVarDestroyer",
  Z: "IsolatedDeallocator",
};
const ACCESSORS: Readonly<Record<string, Kind>> = {
  g: "Getter",
  G: "GlobalGetter",
  s: "Setter",
  m: "MaterializeForSet",
  w: "WillSet",
  W: "DidSet",
  r: "ReadAccessor",
  M: "ModifyAccessor",
  aO: "OwningMutableAddressor",
  ao: "NativeOwningMutableAddressor",
  ap: "NativePinningMutableAddressor",
  au: "UnsafeMutableAddressor",
  lO: "OwningAddressor",
  lo: "NativeOwningAddressor",
  lp: "NativePinningAddressor",
  lu: "UnsafeAddressor",
};

function entity(p: OldParser): Maybe {
  const isStatic = p.nextIf("Z");
  const basic = BASICS[p.peek()];
  if (basic === undefined) return isStatic ? withChildren("Static", oldNominal(p)) : oldNominal(p);
  p.pos++;
  const context = oldContext(p);
  const node = context && declaration(p, basic, context);
  return isStatic ? withChildren("Static", node) : node;
}

function declaration(p: OldParser, basic: Kind, context: Node): Maybe {
  const letter = p.peek();
  const nameless = NAMELESS[letter];
  if (nameless !== undefined) {
    p.pos++;
    return withChildren(nameless, context);
  }
  const isAddressor = letter === "a" || letter === "l";
  const accessor = ACCESSORS[isAddressor ? p.text.slice(p.pos, p.pos + 2) : letter];
  if (accessor !== undefined) {
    p.pos += isAddressor ? 2 : 1;
    return withChildren(accessor, storage(p, context));
  }
  switch (letter) {
    case "C":
    case "c":
      p.pos++;
      return withChildren(letter === "C" ? "Allocator" : "Constructor", context, oldType(p));
    case "U":
    case "u": {
      p.pos++;
      const index = oldIndexNode(p);
      return withChildren(letter === "U" ? "ExplicitClosure" : "ImplicitClosure", context, index, index && oldType(p));
    }
    case "A":
      p.pos++;
      return basic === "Initializer" ? withChildren("DefaultArgumentInitializer", context, oldIndexNode(p)) : undefined;
    case "i":
      p.pos++;
      return basic === "Initializer" ? withChildren("Initializer", context) : undefined;
    default:
      if (basic === "Initializer") return undefined;
      if (basic === "Subscript") return withChildren(basic, context, oldType(p));
      return named(p, basic, context);
  }
}

function named(p: OldParser, kind: Kind, context: Node): Maybe {
  const name = oldDeclarationName(p);
  return withChildren(kind, context, name, name && oldType(p));
}

/** What an accessor reads or writes: a subscript is known by its name. */
function storage(p: OldParser, context: Node): Maybe {
  const name = oldDeclarationName(p);
  const type = name && oldType(p);
  return name?.kind === "Identifier" && name.text === "subscript"
    ? withChildren("Subscript", context, type)
    : withChildren("Variable", context, name, type);
}

function specialization(p: OldParser): Maybe {
  const letter = p.next();
  const kinds: Readonly<Record<string, Kind>> = {
    g: "GenericSpecialization",
    r: "GenericSpecializationNotReAbstracted",
    f: "FunctionSignatureSpecialization",
  };
  const kind = kinds[letter];
  if (kind === undefined) return undefined;
  const node = new Node(kind);
  if (p.nextIf("q")) plus(node, new Node("IsSerialized"));
  const pass = p.next().charCodeAt(0) - 0x30;
  if (Number.isNaN(pass)) return undefined;
  plus(node, new Node("SpecializationPassID", undefined, pass));
  while (!p.nextIf("_")) {
    const parameter = letter === "f" ? signatureParameter(p) : genericParameter(p);
    if (parameter === undefined) return undefined;
    plus(node, parameter);
  }
  return node;
}

function genericParameter(p: OldParser): Maybe {
  const type = oldType(p);
  if (type === undefined) return undefined;
  const node = new Node("GenericSpecializationParam", undefined, undefined, [type]);
  while (!p.nextIf("_")) {
    const of = conformance(p);
    if (of === undefined) return undefined;
    node.children.push(of);
  }
  return node;
}

const WHOLE: Readonly<Record<string, number>> = {
  i_: PARAM_KIND.boxToValue,
  k_: PARAM_KIND.boxToStack,
  r_: PARAM_KIND.inOutToOut,
};

function signatureParameter(p: OldParser): Maybe {
  const node = new Node("FunctionSignatureSpecializationParam");
  const add = (index: number) => plus(node, new Node("FunctionSignatureSpecializationParamKind", undefined, index));
  const start = p.text.slice(p.pos, p.pos + 2);
  if (p.nextIf("n_")) return node;
  if (p.nextIf("cp")) return constant(p, node, add);
  if (p.nextIf("cl")) {
    add(PARAM_KIND.closure);
    const name = oldIdentifier(p);
    if (name?.text === undefined) return undefined;
    plus(node, new Node("FunctionSignatureSpecializationParamPayload", name.text));
    while (!p.nextIf("_")) {
      const type = oldType(p);
      if (type === undefined) return undefined;
      plus(node, type);
    }
    return node;
  }
  const whole = WHOLE[start];
  if (whole !== undefined) {
    p.pos += 2;
    return add(whole);
  }
  let flags = 0;
  if (p.nextIf("d")) flags |= PARAM_KIND.dead;
  if (p.nextIf("g")) flags |= PARAM_KIND.ownedToGuaranteed;
  if (p.nextIf("o")) flags |= PARAM_KIND.guaranteedToOwned;
  if (p.nextIf("s")) flags |= PARAM_KIND.sroa;
  return flags === 0 || !p.nextIf("_") ? undefined : add(flags);
}

function constant(p: OldParser, node: Node, add: (index: number) => Maybe): Maybe {
  const payload = (text: string): Node => new Node("FunctionSignatureSpecializationParamPayload", text);
  const named = (kind: number): Maybe => {
    add(kind);
    const name = oldIdentifier(p);
    return name !== undefined && p.nextIf("_") ? plus(node, name) : undefined;
  };
  const written = (kind: number): Maybe => {
    const end = p.text.indexOf("_", p.pos);
    if (end < 0) return undefined;
    const text = p.text.slice(p.pos, end);
    p.pos = end + 1;
    add(kind);
    return plus(node, payload(text));
  };
  if (p.nextIf("fr")) return named(PARAM_KIND.constantFunction);
  if (p.nextIf("g")) return named(PARAM_KIND.constantGlobal);
  if (p.nextIf("i")) return written(PARAM_KIND.constantInteger);
  if (p.nextIf("fl")) return written(PARAM_KIND.constantFloat);
  if (!p.nextIf("se")) return undefined;
  const encoding = p.nextIf("0") ? "u8" : p.nextIf("1") ? "u16" : undefined;
  if (encoding === undefined || !p.nextIf("v")) return undefined;
  add(PARAM_KIND.constantString);
  plus(node, payload(encoding));
  const text = oldIdentifier(p);
  return text !== undefined && p.nextIf("_") ? plus(node, text) : undefined;
}
