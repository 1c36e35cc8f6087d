/** Bytes of a report as text: UTF-8 (with or without BOM) or UTF-16, any line ends. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: false });

export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return utf8.decode(bytes);
}
