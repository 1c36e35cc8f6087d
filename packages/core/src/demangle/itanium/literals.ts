/** Literals in C++ names: numbers with their suffixes, strings, addresses of functions, lambdas. */
import { unnamedTypeName } from "./closures.ts";
import { ClosureName, Expression, Sequence, text } from "./nodes.ts";
import type { CxxParser, Maybe } from "./parser.ts";

/** Suffixes and casts of integer literals by the letter of their type. */
const INTEGERS: Readonly<Record<string, string>> = {
  w: "wchar_t",
  c: "char",
  a: "signed char",
  h: "unsigned char",
  s: "short",
  t: "unsigned short",
  i: "",
  j: "u",
  l: "l",
  m: "ul",
  x: "ll",
  y: "ull",
  n: "__int128",
  o: "unsigned __int128",
};
const FLOATS: Readonly<Record<string, number>> = { f: 8, d: 16, e: 20 };

/** A literal. */
export function literal(p: CxxParser): Maybe {
  p.pos++;
  const letter = p.look();
  const integer = INTEGERS[letter];
  if (integer !== undefined) {
    p.pos++;
    const value = p.number(true);
    if (value === "" || !p.eat("E")) return undefined;
    const digits = value.replace("n", "-");
    return text(integer.length > 3 ? `(${integer})${digits}` : digits + integer);
  }
  if (letter === "b") {
    if (p.eat("b0E")) return text("false");
    return p.eat("b1E") ? text("true") : undefined;
  }
  const size = FLOATS[letter];
  if (size !== undefined) {
    p.pos++;
    const hex = p.text.slice(p.pos, p.pos + size);
    p.pos += size;
    return /^[0-9a-f]+$/.test(hex) && hex.length === size && p.eat("E") ? text(floatText(hex, letter)) : undefined;
  }
  if (p.eat("_Z") || p.eat("Z")) {
    const node = p.grammar.encoding(p);
    return node !== undefined && p.eat("E") ? node : undefined;
  }
  if (letter === "A") {
    const type = p.grammar.type(p);
    return type !== undefined && p.eat("E") ? new Sequence(['"<', type, '>"']) : undefined;
  }
  if (p.eat("Dn")) {
    p.eat("0");
    return p.eat("E") ? text("nullptr") : undefined;
  }
  if (letter === "T") return undefined;
  if (letter === "U") {
    const closure = p.look(1) === "l" ? unnamedTypeName(p) : undefined;
    if (!(closure instanceof ClosureName) || !p.eat("E")) return undefined;
    return new Expression("primary", (out) => {
      out.text += "[]";
      closure.printDeclarator(out);
      out.text += "{...}";
    });
  }
  const type = p.grammar.type(p);
  if (type === undefined) return undefined;
  const value = p.number(true);
  if (value === "" || !p.eat("E")) return undefined;
  return new Expression("cast", (out) => {
    out.open();
    type.print(out);
    out.close();
    out.text += value.replace("n", "-");
  });
}

/** The bits of a literal, as C's `%a` prints them. */
function floatText(hex: string, letter: string): string {
  if (letter === "e") return `0x${hex}L`;
  const view = new DataView(new ArrayBuffer(8));
  let value: number;
  if (letter === "f") {
    view.setUint32(0, Number.parseInt(hex, 16));
    value = view.getFloat32(0);
  } else {
    view.setBigUint64(0, BigInt(`0x${hex}`));
    value = view.getFloat64(0);
  }
  return hexFloat(value) + (letter === "f" ? "f" : "");
}

function hexFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  if (size === Infinity) return `${sign}inf`;
  if (size === 0) return `${sign}0x0p+0`;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, size);
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const fraction = (bits & 0xf_ffff_ffff_ffffn).toString(16).padStart(13, "0").replace(/0+$/, "");
  const power = exponent === 0 ? -1022 : exponent - 1023;
  return `${sign}0x${exponent === 0 ? 0 : 1}${fraction === "" ? "" : `.${fraction}`}p${power < 0 ? "" : "+"}${power}`;
}
