/** Generic parameters, signatures and their requirements, associated and opaque types, packs. */
import { Node, REQUIREMENTS } from "./node.ts";
import { isProtocol, popProtocol } from "./conformances.ts";
import {
  type Maybe,
  type Parser,
  plus,
  popContext,
  popElements,
  popTypeChild,
  typeOf,
  withChildren,
} from "./parser.ts";
import { pack, popBoundGenerics } from "./types.ts";

const parameter = (depth: number, index: number): Maybe =>
  depth < 0 || index < 0
    ? undefined
    : new Node("DependentGenericParamType", undefined, undefined, [
        new Node("Index", undefined, depth),
        new Node("Index", undefined, index),
      ]);

/** `x`: the first parameter of the outermost signature. */
export const firstParameter = (): Maybe => parameter(0, 0);

export function genericParameter(p: Parser): Maybe {
  if (p.nextIf("d")) {
    const depth = p.index() + 1;
    return parameter(depth, p.index());
  }
  if (p.nextIf("z")) return firstParameter();
  if (p.nextIf("s")) return new Node("ConstrainedExistentialSelf");
  return parameter(0, p.index() + 1);
}

export function genericSignature(p: Parser, hasCounts: boolean): Maybe {
  const signature = new Node("DependentGenericSignature");
  if (hasCounts) {
    while (!p.nextIf("l")) {
      const count = p.nextIf("z") ? 0 : p.index() + 1;
      if (count < 0) return undefined;
      signature.children.push(new Node("DependentGenericParamCount", undefined, count));
    }
  } else {
    signature.children.push(new Node("DependentGenericParamCount", undefined, 1));
  }
  const requirements: Node[] = [];
  for (let next = p.popOf(REQUIREMENTS); next !== undefined; next = p.popOf(REQUIREMENTS)) requirements.push(next);
  return plus(signature, ...requirements.toReversed());
}

export function genericType(p: Parser): Maybe {
  const signature = p.pop("DependentGenericSignature");
  return typeOf(withChildren("DependentGenericType", signature, p.pop("Type")));
}

type Subject = "generic" | "associated" | "compound" | "substitution";
type Constraint = "protocol" | "class" | "type" | "shape" | "layout" | "pack" | "value" | "inverse";

const FORMS: Readonly<Record<string, readonly [Constraint, Subject]>> = {
  V: ["value", "generic"],
  v: ["pack", "generic"],
  c: ["class", "associated"],
  C: ["class", "compound"],
  b: ["class", "generic"],
  B: ["class", "substitution"],
  t: ["type", "associated"],
  T: ["type", "compound"],
  s: ["type", "generic"],
  S: ["type", "substitution"],
  m: ["layout", "associated"],
  M: ["layout", "compound"],
  l: ["layout", "generic"],
  L: ["layout", "substitution"],
  p: ["protocol", "associated"],
  P: ["protocol", "compound"],
  Q: ["protocol", "substitution"],
  h: ["shape", "generic"],
  i: ["inverse", "generic"],
  I: ["inverse", "substitution"],
  j: ["inverse", "associated"],
  J: ["inverse", "compound"],
};

/** `R…` */
export function genericRequirement(p: Parser): Maybe {
  const form = FORMS[p.next()];
  if (form === undefined) p.pos--;
  const [constraint, subject] = form ?? ["protocol", "generic"];
  const inverse = constraint === "inverse" ? p.indexNode() : undefined;
  if (constraint === "inverse" && inverse === undefined) return undefined;
  const subjectType = popSubject(p, subject);
  if (subjectType === undefined) return undefined;
  switch (constraint) {
    case "value":
      return withChildren("DependentGenericParamValueMarker", subjectType, p.pop("Type"));
    case "pack":
      return withChildren("DependentGenericParamPackMarker", subjectType);
    case "protocol":
      return withChildren("DependentGenericConformanceRequirement", subjectType, popProtocol(p));
    case "class":
      return withChildren("DependentGenericConformanceRequirement", subjectType, p.pop("Type"));
    case "type":
      return withChildren("DependentGenericSameTypeRequirement", subjectType, p.pop("Type"));
    case "shape":
      return withChildren("DependentGenericSameShapeRequirement", subjectType, p.pop("Type"));
    case "inverse":
      return withChildren("DependentGenericInverseConformanceRequirement", subjectType, inverse);
    default:
      return layoutRequirement(p, subjectType);
  }
}

function popSubject(p: Parser, subject: Subject): Maybe {
  switch (subject) {
    case "generic":
      return typeOf(genericParameter(p));
    case "associated":
      return p.substitutable(associatedType(p, genericParameter(p)));
    case "compound":
      return p.substitutable(compoundType(p, genericParameter(p)));
    default:
      return p.pop("Type");
  }
}

function layoutRequirement(p: Parser, subject: Node): Maybe {
  const letter = p.next();
  if (letter === "" || !"URNCDTBEeMmS".includes(letter)) return undefined;
  const size = "EeMmS".includes(letter) ? p.indexNode() : undefined;
  if ("EeMmS".includes(letter) && size === undefined) return undefined;
  const alignment = "EM".includes(letter) ? p.indexNode() : undefined;
  if ("EM".includes(letter) && alignment === undefined) return undefined;
  return plus(
    withChildren("DependentGenericLayoutRequirement", subject, new Node("Identifier", letter)),
    size,
    alignment,
  );
}

/** `Element`, or `Sequence.Element` where the protocol is told. */
export function popAssociatedName(p: Parser): Maybe {
  const protocol = p.pop("Type");
  if (protocol !== undefined && !isProtocol(protocol)) return undefined;
  return plus(withChildren("DependentAssociatedTypeRef", p.pop("Identifier")), protocol);
}

export const popAssociatedPath = (p: Parser): Maybe => popElements(p, new Node("AssocTypePath"), popAssociatedName);

/** `base`: the generic parameter; from the stack when there is none. */
function associatedType(p: Parser, base: Maybe, fromStack = false): Maybe {
  const name = popAssociatedName(p);
  const owner = fromStack ? p.pop("Type") : typeOf(base);
  return typeOf(withChildren("DependentMemberType", owner, name));
}

function compoundType(p: Parser, base: Maybe, fromStack = false): Maybe {
  const names = popElements(p, new Node("AssocTypePath"), popAssociatedName);
  let type = fromStack ? p.pop("Type") : typeOf(base);
  for (const name of names?.children ?? []) type = typeOf(withChildren("DependentMemberType", type, name));
  return names && type;
}

/** `Q…` */
export function archetype(p: Parser): Maybe {
  const letter = p.next();
  switch (letter) {
    case "a": {
      const name = p.pop("Identifier");
      return p.substitutable(typeOf(withChildren("AssociatedTypeRef", popTypeChild(p), name)));
    }
    case "O":
      return withChildren("OpaqueReturnTypeOf", popContext(p));
    case "o":
      return opaqueType(p);
    case "r":
      p.hasOpaqueResults = true;
      return typeOf(new Node("OpaqueReturnType"));
    case "R": {
      p.hasOpaqueResults = true;
      const ordinal = p.indexNode("OpaqueReturnTypeIndex");
      return typeOf(withChildren("OpaqueReturnType", ordinal));
    }
    case "x":
      return p.substitutable(associatedType(p, undefined, true));
    case "X":
      return p.substitutable(compoundType(p, undefined, true));
    case "y":
      return p.substitutable(associatedType(p, genericParameter(p)));
    case "Y":
      return p.substitutable(compoundType(p, genericParameter(p)));
    case "z":
      return p.substitutable(associatedType(p, firstParameter()));
    case "Z":
      return p.substitutable(compoundType(p, firstParameter()));
    case "p": {
      const count = popTypeChild(p);
      return typeOf(withChildren("PackExpansion", popTypeChild(p), count));
    }
    case "e": {
      const element = popTypeChild(p);
      return typeOf(withChildren("PackElement", element, p.indexNode("PackElementLevel")));
    }
    case "P":
      return pack(p, "Pack");
    case "S":
      if (p.nextIf("d")) return pack(p, "SILPackDirect");
      return p.nextIf("i") ? pack(p, "SILPackIndirect") : undefined;
    default:
      return undefined;
  }
}

function opaqueType(p: Parser): Maybe {
  const ordinal = p.indexNode("Index");
  const generics = popBoundGenerics(p);
  if (generics === undefined) return undefined;
  const args = new Node("TypeList", undefined, undefined, generics.lists.toReversed());
  return p.substitutable(typeOf(plus(withChildren("OpaqueType", p.popAny(), ordinal, args), generics.retroactive)));
}
