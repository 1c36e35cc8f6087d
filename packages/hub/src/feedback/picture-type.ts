/** What a picture is by its first bytes; what a sender calls it decides nothing. */
const SIGNATURES: readonly (readonly [type: string, pattern: RegExp])[] = [
  ["image/png", /^\u0089PNG\r\n/],
  ["image/jpeg", /^\u00ff\u00d8\u00ff/],
  ["image/gif", /^GIF8[79]a/],
  ["image/webp", /^RIFF[^]{4}WEBP/],
  ["image/heic", /^[^]{4}ftyp(?:heic|heix|hevc|mif1|msf1)/],
];

/** `undefined` for what is no picture. */
export function pictureType(head: Uint8Array): string | undefined {
  const text = Buffer.from(head.subarray(0, 16)).toString("latin1");
  return SIGNATURES.find(([, pattern]) => pattern.test(text))?.[0];
}
