/**
 * Bytes of a report as text that can be changed and turned back into bytes: what is not changed comes back bit for bit, whatever
 * the encoding, byte order mark and line ends.
 */

export interface EditableText {
  readonly text: string;
  /** What to put into `text` so that it reads as `value`. */
  readonly insert: (value: string) => string;
  readonly encode: (edited: string) => Uint8Array;
}

export function openText(bytes: Uint8Array): EditableText {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return utf16(bytes, true);
  if (first === 0xfe && second === 0xff) return utf16(bytes, false);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, insert: (value) => value, encode: (edited) => new TextEncoder().encode(edited) };
  } catch {
    return byteWise(bytes);
  }
}

/** One character per byte, for text that is no valid UTF-8: all that a report is made of is ASCII. */
function byteWise(bytes: Uint8Array): EditableText {
  return {
    text: characters(bytes),
    // What was taken from the text has one character per byte already.
    insert: (value) => value.replace(/[^\0-\u00ff]+/g, (wide) => characters(new TextEncoder().encode(wide))),
    encode: (edited) => Uint8Array.from({ length: edited.length }, (_, i) => edited.charCodeAt(i)),
  };
}

/** Arguments of one call are limited. */
const CHUNK = 8192;

function characters(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}

function utf16(bytes: Uint8Array, littleEndian: boolean): EditableText {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.byteLength >> 1;
  let text = "";
  for (let i = 0; i < length; i++) text += String.fromCharCode(view.getUint16(i * 2, littleEndian));
  // Half a character at the end of a cut file stays as it was.
  const tail = bytes.subarray(length * 2);
  return {
    text,
    insert: (value) => value,
    encode(edited) {
      const result = new Uint8Array(edited.length * 2 + tail.length);
      const out = new DataView(result.buffer);
      for (let i = 0; i < edited.length; i++) out.setUint16(i * 2, edited.charCodeAt(i), littleEndian);
      result.set(tail, edited.length * 2);
      return result;
    },
  };
}
