import { expect, test } from "vitest";
import { code, fence } from "./analysis-markdown.ts";

test.each([
  ["plain", "`plain`"],
  ["a`b", "``a`b``"],
  ["``", "``` `` ```"],
  ["`", "`` ` ``"],
  ["", "`  `"],
  ["@everyone <b> [x](y) |", "`@everyone <b> [x](y) |`"],
])("%j stays inside its code span", (text, span) => {
  expect(code(text)).toBe(span);
});

test("a fence is longer than any run of backticks inside it", () => {
  expect(fence(["```", "````` # title"])).toBe("``````\n```\n````` # title\n``````");
});
