/** `TJ…` and `WJ…`: derivatives of differentiable functions. */
import { type Kind, Node } from "./node.ts";
import { type Maybe, type Parser, plus } from "./parser.ts";

export function differentiable(p: Parser): Maybe {
  if (p.nextIf("S")) {
    const thunk = derived(p, "AutoDiffSubsetParametersThunk");
    const wanted = thunk && subset(p);
    return wanted && p.nextIf("P") ? plus(thunk, wanted) : undefined;
  }
  if (p.nextIf("O")) {
    const signature = p.pop("DependentGenericSignature");
    const to = p.pop("Type");
    const from = p.pop("Type");
    const kind = functionKind(p);
    if (to === undefined || from === undefined || kind === undefined) return undefined;
    return plus(new Node("AutoDiffSelfReorderingReabstractionThunk"), from, to, signature, kind);
  }
  return derived(p, p.nextIf("V") ? "AutoDiffDerivativeVTableThunk" : "AutoDiffFunction");
}

export function differentiabilityWitness(p: Parser): Maybe {
  const signature = p.pop("DependentGenericSignature");
  const node = new Node("DifferentiabilityWitness", undefined, undefined, everything(p));
  const kind = p.next();
  if (kind === "" || !"frdl".includes(kind)) return undefined;
  plus(node, new Node("Index", undefined, kind.charCodeAt(0)));
  return subsets(p, node) && plus(node, signature);
}

/** All that is on the stack: the function, and what it was made from. */
function everything(p: Parser): Node[] {
  const nodes: Node[] = [];
  for (let node = p.popAny(); node !== undefined; node = p.popAny()) nodes.push(node);
  return nodes.toReversed();
}

function derived(p: Parser, kind: Kind): Maybe {
  const node = new Node(kind, undefined, undefined, everything(p));
  const which = functionKind(p);
  return which && subsets(p, plus(node, which));
}

function functionKind(p: Parser): Maybe {
  const letter = p.next();
  return letter !== "" && "frdp".includes(letter)
    ? new Node("AutoDiffFunctionKind", undefined, letter.charCodeAt(0))
    : undefined;
}

/** With respect to which parameters, of which results. */
function subsets(p: Parser, node: Maybe): Maybe {
  const parameters = subset(p);
  if (parameters === undefined || !p.nextIf("p")) return undefined;
  const results = subset(p);
  if (results === undefined || !p.nextIf("r")) return undefined;
  return plus(node, parameters, results);
}

function subset(p: Parser): Maybe {
  const start = p.pos;
  while (p.nextIf("S") || p.nextIf("U")) continue;
  return p.pos === start ? undefined : new Node("IndexSubset", p.text.slice(start, p.pos));
}
