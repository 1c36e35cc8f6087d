/** Template parameters and the arguments they stand for. */
import { type CxxNode, TemplateArguments, text } from "./nodes.ts";
import { ArgumentPack, ForwardReference, ParameterPack } from "./packs.ts";
import { constraint, isDeclaration, templateParameterDeclaration } from "./closures.ts";
import type { CxxParser, Maybe } from "./parser.ts";

export function templateParameter(p: CxxParser): Maybe {
  const start = p.pos;
  if (!p.eat("T")) return undefined;
  let level = 0;
  if (p.eat("L")) {
    const digits = p.number();
    if (digits === "" || !p.eat("_")) return undefined;
    level = Number(digits) + 1;
  }
  let index = 0;
  if (!p.eat("_")) {
    const digits = p.number();
    if (digits === "" || !p.eat("_")) return undefined;
    index = Number(digits) + 1;
  }
  if (p.keepParameters) return text(p.text.slice(start, p.pos - 1));
  if (p.permitForward && level === 0) {
    const reference = new ForwardReference(index);
    p.forward.push(reference);
    return reference;
  }
  const node = p.templates[level]?.[index];
  if (node !== undefined) return node;
  if (p.lambdaLevel !== level || level > p.templates.length) return undefined;
  // `auto` as a parameter of a lambda is a template parameter of it.
  if (level === p.templates.length) p.templates.push(undefined);
  return text("auto");
}

export function templateArguments(p: CxxParser, isOfName = false): Maybe {
  if (!p.eat("I")) return undefined;
  if (isOfName) {
    p.outer = [];
    p.templates = [p.outer];
  }
  const args: CxxNode[] = [];
  while (!p.eat("E")) {
    // A constraint is read and not shown.
    if (p.look() === "Q") {
      if (constraint(p) === null || !p.eat("E")) return undefined;
      break;
    }
    const outer = p.outer;
    const arg = templateArgument(p);
    if (arg === undefined) return undefined;
    args.push(arg);
    if (isOfName) outer.push(arg instanceof ArgumentPack ? new ParameterPack(arg.elements) : arg);
  }
  return new TemplateArguments(args);
}

export function templateArgument(p: CxxParser): Maybe {
  if (!p.enter()) return undefined;
  const node = bareTemplateArgument(p);
  p.leave();
  return node;
}

function bareTemplateArgument(p: CxxParser): Maybe {
  if (p.eat("X")) {
    const node = p.expression();
    return node !== undefined && p.eat("E") ? node : undefined;
  }
  if (p.eat("J")) {
    const list = p.listUntilE(() => templateArgument(p));
    return list && new ArgumentPack(list);
  }
  if (p.look() === "L") {
    if (p.look(1) !== "Z") return p.expression();
    p.pos += 2;
    const node = p.grammar.encoding(p);
    return node !== undefined && p.eat("E") ? node : undefined;
  }
  if (p.look() === "T" && isDeclaration(p.look(1))) {
    const parameter = templateParameterDeclaration(p, undefined);
    return parameter && templateArgument(p);
  }
  return p.grammar.type(p);
}
