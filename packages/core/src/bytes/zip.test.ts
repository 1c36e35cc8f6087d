import { expect, test } from "vitest";
import { type EntryToZip, type ZipOptions, zipOf } from "../../test/zip-writer.ts";
import { type ByteSource, bytesSource } from "./byte-source.ts";
import { openZip, readZipEntry } from "./zip.ts";
import { crc32 } from "./zip-crc.ts";
import {
  MAX_ZIP_DIRECTORY_BYTES,
  MAX_ZIP_ENTRIES,
  MAX_ZIP_RATIO,
  MAX_ZIP_TOTAL_BYTES,
  ZIP_RATIO_FREE_BYTES,
} from "./zip-limits.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const open = async (entries: readonly EntryToZip[], options?: ZipOptions) =>
  openZip(bytesSource(await zipOf(entries, options)));

async function contents(entries: readonly EntryToZip[], options?: ZipOptions): Promise<Record<string, string>> {
  const zip = await open(entries, options);
  const found: Record<string, string> = {};
  for (const entry of zip.entries) found[entry.path] = text(await readZipEntry(zip, entry));
  return found;
}

function noise(length: number): Uint8Array {
  let state = 12345;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
}

test("knows the checksum of the standard's example", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  const bytes = noise(1000);
  expect(crc32(bytes.subarray(300), crc32(bytes.subarray(0, 300)))).toBe(crc32(bytes));
});

test.each<[string, readonly EntryToZip[], ZipOptions]>([
  ["stored", [{ path: "a b/c.txt", bytes: "tea" }], {}],
  ["deflated", [{ path: "a b/c.txt", bytes: "tea", method: "deflate" }], {}],
  ["with data descriptors", [{ path: "a b/c.txt", bytes: "tea", method: "deflate", descriptor: true }], {}],
  ["with zip64 sizes", [{ path: "a b/c.txt", bytes: "tea", method: "deflate", zip64: true }], {}],
  ["with a zip64 end", [{ path: "a b/c.txt", bytes: "tea" }], { zip64End: true }],
  ["behind other bytes", [{ path: "a b/c.txt", bytes: "tea" }], { prefix: noise(5000) }],
  ["behind other bytes, zip64", [{ path: "a b/c.txt", bytes: "tea" }], { prefix: noise(5000), zip64End: true }],
  ["with a comment", [{ path: "a b/c.txt", bytes: "tea" }], { comment: "PK\x05\x06".repeat(20) }],
  ["with a longer local header", [{ path: "a b/c.txt", bytes: "tea", localExtra: noise(77) }], {}],
])("reads an entry %s", async (_, entries, options) => {
  expect(await contents(entries, options)).toEqual({ "a b/c.txt": "tea" });
});

test("reads names in UTF-8 without the flag, empty entries and large ones in pieces", async () => {
  const large = noise(700_001);
  const zip = await open([
    { path: "Größe/空.txt", bytes: "" },
    { path: "stored", bytes: large },
    { path: "deflated", bytes: large, method: "deflate" },
    { path: "nothing", method: "deflate" },
  ]);
  expect(zip.entries.map(({ path, size }) => [path, size])).toEqual([
    ["Größe/空.txt", 0],
    ["stored", 700_001],
    ["deflated", 700_001],
    ["nothing", 0],
  ]);
  for (const entry of zip.entries) {
    const bytes = await readZipEntry(zip, entry);
    expect([entry.path, crc32(bytes)]).toEqual([entry.path, crc32(entry.size === 0 ? new Uint8Array() : large)]);
  }
});

test("leaves out folders, links and what packers strew", async () => {
  const found = await contents([
    { path: "App.dSYM/" },
    { path: "App.dSYM/Contents/Info.plist", bytes: "x" },
    { path: "__MACOSX/App.dSYM/._Info.plist", bytes: "x" },
    { path: "App.dSYM/._Info.plist", bytes: "x" },
    { path: "META-INF/MANIFEST.MF", bytes: "x" },
    { path: "link", bytes: "/etc/passwd", mode: 0o120777 },
    { path: "pipe", mode: 0o010644 },
    { path: "plain", bytes: "y", mode: 0o100644 },
  ]);
  expect(found).toEqual({ "App.dSYM/Contents/Info.plist": "x", plain: "y" });
});

test.each([
  "../evil",
  "a/../../evil",
  "a/..",
  "/etc/passwd",
  "a\\b",
  "..\\evil",
  "C:/evil",
  "c:evil",
  "a\0b",
  "",
  "__MACOSX/../../evil",
])("refuses the whole archive for the name %j", async (path) => {
  await expect(
    open([
      { path: "fine", bytes: "x" },
      { path, bytes: "x" },
    ]),
  ).rejects.toMatchObject({ code: "unsafe-path" });
});

test("two dots inside a name are harmless", async () => {
  expect(await contents([{ path: "a..b/...c", bytes: "x" }])).toEqual({ "a..b/...c": "x" });
});

test("tells what is encrypted or packed in another way and reads the rest", async () => {
  const zip = await open([
    { path: "secret", bytes: "x", flags: 1 },
    { path: "lzma", bytes: "x", methodCode: 14 },
    { path: "plain", bytes: "x" },
  ]);
  expect(zip.entries.map(({ path }) => path)).toEqual(["plain"]);
  expect(zip.problems).toEqual([
    { code: "missing-part", message: "secret is encrypted", where: "zip:secret" },
    { code: "missing-part", message: "lzma is packed by method 14", where: "zip:lzma" },
  ]);
});

test("refuses more entries than the limit before reading them", async () => {
  const atLimit = await zipOf([{ path: "a" }], { zip64End: true, count: MAX_ZIP_ENTRIES });
  await expect(openZip(bytesSource(atLimit))).rejects.toMatchObject({ code: "truncated" });
  const above = await zipOf([{ path: "a" }], { zip64End: true, count: MAX_ZIP_ENTRIES + 1 });
  await expect(openZip(bytesSource(above))).rejects.toMatchObject({ code: "too-large" });
});

test("refuses a larger directory than the limit before reading it", async () => {
  const atLimit = await zipOf([{ path: "a" }], { directorySize: MAX_ZIP_DIRECTORY_BYTES });
  await expect(openZip(bytesSource(atLimit))).rejects.toMatchObject({ code: "truncated" });
  const above = await zipOf([{ path: "a" }], { directorySize: MAX_ZIP_DIRECTORY_BYTES + 1 });
  await expect(openZip(bytesSource(above))).rejects.toMatchObject({ code: "too-large" });
});

test("refuses more unpacked bytes than the limit in all", async () => {
  const half = MAX_ZIP_TOTAL_BYTES / 2;
  const entry = (size: number): EntryToZip => ({
    path: `f${size}`,
    bytes: "x",
    method: "deflate",
    zip64: true,
    size,
    packedSize: half,
  });
  await expect(open([entry(half), entry(half - 1)])).resolves.toMatchObject({ problems: [] });
  await expect(open([entry(half), entry(half + 1)])).rejects.toMatchObject({ code: "too-large" });
});

test("refuses an entry that promises to unpack beyond the ratio", async () => {
  const packedSize = 100_000;
  const entry = (size: number): EntryToZip => ({ path: "f", bytes: "x", method: "deflate", size, packedSize });
  await expect(open([entry(packedSize * MAX_ZIP_RATIO)])).resolves.toMatchObject({ problems: [] });
  await expect(open([entry(packedSize * MAX_ZIP_RATIO + 1)])).rejects.toMatchObject({ code: "too-large" });
});

test("a real bomb is refused by what it promises", async () => {
  const zeros = new Uint8Array(ZIP_RATIO_FREE_BYTES + 1);
  await expect(open([{ path: "bomb", bytes: zeros, method: "deflate" }])).rejects.toMatchObject({ code: "too-large" });
});

test("an entry that unpacks to more than it says is cut off while it unpacks", async () => {
  const zeros = new Uint8Array(20_000_000);
  const zip = await open([{ path: "liar", bytes: zeros, method: "deflate", size: 1000 }]);
  const [entry] = zip.entries;
  if (entry === undefined) throw new Error("no entry");
  let received = 0;
  const reader = zip.open(entry).getReader();
  const drain = async () => {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) received += chunk.value.length;
  };
  await expect(drain()).rejects.toMatchObject({ code: "too-large" });
  expect(received).toBeLessThanOrEqual(1000);
});

test.each<[string, EntryToZip]>([
  ["fewer bytes than promised", { path: "f", bytes: "tea", method: "deflate", size: 4 }],
  ["a wrong checksum", { path: "f", bytes: "tea", method: "deflate", crc32: 1 }],
  ["a wrong checksum, stored", { path: "f", bytes: "tea", crc32: 1 }],
  ["noise in place of deflate", { path: "f", bytes: noise(500), methodCode: 8, size: 600 }],
])("an entry with %s is damaged", async (_, entry) => {
  const zip = await open([entry]);
  const [first] = zip.entries;
  if (first === undefined) throw new Error("no entry");
  await expect(readZipEntry(zip, first)).rejects.toMatchObject({ name: "FormatError", code: "damaged" });
});

test.each<[string, (zip: Uint8Array) => Uint8Array, string]>([
  ["no zip", () => noise(4000), "not-a-zip"],
  ["an empty file", () => new Uint8Array(), "not-a-zip"],
  ["a zip without its end", (zip) => zip.subarray(0, -1), "truncated"],
  ["a zip without its beginning", (zip) => zip.subarray(20), "truncated"],
])("%s is told apart", async (_, change, code) => {
  const zip = await zipOf([{ path: "f", bytes: "tea" }]);
  await expect(openZip(bytesSource(change(zip)))).rejects.toMatchObject({ name: "FormatError", code });
});

test("flipped bytes never give anything but the truth or a FormatError", async () => {
  const bytes = await zipOf([
    { path: "a/one", bytes: "one ".repeat(50), method: "deflate" },
    { path: "two", bytes: "two", zip64: true },
  ]);
  const wrong: string[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    try {
      const zip = await openZip(bytesSource(changed));
      for (const entry of zip.entries) {
        const content = text(await readZipEntry(zip, entry));
        if (content !== "two" && content !== "one ".repeat(50)) wrong.push(`${at}: ${content}`);
      }
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "FormatError") wrong.push(`${at}: ${String(error)}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("reads only the directory until an entry is opened, and stops when its reader does", async () => {
  const bytes = await zipOf([{ path: "large", bytes: noise(3_000_000), method: "deflate" }]);
  let read = 0;
  const counting: ByteSource = {
    size: bytes.length,
    read: async (offset, length) => {
      read += length;
      return bytes.subarray(offset, offset + length);
    },
  };
  const zip = await openZip(counting);
  expect(read).toBeLessThan(70_000);
  const [entry] = zip.entries;
  if (entry === undefined) throw new Error("no entry");
  const reader = zip.open(entry).getReader();
  await reader.read();
  await reader.cancel();
  expect(read).toBeLessThan(500_000);
});

test("a stored entry can be read in place", async () => {
  const zip = await open([
    { path: "first", bytes: "x", localExtra: noise(9) },
    { path: "second", bytes: "hello", localExtra: noise(30) },
  ]);
  const entry = zip.entries[1];
  if (entry === undefined) throw new Error("no entry");
  const source = await zip.storedSource(entry);
  expect(source.size).toBe(5);
  expect(text(await source.read(1, 3))).toBe("ell");
});
