/** Punycode (RFC 3492) with `_` for the hyphen, as Swift and Rust write identifiers outside ASCII. */

const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_N = 128;
const MAX_CODE_POINT = 0x10_ffff;
/** Swift writes ASCII that is no letter, digit or `_` as a code point of this block. */
const ESCAPED = 0xd800;
const ESCAPED_END = 0xd880;

/** How the letters of a dialect count: Swift has `A` to `J` where the standard has digits. */
export type PunycodeDigits = (code: number) => number;

/** `undefined` when `text` is none. */
export function decodePunycode(text: string, digitOf: PunycodeDigits): string | undefined {
  const output: number[] = [];
  const delimiter = text.lastIndexOf("_");
  for (let i = 0; i < delimiter; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return undefined;
    output.push(code);
  }
  let n = INITIAL_N;
  let i = 0;
  let bias = INITIAL_BIAS;
  // A delimiter at the very start is none of ours: the text is all digits behind it.
  for (let at = delimiter > 0 ? delimiter + 1 : delimiter === 0 ? 1 : 0; at < text.length;) {
    const before = i;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = digitOf(text.charCodeAt(at++));
      if (digit < 0) return undefined;
      i += digit * weight;
      if (i > Number.MAX_SAFE_INTEGER / BASE) return undefined;
      const t = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
      if (digit < t) break;
      weight *= BASE - t;
    }
    bias = adapt(i - before, output.length + 1, before === 0);
    n += Math.floor(i / (output.length + 1));
    i %= output.length + 1;
    if (n > MAX_CODE_POINT) return undefined;
    output.splice(i++, 0, n);
  }
  return textOf(output);
}

export const swiftDigit: PunycodeDigits = (code) => {
  if (code >= 0x61 && code <= 0x7a) return code - 0x61;
  return code >= 0x41 && code <= 0x4a ? code - 0x41 + 26 : -1;
};

export const standardDigit: PunycodeDigits = (code) => {
  if (code >= 0x61 && code <= 0x7a) return code - 0x61;
  return code >= 0x30 && code <= 0x39 ? code - 0x30 + 26 : -1;
};

function adapt(delta: number, count: number, isFirst: boolean): number {
  let rest = isFirst ? Math.floor(delta / DAMP) : Math.floor(delta / 2);
  rest += Math.floor(rest / count);
  let k = 0;
  while (rest > ((BASE - T_MIN) * T_MAX) / 2) {
    rest = Math.floor(rest / (BASE - T_MIN));
    k += BASE;
  }
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}

function textOf(codes: readonly number[]): string | undefined {
  let text = "";
  for (const code of codes) {
    if (code >= ESCAPED && code < ESCAPED_END) text += String.fromCodePoint(code - ESCAPED);
    else if (code >= 0xd800 && code < 0xe000) return undefined;
    else text += String.fromCodePoint(code);
  }
  return text;
}
