/**
 * Names and messages of a report are written by strangers. React keeps them from being markup; this keeps them from
 * lying: characters that reorder, hide or break text are written out, so that what one reads is what is there.
 */

// Bidirectional controls and marks, zero-width and other invisible format characters, line and paragraph separators,
// tags, and the fillers that look like a space. ZWJ and ZWNJ stay: scripts need them.
const INVISIBLE =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\udb40[\udc00-\udc7f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
// eslint-disable-next-line no-control-regex -- these are the characters it is about
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
// eslint-disable-next-line no-control-regex -- the same without tab and line feed
const CONTROL_IN_BLOCK = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * One line of text: control characters become their pictures (␊), the rest its code point.
 *
 * @example
 * visible("a\u202eb"); // "a⟨U+202E⟩b"
 */
export function visible(text: string): string {
  return text.replace(CONTROL, picture).replace(INVISIBLE, codePoint);
}

/** A block that may have lines of its own: tab and line feed stay. */
export function visibleBlock(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(CONTROL_IN_BLOCK, picture).replace(INVISIBLE, codePoint);
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "␡" : codePoint(character);
}

function codePoint(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}
