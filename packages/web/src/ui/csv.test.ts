import { expect, test } from "vitest";
import { csvOf } from "./csv.ts";

test("a head and a line for each row, in the order of the first", () => {
  expect(
    csvOf([
      { day: "2026-11-23", crashes: 1027, share: 0.45 },
      { share: null, day: "2026-11-24", crashes: 0 },
    ]),
  ).toBe("day,crashes,share\r\n2026-11-23,1027,0.45\r\n2026-11-24,0,\r\n");
});

test.each([
  ['a "quoted", word', '"a ""quoted"", word"'],
  ["two\nlines", '"two\nlines"'],
  ["-[HarborDeck unload]", "'-[HarborDeck unload]"],
  ["=HYPERLINK(1,2)", `"'=HYPERLINK(1,2)"`],
  ["@import", "'@import"],
  ["+1", "'+1"],
])("%j goes out as %j", (text, cell) => {
  expect(csvOf([{ text }])).toBe(`text\r\n${cell}\r\n`);
});

test("a negative number stays one", () => {
  expect(csvOf([{ difference: -0.4 }])).toBe("difference\r\n-0.4\r\n");
});
