import { expect, test } from "vitest";
import { createIds, idOfDigest } from "./ids.ts";

test("ids sort by the time they were made, also within one millisecond and when the clock goes back", () => {
  const times = [1_000, 1_000, 1_000, 2_000, 1_500, 2_001];
  const newId = createIds({ clock: () => times.shift() ?? 0, random: (length) => new Uint8Array(length).fill(0xff) });
  const ids = Array.from({ length: 6 }, newId);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(6);
  for (const id of ids) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
});

test("equal digests have equal ids, and others do not", () => {
  const digest = (fill: number) => new Uint8Array(32).fill(fill);
  expect(idOfDigest(digest(7))).toBe(idOfDigest(digest(7)));
  expect(idOfDigest(digest(7))).not.toBe(idOfDigest(digest(8)));
  expect(idOfDigest(digest(0))).toBe("0000000000000000");
});
