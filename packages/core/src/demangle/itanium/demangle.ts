/** C++ names as text, as LLVM's demangler prints them; blocks of Objective-C++ and C++ among them. */
import { encoding } from "./encodings.ts";
import { expression } from "./expressions.ts";
import { name } from "./names.ts";
import { type CxxNode, Output, Sequence } from "./nodes.ts";
import { CxxParser, type Grammar } from "./parser.ts";
import { decltype, readType } from "./types.ts";

const GRAMMAR: Grammar = { encoding, name, type: readType, decltype, expression };

/** Characters of a name; those of templates reach some tens of thousands. */
export const MAX_CXX_NAME_LENGTH = 100_000;

/** The text of a C++ name, or `undefined` for any other. */
export function demangleCxx(mangled: string): string | undefined {
  if (mangled.length > MAX_CXX_NAME_LENGTH) return undefined;
  const prefix = mangled.indexOf("Z") + 1;
  if (prefix < 2 || prefix > 5 || !"____Z".endsWith(mangled.slice(0, prefix))) return undefined;
  const p = new CxxParser(mangled, prefix, GRAMMAR);
  const named = encoding(p);
  const node = named && (prefix < 4 ? withSuffix(p, named) : block(p, named));
  if (node === undefined || p.left > 0) return undefined;
  const out = new Output();
  node.print(out);
  return out.failed || out.text === "" ? undefined : out.text;
}

/** `.cold.1`, `.resume`: what the optimiser made of it. */
function withSuffix(p: CxxParser, node: CxxNode): CxxNode {
  if (p.look() !== ".") return node;
  const suffix = p.text.slice(p.pos);
  p.pos = p.text.length;
  return new Sequence([node, ` (${suffix})`]);
}

/** `___Z…_block_invoke_2`. */
function block(p: CxxParser, node: CxxNode): CxxNode | undefined {
  if (!p.eat("_block_invoke")) return undefined;
  const needsNumber = p.eat("_");
  if (p.number() === "" && needsNumber) return undefined;
  if (p.look() === ".") p.pos = p.text.length;
  return new Sequence(["invocation function for block in ", node]);
}
