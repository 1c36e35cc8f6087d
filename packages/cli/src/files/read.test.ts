import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FormatError } from "@windfall/core";
import { headOf, lazyFile } from "./file-source.ts";
import { collectBytes, readBytes } from "./read.ts";

let folder = "";
let path = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "windfall-read-"));
  path = join(folder, "ten bytes");
  writeFileSync(path, "0123456789");
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a file as large as the limit is read, one byte more is refused before it is read", async () => {
  expect(await readBytes(path, 10)).toHaveLength(10);
  await expect(readBytes(path, 9)).rejects.toMatchObject({ code: "too-large", exit: 3 });
});

test("a stream is cut off at the limit, not read to its end", async () => {
  let pulled = 0;
  async function* endless() {
    for (;;) {
      pulled++;
      yield new Uint8Array(1000);
    }
  }
  await expect(collectBytes(endless(), "-", 5000)).rejects.toMatchObject({ code: "too-large" });
  expect(pulled).toBe(6);
});

test("a lazy file opens again after it was closed, and knows where it ends", async () => {
  const file = lazyFile(path);
  expect(new TextDecoder().decode(await file.read(3, 4))).toBe("3456");
  file.close();
  file.close();
  expect(new TextDecoder().decode(await file.read(8, 2))).toBe("89");
  await expect(file.read(8, 3)).rejects.toBeInstanceOf(FormatError);
  writeFileSync(path, "012");
  await expect(file.read(2, 5)).rejects.toMatchObject({ code: "truncated", offset: 2 });
  file.close();
});

test("the head of what cannot be opened is empty", () => {
  expect(headOf(join(folder, "nowhere"), 8)).toHaveLength(0);
  expect(headOf(folder, 8)).toHaveLength(0);
  expect(headOf(path, 2)).toHaveLength(2);
});
