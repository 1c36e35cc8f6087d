/** Names of declarations: identifiers with word substitutions and punycode, operators, private, local and related names. */
import { MAX_WORDS } from "./limits.ts";
import { DECLARATION_NAMES, Node } from "./node.ts";
import { type Maybe, type Parser, plus, withChildren } from "./parser.ts";
import { decodePunycode, swiftDigit } from "../punycode.ts";

export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isUpper = (code: number): boolean => code >= 0x41 && code <= 0x5a;
const isLower = (code: number): boolean => code >= 0x61 && code <= 0x7a;
const UNDERSCORE = 0x5f;
const ZERO = 0x30;

/** `4name`; `0` before the length opens a mix of words seen before and new text, `00` punycode. */
export function identifier(p: Parser): Maybe {
  if (!isDigit(p.peek())) return undefined;
  if (p.peek() !== ZERO) return plainIdentifier(p);
  let hasWords = false;
  let isPunycode = false;
  if (p.nextIf("0")) {
    if (p.nextIf("0")) isPunycode = true;
    else hasWords = true;
  }
  let name = "";
  do {
    while (hasWords && (isLower(p.peek()) || isUpper(p.peek()))) {
      const code = p.peek();
      p.pos++;
      // The last of a run of words is in upper case.
      hasWords = isLower(code);
      const at = 2 * (hasWords ? code - 0x61 : code - 0x41);
      if (at >= p.words.length) return undefined;
      name += p.text.slice(p.words[at], p.words[at + 1]);
    }
    if (p.nextIf("0")) break;
    const length = p.natural();
    if (length <= 0) return undefined;
    if (isPunycode) p.nextIf("_");
    const end = p.pos + length;
    if (end > p.text.length) return undefined;
    const slice = p.text.slice(p.pos, end);
    p.pos = end;
    if (isPunycode) {
      const decoded = decodePunycode(slice, swiftDigit);
      if (decoded === undefined) return undefined;
      name += decoded;
    } else {
      name += slice;
      addWords(p, end - length, end);
    }
  } while (hasWords);
  return name === "" ? undefined : p.substitutable(new Node("Identifier", name));
}

/** A length and so many characters: nearly all. */
function plainIdentifier(p: Parser): Maybe {
  const length = p.natural();
  const end = p.pos + length;
  if (length <= 0 || end > p.text.length) return undefined;
  const name = p.text.slice(p.pos, end);
  p.pos = end;
  addWords(p, end - length, end);
  return p.substitutable(new Node("Identifier", name));
}

/** Words begin at a letter and end before an underscore or a capital that follows none. */
function addWords({ text, words }: Parser, from: number, to: number): void {
  let start = -1;
  let previous = 0;
  for (let i = from; i <= to && words.length < 2 * MAX_WORDS; i++) {
    const code = i < to ? text.charCodeAt(i) : 0;
    if (start >= 0 && (code === 0 || code === UNDERSCORE || (isUpper(code) && !isUpper(previous)))) {
      if (i - start >= 2) words.push(start, i);
      start = -1;
    }
    if (start < 0 && code !== 0 && code !== UNDERSCORE && !isDigit(code)) start = i;
    previous = code;
  }
}

/** Letters for the characters of operators, `a` to `z`; blanks are not used. */
const OPERATOR_CHARACTERS = "& @/= >    <*!|+?%-~   ^ .";

/** The characters that the letters of an operator's name stand for. */
export function operatorText(name: string): string | undefined {
  let text = "";
  for (const char of name) {
    const code = char.charCodeAt(0);
    if (code >= 0x80) {
      text += char;
      continue;
    }
    const symbol = isLower(code) ? OPERATOR_CHARACTERS[code - 0x61] : undefined;
    if (symbol === undefined || symbol === " ") return undefined;
    text += symbol;
  }
  return text;
}

const FIXITY = { i: "InfixOperator", p: "PrefixOperator", P: "PostfixOperator" } as const;

export function operatorIdentifier(p: Parser): Maybe {
  const name = p.pop("Identifier");
  const text = name?.text === undefined ? undefined : operatorText(name.text);
  if (text === undefined) return undefined;
  const kind = FIXITY[p.next() as keyof typeof FIXITY];
  return kind && new Node(kind, text);
}

export const popName = (p: Parser): Maybe => p.popOf(DECLARATION_NAMES);

/** `LL` private, `Ll` private without a name, `LA` … `Lj` related to a C declaration, `L0_` local. */
export function localIdentifier(p: Parser): Maybe {
  if (p.nextIf("L")) {
    const discriminator = p.pop("Identifier");
    return withChildren("PrivateDeclName", discriminator, popName(p));
  }
  if (p.nextIf("l")) return withChildren("PrivateDeclName", p.pop("Identifier"));
  const code = p.peek();
  if ((code >= 0x61 && code <= 0x6a) || (code >= 0x41 && code <= 0x4a)) {
    const related = new Node("Identifier", p.next());
    const name = p.popAny();
    return name && plus(new Node("RelatedEntityDeclName"), related, name);
  }
  const discriminator = p.indexNode();
  return withChildren("LocalDeclName", discriminator, popName(p));
}
