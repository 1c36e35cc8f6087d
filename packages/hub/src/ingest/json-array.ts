/**
 * Cuts a JSON array into the bytes of its elements, as they came: parsing and writing them again would round 64-bit addresses. Strings
 * are taken out of their quotes.
 */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const BOM = [0xef, 0xbb, 0xbf] as const;

/** Undefined when this is no array, is cut or damaged, or has more elements than that. */
export function elementsOfArray(bytes: Uint8Array, maxElements: number): Uint8Array[] | undefined {
  let at = BOM.every((byte, i) => bytes[i] === byte) ? BOM.length : 0;
  while (isBlank(bytes[at])) at++;
  if (bytes[at] !== OPEN_BRACKET) return undefined;
  const elements: Uint8Array[] = [];
  let depth = 1;
  let start = ++at;
  const close = (end: number, last: boolean): boolean => {
    const element = trimmed(bytes, start, end);
    if (element.length === 0) return last && elements.length === 0;
    elements.push(element);
    return elements.length <= maxElements;
  };
  for (; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE:
        at = endOfString(bytes, at);
        break;
      case OPEN_BRACKET:
      case OPEN_BRACE:
        depth++;
        break;
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        depth--;
        if (depth > 0) break;
        if (bytes[at] !== CLOSE_BRACKET || !close(at, true)) return undefined;
        return trimmed(bytes, at + 1, bytes.length).length > 0 ? undefined : unquoted(elements);
      case COMMA:
        if (depth > 1) break;
        if (!close(at, false)) return undefined;
        start = at + 1;
        break;
      default:
    }
  }
  return undefined;
}

/** The closing quote, or the end. */
function endOfString(bytes: Uint8Array, open: number): number {
  for (let at = open + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at;
  }
  return bytes.length;
}

const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

function trimmed(bytes: Uint8Array, start: number, end: number): Uint8Array {
  let from = start;
  let to = end;
  while (from < to && isBlank(bytes[from])) from++;
  while (to > from && isBlank(bytes[to - 1])) to--;
  return bytes.subarray(from, to);
}

function unquoted(elements: readonly Uint8Array[]): Uint8Array[] | undefined {
  try {
    return elements.map((element) => (element[0] === QUOTE ? textOf(element) : element));
  } catch {
    return undefined;
  }
}

function textOf(element: Uint8Array): Uint8Array {
  const text: unknown = JSON.parse(Buffer.from(element).toString("utf8"));
  return new TextEncoder().encode(String(text));
}
