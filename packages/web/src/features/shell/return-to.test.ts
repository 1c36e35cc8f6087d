import { expect, test } from "vitest";
import { rememberAddress, takeAddress } from "./return-to.ts";

function memory(): Storage {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
    clear: () => values.clear(),
    key: () => null,
    length: 0,
  };
}

test("leads back to where somebody was sent, once", () => {
  const storage = memory();
  rememberAddress(storage, "/apps/a/signatures/4?from=2026-01-01", 0);
  expect(takeAddress(storage, 1)).toBe("/apps/a/signatures/4?from=2026-01-01");
  expect(takeAddress(storage, 2)).toBe("/");
});

test.each(["//example.org/x", "/\\example.org", "https://example.org", "/sign-in?token=x", "/", ""])(
  "%s is no place to go to",
  (address) => {
    const storage = memory();
    rememberAddress(storage, address, 0);
    expect(takeAddress(storage, 1)).toBe("/");
    storage.setItem("windfall-return-to", JSON.stringify({ address, at: 0 }));
    expect(takeAddress(storage, 1)).toBe("/");
  },
);

test("an hour later it is forgotten, and damage is nothing", () => {
  const storage = memory();
  rememberAddress(storage, "/symbols", 0);
  expect(takeAddress(storage, 3_600_000)).toBe("/");
  storage.setItem("windfall-return-to", "{");
  expect(takeAddress(storage, 0)).toBe("/");
});
