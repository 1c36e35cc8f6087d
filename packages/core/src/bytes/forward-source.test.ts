import { expect, test } from "vitest";
import { noise } from "../../../../fixtures/hostile/noise.ts";
import { forwardSource } from "./forward-source.ts";

const PIECE = 10_000;
const bytes = noise(500_000);

function counted(size = bytes.length) {
  const pulled = { bytes: 0, streams: 0 };
  const stream = () => {
    pulled.streams++;
    let at = 0;
    return new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const piece = bytes.subarray(at, at + PIECE);
          at += piece.length;
          pulled.bytes += piece.length;
          if (piece.length > 0) controller.enqueue(piece);
          else controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  };
  return { pulled, source: forwardSource({ size, path: "App", stream }) };
}

test("unpacks no further than it is read, and only once", async () => {
  const { pulled, source } = counted();
  expect(await source.read(100, 200)).toEqual(bytes.subarray(100, 300));
  expect(pulled).toEqual({ bytes: PIECE, streams: 1 });
  expect(await source.read(0, 1000)).toEqual(bytes.subarray(0, 1000));
  expect(pulled.bytes).toBe(PIECE);
  expect(await source.read(250_000, 10)).toEqual(bytes.subarray(250_000, 250_010));
  expect(pulled).toEqual({ bytes: 26 * PIECE, streams: 1 });
});

test("reads at the same time each get their own bytes", async () => {
  const { source } = counted();
  const offsets = [400_000, 5, 123_456, 399_999, 60_000];
  const parts = await Promise.all(offsets.map((offset) => source.read(offset, 100)));
  expect(parts).toEqual(offsets.map((offset) => bytes.subarray(offset, offset + 100)));
});

test("a read past the end, and an entry that ends early, are truncated", async () => {
  await expect(counted().source.read(bytes.length - 1, 2)).rejects.toMatchObject({ code: "truncated" });
  await expect(counted(bytes.length + 1).source.read(bytes.length, 1)).rejects.toMatchObject({ code: "truncated" });
});
