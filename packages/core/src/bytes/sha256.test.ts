import { expect, test } from "vitest";
import { sha256, sha256Hex } from "./sha256.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

// FIPS 180-4 examples and the NIST CAVP "SHA256ShortMsg" file.
test.each([
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
  [
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
    "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
  ],
  ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
])("hashes NIST's text %#", (text, hash) => {
  expect(sha256Hex(text)).toBe(hash);
});

test.each([
  ["d3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"],
  ["11af", "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"],
  ["b4190e", "dff2e73091f6c05e528896c4c831b9448653dc2ff043528f6769437bc7b975c2"],
])("hashes the bytes %s", (hex, hash) => {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  expect(sha256Hex(bytes)).toBe(hash);
});

test("agrees with the platform at every length around one and two blocks", async () => {
  const wrong: number[] = [];
  for (let length = 0; length <= 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 0xff);
    const expected = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    if (sha256(bytes).some((byte, i) => byte !== expected[i])) wrong.push(length);
  }
  expect(wrong).toEqual([]);
});

test("hashes a window of a larger buffer", () => {
  const buffer = ascii("xxabcyy");
  expect(sha256Hex(buffer.subarray(2, 5))).toBe(sha256Hex("abc"));
});
