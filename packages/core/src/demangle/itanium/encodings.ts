/** What a name names: a function with its parameters, a variable, or what the compiler made (vtables, thunks, guards). */
import { FunctionEncoding } from "./declarators.ts";
import { type CxxNode, Expression, printList, Sequence } from "./nodes.ts";
import { constraint } from "./closures.ts";
import { moduleName } from "./names.ts";
import { templateArgument } from "./templates.ts";
import { type CxxParser, type Maybe, type NameState, NO_QUALIFIERS } from "./parser.ts";

export function encoding(p: CxxParser): Maybe {
  if (!p.enter()) return undefined;
  // Template parameters of an encoding have nothing to do with those around it.
  const { templates } = p;
  const outer = p.outer;
  p.templates = [];
  p.outer = [];
  const node = bareEncoding(p);
  p.templates = templates;
  p.outer = outer;
  p.leave();
  return node;
}

function isEndOfEncoding(p: CxxParser): boolean {
  const char = p.look();
  return char === "" || char === "E" || char === "." || char === "_";
}

function bareEncoding(p: CxxParser): Maybe {
  if (p.look() === "G" || p.look() === "T") return specialName(p);
  const state: NameState = {
    isCtorDtorConversion: false,
    endsWithTemplateArguments: false,
    qualifiers: NO_QUALIFIERS,
    reference: "",
    hasExplicitObject: false,
    firstForward: p.forward.length,
  };
  const name = p.grammar.name(p, state);
  if (name === undefined || !resolveForward(p, state)) return undefined;
  if (isEndOfEncoding(p)) return name;
  let attributes: Maybe;
  if (p.eat("Ua9enable_ifI")) {
    const conditions = p.listUntilE(() => templateArgument(p));
    if (conditions === undefined) return undefined;
    attributes = new Expression("primary", (out) => {
      out.text += " [enable_if:";
      printList(out, conditions);
      out.text += "]";
    });
  }
  let result: Maybe;
  if (!state.isCtorDtorConversion && state.endsWithTemplateArguments) {
    result = p.grammar.type(p);
    if (result === undefined) return undefined;
  }
  const parameters: CxxNode[] = [];
  if (!p.eat("v")) {
    do {
      const type = p.grammar.type(p);
      if (type === undefined) return undefined;
      const isObject = state.hasExplicitObject && parameters.length === 0;
      parameters.push(isObject ? new Sequence(["this ", type]) : type);
    } while (!isEndOfEncoding(p) && p.look() !== "Q");
  }
  const requires = constraint(p);
  if (requires === null) return undefined;
  const { qualifiers, reference } = state;
  return new FunctionEncoding({ result, name, parameters, attributes, requires, qualifiers, reference });
}

/** Parameters in the type of a conversion operator are those of the template arguments behind it. */
function resolveForward(p: CxxParser, { firstForward }: NameState): boolean {
  for (const reference of p.forward.splice(firstForward)) {
    reference.target = p.templates[0]?.[reference.index];
    if (reference.target === undefined) return false;
  }
  return true;
}

function specialName(p: CxxParser): Maybe {
  const of = (words: string, read: () => Maybe): Maybe => {
    p.pos += 2;
    const node = read();
    return node && new Sequence([words, node]);
  };
  const type = () => p.grammar.type(p);
  const name = () => p.grammar.name(p);
  switch (p.look() + p.look(1)) {
    case "TA":
      return of("template parameter object for ", () => templateArgument(p));
    case "TV":
      return of("vtable for ", type);
    case "TT":
      return of("VTT for ", type);
    case "TI":
      return of("typeinfo for ", type);
    case "TS":
      return of("typeinfo name for ", type);
    case "TW":
      return of("thread-local wrapper routine for ", name);
    case "TH":
      return of("thread-local initialization routine for ", name);
    case "Tc":
      return of("covariant return thunk to ", () => (callOffset(p) && callOffset(p) ? encoding(p) : undefined));
    case "TC": {
      p.pos += 2;
      const first = p.grammar.type(p);
      if (first === undefined || p.number(true) === "" || !p.eat("_")) return undefined;
      const second = p.grammar.type(p);
      return second && new Sequence(["construction vtable for ", second, "-in-", first]);
    }
    case "GV":
      return of("guard variable for ", name);
    case "GR":
      return of("reference temporary for ", () => {
        const node = p.grammar.name(p);
        const hasSequence = /^[0-9A-Z]+/.exec(p.text.slice(p.pos, p.pos + 20))?.[0] ?? "";
        p.pos += hasSequence.length;
        return p.eat("_") || hasSequence === "" ? node : undefined;
      });
    case "GI":
      return of("initializer for module ", () => moduleName(p, undefined));
    default: {
      if (p.look() !== "T") return undefined;
      p.pos++;
      const isVirtual = p.look() === "v";
      if (!callOffset(p)) return undefined;
      const node = encoding(p);
      return node && new Sequence([isVirtual ? "virtual thunk to " : "non-virtual thunk to ", node]);
    }
  }
}

function callOffset(p: CxxParser): boolean {
  const offset = () => p.number(true) !== "" && p.eat("_");
  if (p.eat("h")) return offset();
  return p.eat("v") && offset() && offset();
}
