import { expect, test } from "vitest";
import { ciRunName } from "./ci-name.ts";

test.each([
  ["xcode-cloud 212", "Xcode Cloud 212"],
  ["github-actions", "GitHub Actions"],
  ["our own 3", "our own 3"],
])("%s is told as %s", (run, words) => {
  expect(ciRunName(run)).toBe(words);
});
