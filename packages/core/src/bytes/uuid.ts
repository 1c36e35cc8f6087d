/** Mach-O UUIDs in every spelling Apple's tools use: with hyphens or without, either case, in angle brackets. */
import type { Uuid } from "../report.ts";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function uuidFromBytes(bytes: Uint8Array): Uuid {
  let text = "";
  for (let i = 0; i < 16; i++) {
    text += HEX[bytes[i] ?? 0];
    if (i === 3 || i === 5 || i === 7 || i === 9) text += "-";
  }
  return text as Uuid;
}

/** Lower case with hyphens, or `undefined` when the text is no UUID. The all-zero UUID of Apple's null image counts as none. */
export function parseUuid(text: string): Uuid | undefined {
  const hex = text.replace(/[-<>\s]/g, "").toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(hex) || /^0+$/.test(hex)) return undefined;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Uuid;
}
