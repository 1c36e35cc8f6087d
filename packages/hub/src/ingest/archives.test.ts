/** Archives and what App Store Connect packs: what is in them, at any depth, and which build they say they are. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Build, SymbolsAnswer } from "@windfall/api";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { zipOf } from "../../../core/test/zip-writer.ts";
import { fixtureBytes, startTestHub, type TestHub } from "../../test/hub.ts";

let t: TestHub;
let dwarf: Uint8Array;
let other: Uint8Array;
beforeAll(async () => {
  t = await startTestHub();
  dwarf = await fixtureBytes("dsyms/harbor-ios-arm64-d4/Harbor.dSYM/Contents/Resources/DWARF/Harbor");
  other = await fixtureBytes("dsyms/harbor-ios-arm64-d5/Harbor.dSYM/Contents/Resources/DWARF/Harbor");
});
afterAll(() => t.remove());
afterEach(async () => expect(await readdir(join(t.folder, "blobs", "tmp"))).toEqual([]));

const send = async (body: Uint8Array) =>
  (await t.send("/ingest/symbols", body)) as unknown as { status: number; body: SymbolsAnswer };
const pair = ([key, value]: readonly [string, string]) => `<key>${key}</key><string>${value}</string>`;
const plist = (texts: Record<string, string>, rest = "") =>
  `<plist><dict>${Object.entries(texts).map(pair).join("")}${rest}</dict></plist>`;

const ARCHIVE = "Harbor 24.11.26.xcarchive";
const UUID = "4c4c44ce-5555-3144-a1af-caee1217c80a";

test("an archive makes its build known, with the images it is made of", async () => {
  const facts = plist({
    ApplicationPath: "Applications/Harbor.app",
    CFBundleIdentifier: "org.example.Harbor",
    CFBundleShortVersionString: "2.10",
    CFBundleVersion: "210",
  });
  const application = `<key>ApplicationProperties</key>${facts.replace(/<\/?plist>/g, "")}`;
  const zip = await zipOf([
    { path: `${ARCHIVE}/Info.plist`, bytes: plist({ Name: "Harbor" }, application) },
    {
      path: `${ARCHIVE}/Products/Applications/Harbor.app/Info.plist`,
      bytes: plist({ CFBundleDisplayName: "Harbour", DTPlatformName: "iphoneos" }),
    },
    { path: `${ARCHIVE}/dSYMs/Harbor.app.dSYM/Contents/Resources/DWARF/Harbor`, bytes: dwarf, method: "deflate" },
    { path: "elsewhere/Harbor.dSYM/Contents/Resources/DWARF/Harbor", bytes: other, method: "deflate" },
  ]);
  const { status, body } = await send(zip);
  expect(status).toBe(200);
  expect(body.slices).toHaveLength(2);
  expect(body.builds).toEqual([
    { appId: expect.any(String) as string, bundleId: "org.example.Harbor", version: "2.10", build: "210" },
  ]);
  const appId = body.builds?.[0]?.appId ?? "";
  const { builds } = await t.json<{ builds: Build[] }>(`/api/v1/apps/${appId}/builds`);
  expect(builds).toMatchObject([{ version: "2.10", build: "210", platform: "iOS", firstSeen: null }]);
  const matrix = await t.json<{ builds: { images: { uuid: string; state: string }[] }[] }>(
    `/api/v1/apps/${appId}/symbols`,
  );
  expect(matrix.builds[0]?.images).toMatchObject([{ uuid: UUID, state: "held" }]);
});

test("App Store Connect's download, packed once more, with litter and a broken zip in it", async () => {
  const inner = await zipOf([
    { path: "META-INF/com.apple.ZipMetadata.plist", bytes: "bplist00" },
    {
      path: `dSYMs/${UUID.toUpperCase()}.dSYM/Contents/Info.plist`,
      bytes: plist({ CFBundleIdentifier: "com.apple.xcode.dsym.x" }),
    },
    {
      path: `dSYMs/${UUID.toUpperCase()}.dSYM/Contents/Resources/${UUID}.plist`,
      bytes: plist({ DBGOriginalUUID: UUID }),
    },
    { path: `dSYMs/${UUID.toUpperCase()}.dSYM/Contents/Resources/DWARF/Harbor`, bytes: dwarf, method: "deflate" },
  ]);
  const { status, body } = await send(
    await zipOf([
      { path: "appDsyms.zip", bytes: inner, method: "deflate" },
      { path: "broken.zip", bytes: inner.subarray(0, 200) },
    ]),
  );
  expect([status, body.slices.map(({ uuid }) => uuid)]).toEqual([200, [UUID]]);
  expect(body.skipped).toMatchObject([{ path: "broken.zip" }]);
  expect(body.builds).toBeUndefined();
});

test.each([
  ["without a version", plist({ CFBundleIdentifier: "org.example.Harbor" })],
  ["that is damaged", "bplist00 and no more"],
])("an archive %s is no build, and its dSYMs are taken", async (_, info) => {
  const { status, body } = await send(
    await zipOf([
      { path: "A.xcarchive/Info.plist", bytes: info },
      { path: "A.xcarchive/dSYMs/Harbor.dSYM/Contents/Resources/DWARF/Harbor", bytes: dwarf },
    ]),
  );
  expect([status, body.slices.length, body.builds]).toEqual([200, 1, undefined]);
});
