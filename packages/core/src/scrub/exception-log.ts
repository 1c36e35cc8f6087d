/** Meter's log of an exception: lines of a number and a JSON object; the words of the exception are in base64. */
import { scrubFreeText } from "./free-text.ts";
import { scrubPaths } from "./paths.ts";
import type { Rules } from "./rules.ts";
import { changeLines } from "./text-lines.ts";

const WORDS = /("(?:name|reason)": ?")([A-Za-z0-9+/]{1,65536}={0,2})(")/g;

export function scrubExceptionLog(text: string, rules: Rules): string {
  return changeLines(text, ({ prefix, content }) => {
    const changed = /^[123] \{/.test(content)
      ? scrubPaths(content).replace(
          WORDS,
          (_, before: string, words: string, after: string) => before + scrubBase64(words, rules) + after,
        )
      : scrubFreeText(content, rules);
    return prefix + changed;
  });
}

function scrubBase64(encoded: string, rules: Rules): string {
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const changed = scrubFreeText(text, rules);
    if (changed === text) return encoded;
    return btoa(Array.from(new TextEncoder().encode(changed), (byte) => String.fromCharCode(byte)).join(""));
  } catch {
    return encoded;
  }
}
