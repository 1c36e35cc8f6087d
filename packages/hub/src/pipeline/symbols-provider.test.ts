/** Debug files stay open while they are asked again and again, but not any number of them. */
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Image, parseUuid, type Uuid } from "@windfall/core";
import { expect, test } from "vitest";
import { buildMachO, UUID_BYTES } from "../../../core/test/mach-o-builder.ts";
import { temporaryFolder } from "../../test/events.ts";
import { type BlobId, blobPath } from "../stores/blobs/blob-store.ts";
import type { HeldSymbols } from "./jobs.ts";
import { createHeldSymbolsProvider, MAX_OPEN_FILES } from "./symbols-provider.ts";

function setUp(files: number) {
  const folder = temporaryFolder();
  const held = Array.from({ length: files }, (_, i): HeldSymbols & { readonly uuid: Uuid } => {
    const uuid = UUID_BYTES.with(0, i + 1);
    const bytes = buildMachO({ uuid, sections: [{ segment: "__TEXT", name: "__text", size: 64 }] });
    const blob = createHash("sha256").update(bytes).digest("hex") as BlobId;
    const path = blobPath(folder, blob);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    const parsed = parseUuid(Buffer.from(uuid).toString("hex"));
    if (parsed === undefined) throw new Error("no UUID");
    return { uuid: parsed, arch: "arm64", name: `Image${i}`, blob };
  });
  const provider = createHeldSymbolsProvider({
    blobFolder: folder,
    symcacheFolder: join(folder, "none"),
    ask: async ({ uuid }) => held.filter((file) => file.uuid === uuid),
    unpacked: () => undefined,
  });
  const find = async (i: number) => {
    const image: Image = { name: `Image${i}`, uuid: held[i]?.uuid ?? ("" as Uuid), arch: "arm64", base: 0n, size: 64 };
    return (await provider.find(image)).status;
  };
  /** From now on only what is open can be read. */
  const takeAway = () => held.forEach(({ blob }) => rmSync(blobPath(folder, blob), { force: true }));
  return { find, takeAway };
}

test("as many as may be are open at once", async () => {
  const { find, takeAway } = setUp(MAX_OPEN_FILES);
  for (let i = 0; i < MAX_OPEN_FILES; i++) expect(await find(i)).toBe("found");
  takeAway();
  for (let i = 0; i < MAX_OPEN_FILES; i++) expect(await find(i)).toBe("found");
});

test("for one more the one that was not asked for longest is closed", async () => {
  const { find, takeAway } = setUp(MAX_OPEN_FILES + 1);
  for (let i = 0; i < MAX_OPEN_FILES; i++) await find(i);
  // The first is asked again: the second is the one to go.
  await find(0);
  await find(MAX_OPEN_FILES);
  takeAway();
  expect(await find(0)).toBe("found");
  expect(await find(MAX_OPEN_FILES)).toBe("found");
  await expect(find(1)).rejects.toMatchObject({ code: "ENOENT" });
});
