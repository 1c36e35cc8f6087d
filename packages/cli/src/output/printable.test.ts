import { expect, test } from "vitest";
import { HOSTILE_TEXTS } from "../../../../fixtures/hostile/texts.ts";
import { MAX_PRINTED, printable, printableLines } from "./printable.ts";

test.each([
  ["escape sequences", "\u001b[2J", "\\u{1b}[2J"],
  ["C1 controls", "a\u009b2Jb", "a\\u{9b}2Jb"],
  ["line breaks", "a\nb\r\u2028", "a\\u{a}b\\u{d}\\u{2028}"],
  ["reordering", "a\u202eb\u2066", "a\\u{202e}b\\u{2066}"],
  ["hidden characters", "a\u200b\ufeff\u{e0041}\u3164", "a\\u{200b}\\u{feff}\\u{e0041}\\u{3164}"],
  ["half a surrogate pair", "a\ud800", "a\\u{d800}"],
])("%s are shown, not sent", (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test("letters of every script stay", () => {
  const text = "Größe · 订单 · заказ · 注文 · 👍";
  expect(printable(text)).toBe(text);
});

test.each(HOSTILE_TEXTS.map(({ name, text }) => [name, text] as const))("%s cannot steer a terminal", (_, text) => {
  // oxlint-disable-next-line no-control-regex
  expect(printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u);
});

test("a text longer than the limit is cut and says so", () => {
  expect(printable("x".repeat(MAX_PRINTED))).toHaveLength(MAX_PRINTED);
  expect(printable("x".repeat(MAX_PRINTED + 1))).toBe(`${"x".repeat(MAX_PRINTED)}…`);
});

test("several lines stay lines, up to a limit", () => {
  expect(printableLines("a\r\nb\u001b\nc")).toEqual(["a", "b\\u{1b}", "c"]);
  expect(printableLines("x\n".repeat(50), 3)).toEqual(["x", "x", "x", "… 48 more lines"]);
});
