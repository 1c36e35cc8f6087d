/** Types without a name: closures with their template parameters and constraints, blocks, unnamed classes. */
import { ClosureName, type CxxNode, Expression, ParameterDeclaration, printList, text } from "./nodes.ts";
import type { CxxParser, Maybe, NameState } from "./parser.ts";

export function unnamedTypeName(p: CxxParser, state?: NameState): Maybe {
  if (state !== undefined) p.templates = [];
  if (p.eat("Ut")) {
    const count = p.number();
    return p.eat("_") ? text(`'unnamed${count}'`) : undefined;
  }
  if (p.eat("Ul")) return closureName(p);
  if (!p.eat("Ub")) return undefined;
  p.number();
  return p.eat("_") ? text("'block-literal'") : undefined;
}

function closureName(p: CxxParser): Maybe {
  const lambdaLevel = p.lambdaLevel;
  const level = p.templates.length;
  p.lambdaLevel = level;
  const own: CxxNode[] = [];
  p.templates.push(own);
  const node = bareClosureName(p, own);
  p.templates.length = level;
  p.lambdaLevel = lambdaLevel;
  return node;
}

function bareClosureName(p: CxxParser, own: CxxNode[]): Maybe {
  const declared: CxxNode[] = [];
  while (p.look() === "T" && isDeclaration(p.look(1))) {
    const parameter = templateParameterDeclaration(p, own);
    if (parameter === undefined) return undefined;
    declared.push(parameter);
  }
  // Without explicit ones `auto` makes parameters of its own at this level.
  if (declared.length === 0) p.templates.pop();
  const first = constraint(p);
  if (first === null) return undefined;
  const parameters: CxxNode[] = [];
  if (!p.eat("v")) {
    do {
      const type = p.grammar.type(p);
      if (type === undefined) return undefined;
      parameters.push(type);
    } while (p.look() !== "E" && p.look() !== "Q");
  }
  const second = constraint(p);
  if (second === null || !p.eat("E")) return undefined;
  const count = p.number();
  return p.eat("_") ? new ClosureName(count, declared, parameters, [first, second]) : undefined;
}

/** `undefined` where none stands, `null` where it cannot be read. Parameters in it keep their letters, as upstream has it. */
export function constraint(p: CxxParser): Maybe | null {
  if (!p.eat("Q")) return undefined;
  const before = p.keepParameters;
  p.keepParameters = true;
  const node = p.expression();
  p.keepParameters = before;
  return node ?? null;
}

export function templateParameterDeclaration(p: CxxParser, list: CxxNode[] | undefined): Maybe {
  return p.nested(() => {
    const invented = (kind: 0 | 1 | 2): CxxNode => {
      const index = p.synthetic[kind]!++;
      const name = text(`${["$T", "$N", "$TT"][kind]}${index === 0 ? "" : index - 1}`);
      list?.push(name);
      return name;
    };
    if (p.eat("Ty")) return new ParameterDeclaration(text("typename"), invented(0));
    if (p.eat("Tk")) {
      const constraint = p.grammar.name(p);
      return constraint && new ParameterDeclaration(constraint, invented(0));
    }
    if (p.eat("Tn")) {
      const name = invented(1);
      const type = p.grammar.type(p);
      return type && new ParameterDeclaration(type, name);
    }
    if (p.eat("Tt")) {
      const name = invented(2);
      const inner: CxxNode[] = [];
      p.templates.push(inner);
      const parameters = p.listUntilE(() => templateParameterDeclaration(p, inner));
      p.templates.pop();
      if (parameters === undefined) return undefined;
      const head = new Expression("primary", (out) => {
        const before = out.parentheses;
        out.parentheses = 0;
        out.text += "template<";
        printList(out, parameters);
        out.text += "> typename";
        out.parentheses = before;
      });
      return new ParameterDeclaration(head, name);
    }
    if (!p.eat("Tp")) return undefined;
    const parameter = templateParameterDeclaration(p, list);
    return parameter instanceof ParameterDeclaration
      ? new ParameterDeclaration(parameter.before, parameter.name, true)
      : undefined;
  });
}

/** Whether a declared template parameter begins with `T` and this letter. */
export const isDeclaration = (letter: string): boolean => letter !== "" && "yptnk".includes(letter);
