/**
 * Every byte of a report may have been written by an attacker, and a terminal obeys what it is sent. Nothing from an input
 * reaches the terminal but through here: control characters (the escape that starts every sequence, C1 controls, line breaks),
 * characters that reorder or hide text, and lone surrogates are shown as `\u{1b}`.
 */

/** Longer values are cut: a name of a megabyte helps nobody. */
export const MAX_PRINTED = 2000;

// Controls (C0, C1), formats (bidirectional marks, zero-width joiners, tags), line and paragraph separators, lone surrogates,
// and what is drawn as nothing (fillers, variation selectors).
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** What nearly every name is; saves the long expression above. */
const PLAIN = /^[ -~]*$/;

/** One line of safe text. */
export function printable(text: string, limit: number = MAX_PRINTED): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  if (PLAIN.test(cut)) return cut;
  return cut.replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The lines of a text that may have several, each of them safe. */
export function printableLines(text: string, maxLines = 40): readonly string[] {
  const lines = text.split(/\r\n|[\r\n]/);
  const kept = lines.slice(0, maxLines).map((line) => printable(line));
  return lines.length > maxLines ? [...kept, `… ${lines.length - maxLines} more lines`] : kept;
}
