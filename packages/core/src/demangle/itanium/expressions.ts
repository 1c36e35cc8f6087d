/** Expressions in C++ names: constant template arguments, `decltype`, constraints. */
import { ArrayType } from "./declarators.ts";
import {
  type CxxNode,
  CxxNode as Node,
  Expression,
  Named,
  type Output,
  type Precedence,
  printList,
  Sequence,
  text,
} from "./nodes.ts";
import { PackExpansion } from "./packs.ts";
import { literal } from "./literals.ts";
import { operatorName, readQualifiers, readSubstitution } from "./names.ts";
import { templateArgument, templateArguments, templateParameter } from "./templates.ts";
import { type Operator, OPERATORS } from "./operators.ts";
import type { CxxParser, Maybe } from "./parser.ts";

const make = (precedence: Precedence, print: (out: Output) => void): CxxNode => new Expression(precedence, print);

export function expression(p: CxxParser): Maybe {
  const isGlobal = p.eat("gs");
  const operator = OPERATORS.get(p.look() + p.look(1));
  if (operator !== undefined) {
    p.pos += 2;
    return operation(p, operator, isGlobal);
  }
  if (p.left < 2) return undefined;
  if (p.look() === "L") return literal(p);
  if (p.look() === "T") return templateParameter(p);
  if (p.look() === "f") {
    return p.look(1) === "p" || (p.look(1) === "L" && p.isDigit(2)) ? functionParameter(p) : fold(p);
  }
  return special(p, isGlobal);
}

const list = (p: CxxParser): CxxNode[] | undefined => p.listUntilE(() => p.expression());

/** `word(expression)`. */
function enclosing(words: string, inner: Maybe, precedence: Precedence = "primary"): Maybe {
  return (
    inner &&
    make(precedence, (out) => {
      out.text += words;
      out.open();
      inner.print(out);
      out.close();
    })
  );
}

function operation(p: CxxParser, { kind, precedence, symbol }: Operator, isGlobal: boolean): Maybe {
  switch (kind) {
    case "binary":
      return binary(p, symbol, precedence);
    case "prefix":
      return prefix(p, symbol, precedence);
    case "postfix": {
      if (p.eat("_")) return prefix(p, symbol, precedence);
      const inner = p.expression();
      return (
        inner &&
        make(precedence, (out) => {
          inner.printAsOperand(out, precedence, true);
          out.text += symbol;
        })
      );
    }
    case "array": {
      const base = p.expression();
      const index = base && p.expression();
      return (
        base &&
        index &&
        make(precedence, (out) => {
          base.printAsOperand(out, precedence);
          out.open("[");
          index.printAsOperand(out);
          out.close("]");
        })
      );
    }
    case "member": {
      const left = p.expression();
      const right = left && p.expression();
      return (
        left &&
        right &&
        make(precedence, (out) => {
          left.printAsOperand(out, precedence, true);
          out.text += symbol;
          right.printAsOperand(out, precedence, false);
        })
      );
    }
    case "new":
      return newExpression(p, isGlobal, symbol);
    case "delete": {
      const inner = p.expression();
      return (
        inner &&
        make(precedence, (out) => {
          out.text += `${isGlobal ? "::" : ""}${symbol} `;
          inner.print(out);
        })
      );
    }
    case "call": {
      const callee = p.expression();
      const args = callee && list(p);
      return callee && args && call(callee, args);
    }
    case "c-cast":
      return cast(p);
    case "conditional": {
      const condition = p.expression();
      const yes = condition && p.expression();
      const no = yes && p.expression();
      return (
        condition &&
        yes &&
        no &&
        make(precedence, (out) => {
          condition.printAsOperand(out, precedence);
          out.text += " ? ";
          yes.printAsOperand(out);
          out.text += " : ";
          no.printAsOperand(out, "assign", true);
        })
      );
    }
    case "named-cast": {
      const type = p.grammar.type(p);
      const inner = type && p.expression();
      return (
        type &&
        inner &&
        make(precedence, (out) => {
          out.text += `${symbol}<`;
          const before = out.parentheses;
          out.parentheses = 0;
          type.printLeft(out);
          if (type.hasRight(out)) type.printRight(out);
          out.parentheses = before;
          out.text += ">";
          out.open();
          inner.printAsOperand(out);
          out.close();
        })
      );
    }
    case "of-id":
      return enclosing(symbol, p.expression(), precedence);
    case "of-type":
      return enclosing(symbol, p.grammar.type(p), precedence);
    default:
      return undefined;
  }
}

function prefix(p: CxxParser, symbol: string, precedence: Precedence): Maybe {
  const inner = p.expression();
  return (
    inner &&
    make(precedence, (out) => {
      out.text += symbol;
      inner.printAsOperand(out, precedence);
    })
  );
}

function binary(p: CxxParser, symbol: string, precedence: Precedence): Maybe {
  const left = p.expression();
  const right = left && p.expression();
  if (left === undefined || right === undefined) return undefined;
  return make(precedence, (out) => {
    // Inside template arguments `>` would end them.
    const inParentheses = out.parentheses === 0 && (symbol === ">" || symbol === ">>");
    if (inParentheses) out.open();
    const isAssignment = precedence === "assign";
    left.printAsOperand(out, isAssignment ? "orIf" : precedence, !isAssignment);
    if (symbol !== ",") out.text += " ";
    out.text += `${symbol} `;
    right.printAsOperand(out, precedence, isAssignment);
    if (inParentheses) out.close();
  });
}

function call(callee: CxxNode, args: readonly CxxNode[]): CxxNode {
  return make("postfix", (out) => {
    callee.print(out);
    out.open();
    printList(out, args);
    out.close();
  });
}

function cast(p: CxxParser): Maybe {
  const { tryTemplateArguments } = p;
  p.tryTemplateArguments = false;
  const type = p.grammar.type(p);
  p.tryTemplateArguments = tryTemplateArguments;
  if (type === undefined) return undefined;
  const inner = p.eat("_") ? list(p) : p.expression();
  if (inner === undefined) return undefined;
  const values = inner instanceof Node ? [inner] : inner;
  return make("cast", (out) => {
    out.open();
    type.print(out);
    out.close();
    out.open();
    printList(out, values);
    out.close();
  });
}

function newExpression(p: CxxParser, isGlobal: boolean, symbol: string): Maybe {
  const placement: CxxNode[] = [];
  while (!p.eat("_")) {
    const inner = p.expression();
    if (inner === undefined) return undefined;
    placement.push(inner);
  }
  const type = p.grammar.type(p);
  if (type === undefined) return undefined;
  const hasInitializer = p.eat("pi");
  const values = hasInitializer ? list(p) : p.eat("E") ? [] : undefined;
  if (values === undefined) return undefined;
  return make("unary", (out) => {
    out.text += `${isGlobal ? "::" : ""}${symbol}`;
    if (placement.length > 0) {
      out.open();
      printList(out, placement);
      out.close();
    }
    out.text += " ";
    type.print(out);
    if (!hasInitializer) return;
    out.open();
    printList(out, values);
    out.close();
  });
}

function initializers(type: Maybe, values: readonly CxxNode[] | undefined): Maybe {
  return (
    values &&
    make("primary", (out) => {
      const literal = type instanceof ArrayType ? stringLiteral(type, values) : undefined;
      if (literal !== undefined) {
        out.text += literal;
        return;
      }
      type?.print(out);
      out.text += "{";
      printList(out, values);
      out.text += "}";
    })
  );
}

/** An array of `char` whose values are characters is text. */
function stringLiteral({ element }: ArrayType, values: readonly CxxNode[]): string | undefined {
  if (element.baseName() !== "char") return undefined;
  let literal = "";
  for (const value of values) {
    const code = Number(/^\(char\)(\d{1,3})$/.exec(value.baseName())?.[1] ?? Number.NaN);
    if (!(code >= 0x20 && code < 0x7f)) return undefined;
    const char = String.fromCharCode(code);
    literal += char === '"' || char === "\\" ? `\\${char}` : char;
  }
  return `"${literal}"`;
}

function special(p: CxxParser, isGlobal: boolean): Maybe {
  if (p.eat("il"))
    return initializers(
      undefined,
      p.listUntilE(() => braced(p)),
    );
  if (p.eat("tl")) {
    const type = p.grammar.type(p);
    return (
      type &&
      initializers(
        type,
        p.listUntilE(() => braced(p)),
      )
    );
  }
  if (p.eat("nx")) return enclosing("noexcept ", p.expression(), "unary");
  if (p.eat("tr")) return text("throw");
  if (p.eat("tw")) {
    const inner = p.expression();
    return inner && new Sequence(["throw ", inner]);
  }
  if (p.eat("sp")) {
    const inner = p.expression();
    return inner && new PackExpansion(inner);
  }
  if (p.eat("sZ")) {
    const isParameter = p.look() === "T";
    const inner = isParameter ? templateParameter(p) : functionParameter(p);
    return enclosing("sizeof...", inner && (isParameter ? new PackExpansion(inner) : inner));
  }
  if (p.eat("sP")) {
    const args = p.listUntilE(() => templateArgument(p));
    return enclosing("sizeof... ", args && make("primary", (out) => printList(out, args)));
  }
  if (p.eat("mc")) return memberConversion(p);
  if (p.eat("so")) return subobject(p);
  if (p.eat("rq") || p.look() + p.look(1) === "rQ") return requirement(p);
  if (p.look() === "u") return vendorExpression(p);
  return unresolvedName(p, isGlobal);
}

/** An element of a list of initialisers, `.member = value` among them. */
function braced(p: CxxParser): Maybe {
  return p.nested(() => {
    const designated = (isArray: boolean, name: Maybe): Maybe => {
      const value = name && braced(p);
      return (
        name &&
        value &&
        make("primary", (out) => {
          out.text += isArray ? "[" : ".";
          name.print(out);
          if (isArray) out.text += "]";
          out.text += " = ";
          value.print(out);
        })
      );
    };
    if (p.eat("di")) return designated(false, p.sourceName());
    if (p.eat("dx")) return designated(true, p.expression());
    if (p.eat("dX")) {
      const first = p.expression();
      const last = first && p.expression();
      return designated(true, first && last && new Sequence([first, " ... ", last]));
    }
    return p.expression();
  });
}

/** A pointer to a member of another class as a template argument. */
function memberConversion(p: CxxParser): Maybe {
  const type = p.grammar.type(p);
  const inner = type && p.expression();
  p.number(true);
  if (type === undefined || inner === undefined || !p.eat("E")) return undefined;
  return make("primary", (out) => {
    out.open();
    type.print(out);
    out.close();
    out.open();
    inner.print(out);
    out.close();
  });
}

function subobject(p: CxxParser): Maybe {
  const type = p.grammar.type(p);
  const inner = type && p.expression();
  if (type === undefined || inner === undefined) return undefined;
  const offset = p.number(true);
  while (p.eat("_")) p.number();
  p.eat("p");
  if (!p.eat("E")) return undefined;
  return make("primary", (out) => {
    inner.print(out);
    out.text += ".<";
    type.print(out);
    out.text += ` at offset ${offset === "" ? "0" : offset.replace("n", "-")}>`;
  });
}

function vendorExpression(p: CxxParser): Maybe {
  p.pos++;
  const name = p.sourceName();
  // Microsoft's, and older than the general form.
  if (name?.baseName() === "__uuidof" && (p.look() === "t" || p.look() === "z")) {
    const of = p.eat("t") ? p.grammar.type(p) : p.eat("z") ? p.expression() : undefined;
    return of && call(name, [of]);
  }
  const args = name && p.listUntilE(() => templateArgument(p));
  return name && args && call(name, args);
}

function requirement(p: CxxParser): Maybe {
  let parameters: CxxNode[] = [];
  if (p.eat("rQ")) {
    while (!p.eat("_")) {
      const type = p.grammar.type(p);
      if (type === undefined) return undefined;
      parameters = [...parameters, type];
    }
  }
  const requirements: CxxNode[] = [];
  while (!p.eat("E")) {
    const one = oneRequirement(p);
    if (one === undefined) return undefined;
    requirements.push(one);
  }
  return make("primary", (out) => {
    out.text += "requires";
    if (parameters.length > 0) {
      out.text += " ";
      out.open();
      printList(out, parameters);
      out.close();
    }
    out.text += " ";
    out.open("{");
    for (const one of requirements) one.print(out);
    out.text += " ";
    out.close("}");
  });
}

function oneRequirement(p: CxxParser): Maybe {
  if (p.eat("X")) {
    const inner = p.expression();
    if (inner === undefined) return undefined;
    const isNoexcept = p.eat("N");
    const constraint = p.eat("R") ? p.grammar.name(p) : undefined;
    return make("primary", (out) => {
      out.text += " ";
      const inBraces = isNoexcept || constraint !== undefined;
      if (inBraces) out.open("{");
      inner.print(out);
      if (inBraces) out.close("}");
      if (isNoexcept) out.text += " noexcept";
      if (constraint !== undefined) {
        out.text += " -> ";
        constraint.print(out);
      }
      out.text += ";";
    });
  }
  const word = p.eat("T") ? " typename " : p.eat("Q") ? " requires " : undefined;
  const inner = word === undefined ? undefined : word === " typename " ? p.grammar.type(p) : p.expression();
  return inner && new Sequence([word ?? "", inner, ";"]);
}

function functionParameter(p: CxxParser): Maybe {
  if (p.eat("fpT")) return text("this");
  if (p.eat("fL")) {
    if (p.number() === "" || !p.eat("p")) return undefined;
  } else if (!p.eat("fp")) return undefined;
  readQualifiers(p);
  const index = p.number();
  return p.eat("_") ? text(`fp${index}`) : undefined;
}

function fold(p: CxxParser): Maybe {
  p.pos++;
  const kind = p.look();
  if (kind === "" || !"LRlr".includes(kind)) return undefined;
  p.pos++;
  const operator = OPERATORS.get(p.look() + p.look(1));
  const isMember = operator?.kind === "member" && operator.symbol.endsWith("*");
  if (operator === undefined || (operator.kind !== "binary" && !isMember)) return undefined;
  p.pos += 2;
  const isLeft = kind === "L" || kind === "l";
  const hasInitial = kind === "L" || kind === "R";
  const first = p.expression();
  const second = hasInitial ? first && p.expression() : undefined;
  if (first === undefined || (hasInitial && second === undefined)) return undefined;
  const pack = isLeft && second !== undefined ? second : first;
  const initial = isLeft ? (second === undefined ? undefined : first) : second;
  const expansion = new PackExpansion(pack);
  return make("primary", (out) => {
    const printPack = () => {
      out.open();
      expansion.print(out);
      out.close();
    };
    out.open();
    if (isLeft) {
      if (initial !== undefined) {
        initial.printAsOperand(out, "cast", true);
        out.text += ` ${operator.symbol} `;
      }
      out.text += `... ${operator.symbol} `;
      printPack();
    } else {
      printPack();
      out.text += ` ${operator.symbol} ...`;
      if (initial !== undefined) {
        out.text += ` ${operator.symbol} `;
        initial.printAsOperand(out, "cast", true);
      }
    }
    out.close();
  });
}

function unresolvedName(p: CxxParser, isGlobal: boolean): Maybe {
  const global = (node: Maybe): Maybe => node && (isGlobal ? new Sequence(["::", node]) : node);
  const qualified = (scope: Maybe, name: Maybe): Maybe => scope && name && new Named(scope, "::", name);
  if (p.eat("srN")) {
    let scope = withArguments(p, unresolvedType(p));
    while (scope !== undefined && !p.eat("E")) scope = qualified(scope, simpleId(p));
    return scope && qualified(scope, baseName(p));
  }
  if (!p.eat("sr")) return global(baseName(p));
  let scope: Maybe;
  if (p.isDigit()) {
    do {
      const name = simpleId(p);
      if (name === undefined) return undefined;
      scope = scope === undefined ? global(name) : qualified(scope, name);
    } while (!p.eat("E"));
  } else {
    scope = withArguments(p, unresolvedType(p));
  }
  return scope && qualified(scope, baseName(p));
}

function withArguments(p: CxxParser, node: Maybe): Maybe {
  if (node === undefined || p.look() !== "I") return node;
  const args = templateArguments(p);
  return args && new Named(node, "", args, true);
}

function unresolvedType(p: CxxParser): Maybe {
  if (p.look() === "T") return p.substitutable(templateParameter(p));
  if (p.look() === "D") return p.substitutable(p.grammar.decltype(p));
  return readSubstitution(p);
}

const simpleId = (p: CxxParser): Maybe => withArguments(p, p.sourceName());

function baseName(p: CxxParser): Maybe {
  if (p.isDigit()) return simpleId(p);
  if (p.eat("dn")) {
    const of = p.isDigit() ? simpleId(p) : unresolvedType(p);
    return of && new Sequence(["~", of]);
  }
  p.eat("on");
  return withArguments(p, operatorName(p));
}
