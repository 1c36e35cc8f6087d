import { expect, test } from "vitest";
import { secureRandom } from "../clock.ts";
import { createPasswords, MAX_WAITING } from "./passwords.ts";

const passwords = createPasswords(secureRandom);

test("a password matches its own hash, and nothing else does", async () => {
  const [hash, again] = [await passwords.hash("correct horse"), await passwords.hash("correct horse")];
  expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}==\$[\w+/]{43}=$/);
  expect(again).not.toBe(hash);
  expect(await passwords.matches("correct horse", hash)).toBe(true);
  expect(await passwords.matches("correct horse ", hash)).toBe(false);
  expect(await passwords.matches("", hash)).toBe(false);
  expect(await passwords.matches("correct horse", undefined)).toBe(false);
});

test("one letter typed in two ways is one letter", async () => {
  const hash = await passwords.hash("caf\u00e9 au lait");
  expect(await passwords.matches("cafe\u0301 au lait", hash)).toBe(true);
});

test("hashes of an older, cheaper kind still work", async () => {
  // scrypt("correct horse", "0123456789abcdef", N = 2, r = 8, p = 1)
  const { scryptSync } = await import("node:crypto");
  const salt = Buffer.from("0123456789abcdef");
  const hash = scryptSync("correct horse", salt, 32, { N: 2, r: 8, p: 1 });
  const stored = `$scrypt$ln=1,r=8,p=1$${salt.toString("base64")}$${hash.toString("base64")}`;
  expect(await passwords.matches("correct horse", stored)).toBe(true);
});

test.each([
  "",
  "correct horse",
  "$scrypt$ln=15,r=8,p=3$$",
  "$scrypt$ln=19,r=8,p=3$MDEyMzQ1Njc4OWFiY2RlZg==$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
  "$scrypt$ln=15,r=8,p=17$MDEyMzQ1Njc4OWFiY2RlZg==$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
])("a stored text that is no hash of ours matches nothing: %s", async (stored) => {
  expect(await passwords.matches("correct horse", stored)).toBe(false);
});

test("so many may wait, and one more is told to come back", async () => {
  const own = createPasswords(secureRandom);
  const stored = "$scrypt$ln=1,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg==$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  const answers = await Promise.allSettled(Array.from({ length: MAX_WAITING + 1 }, () => own.matches("x", stored)));
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(MAX_WAITING);
  expect(answers.at(-1)).toMatchObject({ status: "rejected", reason: { code: "rate-limited" } });
  expect(await own.matches("x", stored)).toBe(false);
});
