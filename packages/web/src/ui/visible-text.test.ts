import { expect, test } from "vitest";
import { visible, visibleBlock } from "./visible-text.ts";

test.each([
  ["plain text stays", "-[Order total:] + 12", "-[Order total:] + 12"],
  ["a name that would run backwards", "safe\u202eexe.ppa", "safe⟨U+202E⟩exe.ppa"],
  ["an isolate", "\u2066a\u2069", "⟨U+2066⟩a⟨U+2069⟩"],
  ["a zero-width space", "pay\u200bments", "pay⟨U+200B⟩ments"],
  ["line feed, escape, delete", "a\nb\u001b[31m\u007f", "a␊b␛[31m␡"],
  ["a C1 control", "a\u0085b", "a⟨U+0085⟩b"],
  ["a tag character", "a\u{e0041}b", "a⟨U+E0041⟩b"],
  ["half of a surrogate pair", "a\ud83db", "a⟨U+D83D⟩b"],
  ["a whole surrogate pair", "a\u{1f9ed}b", "a\u{1f9ed}b"],
  ["letters of other scripts", "日本 عربى ไทย", "日本 عربى ไทย"],
])("%s", (_, text, shown) => {
  expect(visible(text)).toBe(shown);
});

test("a block keeps its lines and tabs, and nothing else that is invisible", () => {
  expect(visibleBlock("a\r\n\tb\u0000\u202ec")).toBe("a\n\tb␀⟨U+202E⟩c");
});
