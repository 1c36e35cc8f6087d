/** The operators of C++ by their two letters. */
import type { Precedence } from "./nodes.ts";

type OperatorKind =
  | "prefix"
  | "postfix"
  | "binary"
  | "array"
  | "member"
  | "new"
  | "delete"
  | "call"
  | "c-cast"
  | "conditional"
  | "of-id"
  | "of-type"
  | "named-cast"
  | "name-only";

export interface Operator {
  readonly kind: OperatorKind;
  readonly precedence: Precedence;
  /** As it stands in an expression. */
  readonly symbol: string;
  /** Behind `operator`. */
  readonly spelling: string;
  /** Whether a function can have this name. */
  readonly isNameable: boolean;
}

const table = (kind: OperatorKind, precedence: Precedence, entries: string, isNameable = true): [string, Operator][] =>
  entries.split(" ").map((entry) => {
    const symbol = entry.slice(3).replaceAll("~", " ").replace("tilde", "~");
    const isWord = /^[a-z]/.test(symbol);
    return [entry.slice(0, 2), { kind, precedence, symbol, spelling: isWord ? ` ${symbol}` : symbol, isNameable }];
  });

export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...table("binary", "assign", "aN:&= aS:= dV:/= eO:^= lS:<<= mI:-= mL:*= oR:|= pL:+= rM:%= rS:>>="),
  ...table("binary", "andIf", "aa:&&"),
  ...table("binary", "orIf", "oo:||"),
  ...table("binary", "and", "an:&"),
  ...table("binary", "or", "or:|"),
  ...table("binary", "xor", "eo:^"),
  ...table("binary", "equality", "eq:== ne:!="),
  ...table("binary", "relational", "ge:>= gt:> le:<= lt:<"),
  ...table("binary", "spaceship", "ss:<=>"),
  ...table("binary", "shift", "ls:<< rs:>>"),
  ...table("binary", "additive", "mi:- pl:+"),
  ...table("binary", "multiplicative", "dv:/ ml:* rm:%"),
  ...table("binary", "comma", "cm:,"),
  ...table("prefix", "unary", "ad:& aw:co_await co:tilde de:* ng:- nt:! ps:+"),
  ...table("postfix", "postfix", "mm:-- pp:++"),
  ...table("array", "default", "ix:[]"),
  ...table("member", "memberPointer", "pm:->*"),
  ...table("member", "memberPointer", "ds:.*", false),
  ...table("member", "postfix", "pt:->"),
  ...table("member", "postfix", "dt:.", false),
  ...table("new", "unary", "nw:new na:new[]"),
  ...table("delete", "unary", "dl:delete da:delete[]"),
  ...table("call", "postfix", "cl:() cp:()"),
  ...table("c-cast", "cast", "cv:()"),
  ...table("conditional", "conditional", "qu:?"),
  ...table("named-cast", "postfix", "cc:const_cast dc:dynamic_cast rc:reinterpret_cast sc:static_cast", false),
  ...table("of-id", "unary", "az:alignof~ sz:sizeof~", false),
  ...table("of-type", "unary", "at:alignof~ st:sizeof~", false),
  ...table("of-id", "postfix", "te:typeid~", false),
  ...table("of-type", "postfix", "ti:typeid~", false),
]);
