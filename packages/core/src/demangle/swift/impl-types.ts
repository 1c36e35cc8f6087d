/** `I…`: function types as the compiler's middle layer has them, with the convention of every parameter and result. */
import { type Kind, Node } from "./node.ts";
import { type Maybe, type Parser, as, plus, typeOf, withChildren } from "./parser.ts";
import { clangType, popBoundGenerics } from "./types.ts";

const CALLEES: Readonly<Record<string, string>> = {
  y: "@callee_unowned",
  g: "@callee_guaranteed",
  x: "@callee_owned",
  t: "@convention(thin)",
};
const CONVENTIONS: Readonly<Record<string, string>> = {
  B: "block",
  C: "c",
  M: "method",
  O: "objc_method",
  K: "closure",
  W: "witness_method",
};
const COROUTINES: Readonly<Record<string, string>> = { A: "yield_once", I: "yield_once_2", G: "yield_many" };
const PARAMETERS: Readonly<Record<string, string>> = {
  i: "@in",
  c: "@in_constant",
  l: "@inout",
  b: "@inout_aliasable",
  n: "@in_guaranteed",
  X: "@in_cxx",
  x: "@owned",
  g: "@guaranteed",
  e: "@deallocating",
  y: "@unowned",
  v: "@pack_owned",
  p: "@pack_guaranteed",
  m: "@pack_inout",
};
const RESULTS: Readonly<Record<string, string>> = {
  r: "@out",
  o: "@owned",
  d: "@unowned",
  u: "@unowned_inner_pointer",
  a: "@autoreleased",
  k: "@pack_out",
  l: "@guaranteed_address",
  g: "@guaranteed",
  m: "@inout",
};

/** The entry that the next letter names; the cursor moves only when there is one. */
function taken<T>(p: Parser, table: Readonly<Record<string, T>>): T | undefined {
  const entry = table[p.text[p.pos] ?? ""];
  if (entry !== undefined) p.pos++;
  return entry;
}

export function implFunctionType(p: Parser): Maybe {
  const type = new Node("ImplFunctionType");
  if (p.nextIf("s")) {
    const generics = popBoundGenerics(p);
    const signature = p.pop("DependentGenericSignature");
    if (generics === undefined || signature === undefined) return undefined;
    plus(type, plus(withChildren("ImplPatternSubstitutions", signature, generics.lists[0]), generics.retroactive));
  }
  if (p.nextIf("I")) {
    const generics = popBoundGenerics(p);
    if (generics === undefined) return undefined;
    plus(type, plus(withChildren("ImplInvocationSubstitutions", generics.lists[0]), generics.retroactive));
  }
  let signature = p.pop("DependentGenericSignature");
  if (signature !== undefined && p.nextIf("P")) signature = as("DependentPseudogenericSignature", signature);
  if (p.nextIf("e")) plus(type, new Node("ImplEscaping"));
  if (p.nextIf("A")) plus(type, new Node("ImplErasedIsolation"));
  const differentiability = taken(p, { d: "d", l: "l", f: "f", r: "r" });
  if (differentiability !== undefined) plus(type, new Node("ImplDifferentiabilityKind", differentiability));
  const callee = taken(p, CALLEES);
  if (callee === undefined) return undefined;
  plus(type, new Node("ImplConvention", callee));
  if (!convention(p, type)) return undefined;
  const coroutine = taken(p, COROUTINES);
  if (coroutine !== undefined) plus(type, new Node("ImplCoroutineKind", coroutine));
  if (p.nextIf("h")) plus(type, new Node("ImplFunctionAttribute", "@Sendable"));
  if (p.nextIf("H")) plus(type, new Node("ImplFunctionAttribute", "@async"));
  if (p.nextIf("T")) plus(type, new Node("ImplSendingResult"));
  plus(type, signature);
  return values(p, type) ? typeOf(type) : undefined;
}

function convention(p: Parser, type: Node): boolean {
  const isClang = p.text[p.pos] === "z" && "BC".includes(p.text[p.pos + 1] ?? "-");
  if (isClang) p.pos++;
  const name = taken(p, CONVENTIONS);
  if (name === undefined) return true;
  const clang = isClang ? clangType(p) : undefined;
  if (isClang && clang === undefined) return false;
  plus(type, plus(new Node("ImplFunctionConvention"), new Node("ImplFunctionConventionName", name), clang));
  return true;
}

/** Parameters, results, yields and the error; their types come from the stack, the last first. */
function values(p: Parser, type: Node): boolean {
  const typed: Node[] = [];
  const add = (value: Maybe): boolean => {
    if (value === undefined) return false;
    typed.push(value);
    return true;
  };
  while (add(parameter(p, "ImplParameter"))) continue;
  while (add(result(p, "ImplResult"))) continue;
  while (p.nextIf("Y")) if (!add(parameter(p, "ImplYield"))) return false;
  if (p.nextIf("z") && !add(result(p, "ImplErrorResult"))) return false;
  if (!p.nextIf("_")) return false;
  for (const value of typed.toReversed()) {
    const valueType = p.pop("Type");
    if (valueType === undefined) return false;
    plus(value, valueType);
  }
  plus(type, ...typed);
  return true;
}

function parameter(p: Parser, kind: Kind): Maybe {
  const node = value(p, kind, PARAMETERS);
  if (node === undefined) return undefined;
  if (p.nextIf("T")) plus(node, new Node("ImplParameterSending", "sending"));
  if (p.nextIf("I")) plus(node, new Node("ImplParameterIsolated", "isolated"));
  if (p.nextIf("L")) plus(node, new Node("ImplParameterImplicitLeading", "sil_implicit_leading_param"));
  return node;
}

const result = (p: Parser, kind: Kind): Maybe => value(p, kind, RESULTS);

function value(p: Parser, kind: Kind, conventions: Readonly<Record<string, string>>): Maybe {
  const name = taken(p, conventions);
  if (name === undefined) return undefined;
  const node = plus(new Node(kind), new Node("ImplConvention", name));
  if (kind !== "ImplParameter" && kind !== "ImplResult") return node;
  return plus(node, new Node("ImplParameterResultDifferentiability", p.nextIf("w") ? "@noDerivative" : ""));
}
