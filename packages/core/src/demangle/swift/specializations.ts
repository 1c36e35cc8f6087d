/** `Tg`, `Tf` and their kin: what the optimiser replaced in a function, for which types, in which pass. */
import { type Kind, Node } from "./node.ts";
import { type Maybe, type Parser, plus, popTypeList } from "./parser.ts";

type ParamKindName =
  | "constantFunction"
  | "constantGlobal"
  | "constantInteger"
  | "constantFloat"
  | "constantString"
  | "closure"
  | "boxToValue"
  | "boxToStack"
  | "inOutToOut"
  | "constantKeyPath"
  | "constantStruct"
  | "closureOfPreviousArgument"
  | "dead"
  | "ownedToGuaranteed"
  | "sroa"
  | "guaranteedToOwned"
  | "existentialToGeneric";

/** What the optimiser did with a parameter; the numbers are upstream's, bits above 63 are combined. */
export const PARAM_KIND: Readonly<Record<ParamKindName, number>> = {
  constantFunction: 0,
  constantGlobal: 1,
  constantInteger: 2,
  constantFloat: 3,
  constantString: 4,
  closure: 5,
  boxToValue: 6,
  boxToStack: 7,
  inOutToOut: 8,
  constantKeyPath: 9,
  constantStruct: 10,
  closureOfPreviousArgument: 11,
  dead: 1 << 6,
  ownedToGuaranteed: 1 << 7,
  sroa: 1 << 8,
  guaranteedToOwned: 1 << 9,
  existentialToGeneric: 1 << 10,
};

/** The flags and the number of the pass, one digit. */
function attributes(p: Parser, kind: Kind): Maybe {
  // Compilers before 6 wrote that metatype parameters were removed.
  p.nextIf("m");
  const node = new Node(kind);
  if (p.nextIf("q")) plus(node, new Node("IsSerialized"));
  if (p.nextIf("a")) plus(node, new Node("AsyncRemoved"));
  if (p.nextIf("r")) plus(node, new Node("RepresentationChanged"));
  const pass = p.next().charCodeAt(0) - 0x30;
  return pass >= 0 && pass <= 9 ? plus(node, new Node("SpecializationPassID", undefined, pass)) : undefined;
}

export function genericSpecialization(p: Parser, kind: Kind, dropped: readonly Node[] = []): Maybe {
  const node = plus(attributes(p, kind), ...dropped);
  const types = popTypeList(p);
  if (types === undefined) return undefined;
  return plus(
    node,
    ...types.children.map((type) => new Node("GenericSpecializationParam", undefined, undefined, [type])),
  );
}

/** `Tt0t1g5`: which arguments are gone. */
export function droppedArguments(p: Parser, kinds: Readonly<Record<string, Kind>>): Maybe {
  const dropped: Node[] = [];
  p.pos--;
  while (p.nextIf("t")) {
    const n = p.natural();
    dropped.push(new Node("DroppedArgument", undefined, n < 0 ? 0 : n + 1));
  }
  const letter = p.next();
  const kind = "gGB".includes(letter) ? kinds[letter] : undefined;
  return kind && genericSpecialization(p, kind, dropped);
}

export function partialSpecialization(p: Parser, kind: Kind): Maybe {
  const node = attributes(p, kind);
  const type = p.pop("Type");
  return type && plus(node, new Node("GenericSpecializationParam", undefined, undefined, [type]));
}

export function functionSpecialization(p: Parser): Maybe {
  const node = attributes(p, "FunctionSignatureSpecialization");
  if (node === undefined) return undefined;
  const parameters: Node[] = [];
  while (!p.nextIf("_")) {
    const parameter = specializedParameter(p, "FunctionSignatureSpecializationParam");
    if (parameter === undefined) return undefined;
    parameters.push(parameter);
  }
  const result = p.nextIf("n") ? undefined : specializedParameter(p, "FunctionSignatureSpecializationReturn");
  if (result === undefined && p.text[p.pos - 1] !== "n") return undefined;
  // The payloads stand before the whole, the last on top.
  for (const parameter of parameters.toReversed()) if (!popPayload(p, parameter)) return undefined;
  return plus(node, ...parameters, result);
}

const WITH_NAME: ReadonlySet<number | undefined> = new Set<number | undefined>([
  PARAM_KIND.constantFunction,
  PARAM_KIND.constantGlobal,
  PARAM_KIND.constantString,
  PARAM_KIND.constantKeyPath,
  PARAM_KIND.closure,
]);
const WITH_TYPES: ReadonlySet<number | undefined> = new Set<number | undefined>([
  PARAM_KIND.constantKeyPath,
  PARAM_KIND.closure,
]);

/** The payloads of a parameter; a structure has its own and that of the constant in it. */
function popPayload(p: Parser, parameter: Node): boolean {
  const kinds = parameter.children.flatMap(({ index, kind }) =>
    kind === "FunctionSignatureSpecializationParamKind" ? [index] : [],
  );
  return kinds.every((kind) => popPayloadOf(p, parameter, kind));
}

function popPayloadOf(p: Parser, parameter: Node, kind: number | undefined): boolean {
  if (kind === PARAM_KIND.constantStruct) {
    const type = p.pop("Type");
    plus(parameter, type);
    return type !== undefined;
  }
  if (!WITH_NAME.has(kind)) return true;
  const types: Node[] = [];
  if (WITH_TYPES.has(kind)) {
    for (let type = p.pop("Type"); type !== undefined; type = p.pop("Type")) types.unshift(type);
  }
  const name = p.pop("Identifier");
  if (name === undefined) return false;
  plus(parameter, name, ...types);
  return true;
}

const ENCODINGS: Readonly<Record<string, string>> = { b: "u8", w: "u16", c: "objc" };

function specializedParameter(p: Parser, kind: Kind): Maybe {
  const node = new Node(kind);
  const add = (index: number): Node => {
    node.children.push(new Node("FunctionSignatureSpecializationParamKind", undefined, index));
    return node;
  };
  /** The letters of `flags` may follow, in this order. */
  const flagged = (value: number, flags: string): Node => {
    let all = value;
    if (flags.includes("D") && p.nextIf("D")) all |= PARAM_KIND.dead;
    if (flags.includes("G") && p.nextIf("G")) all |= PARAM_KIND.ownedToGuaranteed;
    if (flags.includes("O") && p.nextIf("O")) all |= PARAM_KIND.guaranteedToOwned;
    if (flags.includes("X") && p.nextIf("X")) all |= PARAM_KIND.sroa;
    return add(all);
  };
  switch (p.next()) {
    case "n":
      return node;
    case "c":
      return add(PARAM_KIND.closure);
    case "C": {
      const index = p.natural();
      return index < 0
        ? undefined
        : plus(add(PARAM_KIND.closureOfPreviousArgument), new Node("Index", undefined, index));
    }
    case "p":
      return constant(p, node, add);
    case "e":
      return flagged(PARAM_KIND.existentialToGeneric, "DGOX");
    case "d":
      return flagged(PARAM_KIND.dead, "GOX");
    case "g":
      return flagged(PARAM_KIND.ownedToGuaranteed, "X");
    case "o":
      return flagged(PARAM_KIND.guaranteedToOwned, "X");
    case "x":
      return add(PARAM_KIND.sroa);
    case "i":
      return add(PARAM_KIND.boxToValue);
    case "s":
      return add(PARAM_KIND.boxToStack);
    case "r":
      return add(PARAM_KIND.inOutToOut);
    default:
      return undefined;
  }
}

function constant(p: Parser, node: Node, add: (index: number) => Node): Maybe {
  const number = (kind: number): Maybe => {
    const start = p.pos;
    p.nextIf("n");
    if (p.natural() < 0 && !/^\d/.test(p.text.slice(p.pos - 1, p.pos))) return undefined;
    return plus(
      add(kind),
      new Node("FunctionSignatureSpecializationParamPayload", p.text.slice(start, p.pos).replace("n", "-")),
    );
  };
  switch (p.next()) {
    case "f":
      return add(PARAM_KIND.constantFunction);
    case "g":
      return add(PARAM_KIND.constantGlobal);
    case "i":
      return number(PARAM_KIND.constantInteger);
    case "d":
      return number(PARAM_KIND.constantFloat);
    case "s": {
      const encoding = ENCODINGS[p.next()];
      if (encoding === undefined) return undefined;
      return plus(add(PARAM_KIND.constantString), new Node("FunctionSignatureSpecializationParamPayload", encoding));
    }
    case "k":
      return add(PARAM_KIND.constantKeyPath);
    case "S":
      add(PARAM_KIND.constantStruct);
      return "fgidskS".includes(p.text[p.pos] ?? "-") ? constant(p, node, add) : node;
    default:
      return undefined;
  }
}
