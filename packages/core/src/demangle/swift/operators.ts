/** The operators of the grammar: one letter chooses, what follows it and what lies on the stack does the rest. */
import { conformancePath, retroactiveConformance } from "./conformances.ts";
import { extensionContext, functionEntity, plainFunction, popLabels, subscript, variable } from "./entities.ts";
import {
  archetype,
  firstParameter,
  genericParameter,
  genericRequirement,
  genericSignature,
  genericType,
} from "./generics.ts";
import { identifier, localIdentifier, operatorIdentifier } from "./identifiers.ts";
import { implFunctionType } from "./impl-types.ts";
import { metadata, valueWitness, witness } from "./metadata.ts";
import { isEntity, Node } from "./node.ts";
import { type Maybe, type Parser, plus, popTypeChild, typeOf, withChildren } from "./parser.ts";
import { builtinType, multiSubstitution, standardSubstitution } from "./substitutions.ts";
import { thunk } from "./thunks.ts";
import {
  boundGenericType,
  integerType,
  nominalType,
  popFunctionType,
  protocolList,
  specialType,
  tuple,
  typeAnnotation,
} from "./types.ts";

type Operator = (p: Parser) => Maybe;

const OPERATORS: Readonly<Record<string, Operator>> = {
  A: multiSubstitution,
  B: builtinType,
  C: (p) => nominalType(p, "Class"),
  D: typeMangling,
  E: extensionContext,
  F: plainFunction,
  G: boundGenericType,
  H: conformancePath,
  I: implFunctionType,
  K: () => new Node("ThrowsAnnotation"),
  L: localIdentifier,
  M: metadata,
  N: (p) => withChildren("TypeMetadata", p.pop("Type")),
  O: (p) => nominalType(p, "Enum"),
  P: (p) => nominalType(p, "Protocol"),
  Q: archetype,
  R: genericRequirement,
  S: standardSubstitution,
  T: thunk,
  V: (p) => nominalType(p, "Structure"),
  W: witness,
  X: specialType,
  Y: typeAnnotation,
  Z: (p) => withChildren("Static", p.popIf(isEntity)),
  a: (p) => nominalType(p, "TypeAlias"),
  c: (p) => popFunctionType(p, "FunctionType"),
  d: () => new Node("VariadicMarker"),
  f: functionEntity,
  g: retroactiveConformance,
  h: (p) => typeOf(withChildren("Shared", popTypeChild(p))),
  i: subscript,
  l: (p) => genericSignature(p, false),
  m: (p) => typeOf(withChildren("Metatype", p.pop("Type"))),
  n: (p) => typeOf(withChildren("Owned", popTypeChild(p))),
  o: operatorIdentifier,
  p: (p) => typeOf(protocolList(p)),
  q: (p) => typeOf(genericParameter(p)),
  r: (p) => genericSignature(p, true),
  s: () => new Node("Module", "Swift"),
  t: tuple,
  u: genericType,
  v: variable,
  w: valueWitness,
  x: () => typeOf(firstParameter()),
  y: () => new Node("EmptyList"),
  z: (p) => typeOf(withChildren("InOut", popTypeChild(p))),
  _: () => new Node("FirstElementMarker"),
  ".": (p) => {
    const suffix = new Node("Suffix", p.text.slice(p.pos - 1));
    p.pos = p.text.length;
    return suffix;
  },
  $: integerType,
};

function typeMangling(p: Parser): Maybe {
  const type = p.pop("Type");
  const labels = popLabels(p, type);
  return type && plus(new Node("TypeMangling"), labels, type);
}

/** By character code: most names are read through this table alone. */
const BY_CODE: readonly (Operator | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  return OPERATORS[String.fromCharCode(code)];
});

/** Reads operators to the end of the name and pushes what they make; false when one of them fails. */
export function readAll(p: Parser): boolean {
  while (p.pos < p.text.length) {
    const code = p.peek();
    // A NUL where an operator may stand ends the name.
    if (code === 0) return true;
    const operator = BY_CODE[code];
    if (operator !== undefined) p.pos++;
    const node = operator === undefined ? identifier(p) : operator(p);
    if (node === undefined || !p.push(node)) return false;
  }
  return true;
}
