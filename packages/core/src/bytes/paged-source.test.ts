import { expect, test } from "vitest";
import { sparseSource } from "../../test/byte-builder.ts";
import { bytesSource, type ByteSource } from "./byte-source.ts";
import { MAX_RESIDENT_PAGES, MAX_STRING_BYTES, PAGE_SIZE, PagedSource, readString } from "./paged-source.ts";

function counted(source: ByteSource): { readonly source: ByteSource; readonly reads: () => number } {
  let reads = 0;
  return {
    source: { size: source.size, read: (offset, length) => (reads++, source.read(offset, length)) },
    reads: () => reads,
  };
}

const pattern = Uint8Array.from({ length: 3 * PAGE_SIZE + 100 }, (_, i) => (i * 31) & 0xff);

test.each([
  ["inside a page", 10, 20],
  ["across two pages", PAGE_SIZE - 5, 10],
  ["across three pages", PAGE_SIZE - 5, PAGE_SIZE + 10],
  ["the end", pattern.length - 3, 3],
  ["nothing at the end", pattern.length, 0],
  ["everything", 0, pattern.length],
])("reads %s, and once more without reading", async (_, offset, length) => {
  const { source, reads } = counted(bytesSource(pattern));
  const paged = new PagedSource(source);
  expect(await paged.read(offset, length)).toEqual(pattern.subarray(offset, offset + length));
  const before = reads();
  expect(await paged.read(offset, length)).toEqual(pattern.subarray(offset, offset + length));
  if (length < PAGE_SIZE && offset < pattern.length) expect(reads()).toBe(before);
});

test.each([
  ["forwards", 1, 80],
  ["in leaps", 37, 200],
  ["backwards", 199, 200],
])("a source larger than what is read whole is read once, %s, in bites", async (_, step, most) => {
  const pages = 200;
  let bytes = 0;
  let reads = 0;
  const paged = new PagedSource(
    sparseSource(pages * PAGE_SIZE, (read) => {
      bytes += read.length;
      reads++;
    }),
  );
  for (let i = 0; i < pages; i++) await paged.read(((i * step) % pages) * PAGE_SIZE, 10);
  expect(bytes).toBe(pages * PAGE_SIZE);
  expect(reads).toBeLessThanOrEqual(most);
});

test("a read past the end is refused like any other source's", async () => {
  await expect(new PagedSource(bytesSource(pattern)).read(pattern.length - 1, 2)).rejects.toMatchObject({
    code: "truncated",
  });
});

test("the page after the last one that may stay pushes the oldest out", async () => {
  const paged = new PagedSource(sparseSource((MAX_RESIDENT_PAGES + 300) * PAGE_SIZE));
  for (let page = 0; page < MAX_RESIDENT_PAGES; page++) await paged.read(page * PAGE_SIZE, 1);
  for (let page = 0; page < 300; page++) await paged.read((MAX_RESIDENT_PAGES + page) * PAGE_SIZE, 1);
  expect(paged.resident(0, 1)).toBeUndefined();
  expect(paged.resident((MAX_RESIDENT_PAGES + 299) * PAGE_SIZE, 1)).toBeDefined();
});

test.each([
  ["in one page", 5, "short"],
  ["across a page", PAGE_SIZE - 2, "crossing"],
  ["longer than two pages", 7, "x".repeat(40_000)],
  ["in UTF-8", 3, "Größe🙂"],
])("reads a string %s", async (_, offset, text) => {
  const bytes = new Uint8Array(4 * PAGE_SIZE).fill(1);
  bytes.set([...new TextEncoder().encode(text), 0], offset);
  expect(await readString(new PagedSource(bytesSource(bytes)), offset)).toBe(text);
});

test("a string without an end is what is left of the table, up to the limit", async () => {
  const left = new PagedSource(bytesSource(new Uint8Array(100).fill(0x61)));
  expect(await readString(left, 90)).toBe("aaaaaaaaaa");
  const endless = new PagedSource(sparseSource(3 * MAX_STRING_BYTES, (bytes) => bytes.fill(0x61)));
  expect((await readString(endless, 0)).length).toBeLessThanOrEqual(MAX_STRING_BYTES);
});
