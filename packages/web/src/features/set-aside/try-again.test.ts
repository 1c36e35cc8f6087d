import { expect, test } from "vitest";
import { outcomeOf } from "./try-again.ts";

test.each([
  [{ retried: 0, read: 0, asideAgain: 0 }, "Nothing was left to try: somebody else was faster."],
  [{ retried: 1, read: 1, asideAgain: 0 }, "Tried again: 1 upload read."],
  [
    { retried: 5, read: 2, asideAgain: 1 },
    "Tried again: 2 uploads read, 1 upload set aside again, with the reason below, 2 uploads still waiting.",
  ],
])("%o is told as %s", (tried, words) => {
  expect(outcomeOf(tried).replaceAll("\u00a0", " ")).toBe(words);
});
