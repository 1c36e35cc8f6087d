import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { blobPath, type BlobStore, openBlobFolder } from "./blob-store.ts";

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "windfall-blobs-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function open(folder: string): Promise<BlobStore> {
  const store = await openBlobFolder(folder);
  onTestFinished(() => store.close());
  return store;
}

const filesIn = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;

const bytes = (text: string) => new TextEncoder().encode(text);

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytes(text);
}

test("bytes are found by their SHA-256, after a restart too", async () => {
  const folder = await temporary();
  const id = await (await open(folder)).put(bytes("hello"));
  expect(id).toBe(createHash("sha256").update("hello").digest("hex"));
  expect(blobPath(folder, id)).toBe(join(folder, id.slice(0, 2), id));
  expect(Buffer.from(await (await open(folder)).read(id)).toString()).toBe("hello");
});

test("the same bytes, put by many at once and again later, are one file", async () => {
  const folder = await temporary();
  const store = await open(folder);
  const ids = await Promise.all(Array.from({ length: 20 }, () => store.put(bytes("hello"))));
  ids.push(await store.put(bytes("hello")));
  expect(new Set(ids).size).toBe(1);
  expect(await filesIn(folder)).toBe(1);
});

test.each([
  ["in memory", 1_000],
  ["through a file", 4],
])("a stream is kept or discarded whole, %s", async (_, memoryBytes) => {
  const folder = await temporary();
  const store = await open(folder);
  const receive = () => store.receive(pieces("one ", "two ", "three"), { maxBytes: 13, memoryBytes });
  const dropped = await receive();
  expect(dropped.sizeBytes).toBe(13);
  await dropped.discard();
  expect(await filesIn(folder)).toBe(0);

  const kept = await receive();
  const id = await store.keep(kept);
  await kept.discard();
  expect(Buffer.from(await store.read(id)).toString()).toBe("one two three");
  expect(await filesIn(folder)).toBe(1);
});

test.each([1_000, 4])("one byte beyond the limit leaves nothing behind (%i bytes in memory)", async (memoryBytes) => {
  const folder = await temporary();
  const store = await open(folder);
  const limits = { maxBytes: 12, memoryBytes };
  await expect(store.receive(pieces("one ", "two ", "three"), limits)).rejects.toMatchObject({
    code: "body-too-large",
  });
  expect(await filesIn(folder)).toBe(0);
});

test("a sender that hangs up leaves nothing behind", async () => {
  const folder = await temporary();
  const store = await open(folder);
  async function* hangingUp(): AsyncGenerator<Uint8Array> {
    yield bytes("a beginning");
    throw new Error("hung up");
  }
  await expect(store.receive(hangingUp(), { maxBytes: 100, memoryBytes: 2 })).rejects.toThrow("hung up");
  expect(await filesIn(folder)).toBe(0);
});

test("what a killed hub left half-written is gone after the next start", async () => {
  const folder = await temporary();
  await mkdir(join(folder, "tmp"));
  await writeFile(join(folder, "tmp", "17"), "half");
  await open(folder);
  expect(await filesIn(folder)).toBe(0);
});
