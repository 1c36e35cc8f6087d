import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { noise } from "../../../../fixtures/hostile/noise.ts";
import { unpacked } from "./unpack.ts";

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

const LARGE = noise(1_000_000);

test.each([
  ["small", Buffer.from("hello"), 1],
  ["small in one piece", Buffer.from("hello"), 1_000],
  ["large", LARGE, 4_096],
])("gives back what was packed: %s", async (_, bytes, size) => {
  expect(await read(unpacked(inPieces(bytes, size), 2_000_000))).toEqual(Buffer.from(bytes));
  expect(await read(unpacked(inPieces(gzipSync(bytes), size), 2_000_000))).toEqual(Buffer.from(bytes));
});

test("one byte, and the first half of the magic alone, are no gzip", async () => {
  expect(await read(unpacked(inPieces(Uint8Array.of(0x1f), 1), 10))).toEqual(Buffer.of(0x1f));
});

test.each([100, 500_000])("what unpacks to more than its limit ends there: %i bytes", async (limit) => {
  const bytes = LARGE.subarray(0, limit + 1);
  await expect(read(unpacked(inPieces(gzipSync(bytes), 4_096), limit))).rejects.toMatchObject({
    code: "body-too-large",
  });
  expect(await read(unpacked(inPieces(gzipSync(bytes), 4_096), limit + 1))).toHaveLength(limit + 1);
});

test.each([
  ["small", gzipSync("hello").subarray(0, 15)],
  ["large", gzipSync(LARGE).subarray(0, 600_000)],
  ["damaged", Buffer.concat([gzipSync(LARGE).subarray(0, 400_000), noise(300_000)])],
])("gzip that cannot be read is unreadable: %s", async (_, bytes) => {
  await expect(read(unpacked(inPieces(bytes, 4_096), 2_000_000))).rejects.toMatchObject({ code: "unreadable" });
});

test("what packs better than its limit allows ends there, beyond what is free", async () => {
  // Zeros pack a thousand times.
  const zeros = gzipSync(Buffer.alloc(40_000_000));
  const limit = (ratio: number, freeBytes: number) =>
    read(unpacked(inPieces(zeros, 1_024), 50_000_000, { ratio, freeBytes }));
  await expect(limit(200, 4_000_000)).rejects.toMatchObject({ code: "archive-too-large" });
  expect(await limit(200, 40_000_000)).toHaveLength(40_000_000);
  expect(await limit(1_100, 0)).toHaveLength(40_000_000);
});
