/**
 * Names and messages of a report are written by strangers. React keeps them from being markup; this keeps them from
 * lying: characters that reorder, hide or break text are written out, so that what one reads is what is there.
 */

/**
 * Bidirectional controls and marks, zero-width and other invisible format characters, line and paragraph separators,
 * fillers that look like a space, C1 controls, tags, and halves of surrogate pairs. ZWJ and ZWNJ stay: scripts need them.
 */
const INVISIBLE: readonly (readonly [first: number, last: number])[] = [
  [0x80, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180e, 0x180e],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
];
/** What may be one of them; printable ASCII, nearly all of a report, is passed over. */
const CANDIDATE = /[^ -~]/gu;

/**
 * One line of text: control characters become their pictures (␊), the rest its code point.
 *
 * @example
 * visible("a\u202eb"); // "a⟨U+202E⟩b"
 */
export function visible(text: string): string {
  return text.replace(CANDIDATE, shown);
}

/** A block that may have lines of its own: tab and line feed stay. */
export function visibleBlock(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(CANDIDATE, (character) => (character === "\n" || character === "\t" ? character : shown(character)));
}

function shown(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "␡";
  if (!INVISIBLE.some(([first, last]) => code >= first && code <= last)) return character;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}
