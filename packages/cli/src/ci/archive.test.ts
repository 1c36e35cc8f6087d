/** Archives, apps and folders of dSYMs, built here from the repo's own debug files. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { factsAt, imagesIn, MAX_BUILD_IMAGES } from "./archive.ts";

const FIXTURES = fileURLToPath(new URL("../../../../fixtures/dsyms/", import.meta.url));
const HARBOR = join(FIXTURES, "harbor-ios-arm64-d4/Harbor.dSYM");
const HARBOR_IMAGE = { uuid: "4c4c44ce-5555-3144-a1af-caee1217c80a", arch: "arm64", name: "Harbor" };

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "windfall-archive-"));
  return () => rmSync(folder, { recursive: true });
});

function put(path: string, source: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  copyFileSync(source, join(folder, path));
}

function plist(path: string, texts: Record<string, string>, extra = ""): void {
  const pairs = Object.entries(texts).map(([key, value]) => `<key>${key}</key><string>${value}</string>`);
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), `<plist><dict>${pairs.join("")}${extra}</dict></plist>`);
}

const properties = (texts: Record<string, string>): string =>
  `<key>ApplicationProperties</key><dict>${Object.entries(texts)
    .map(([key, value]) => `<key>${key}</key><string>${value}</string>`)
    .join("")}</dict>`;

const DWARF = "Contents/Resources/DWARF/Harbor";
const problems: string[] = [];
const images = (path: string) => imagesIn(join(folder, path), ({ path }) => void problems.push(path));

test("an archive says what was uploaded; its app adds the platform and the name", async () => {
  plist(
    "A.xcarchive/Info.plist",
    { Name: "Harbor" },
    properties({
      ApplicationPath: "Applications/Harbor.app",
      CFBundleIdentifier: "org.example.Harbor",
      CFBundleShortVersionString: "2.10",
      CFBundleVersion: "210",
    }),
  );
  plist("A.xcarchive/Products/Applications/Harbor.app/Info.plist", {
    CFBundleIdentifier: "org.example.Harbor",
    CFBundleDisplayName: "Harbour",
    CFBundleVersion: "1",
    DTPlatformName: "iphoneos",
  });
  put(`A.xcarchive/dSYMs/Harbor.app.dSYM/${DWARF}`, join(HARBOR, DWARF));
  // The app's own binary has the UUID of its dSYM; Apple's libraries have dSYMs nowhere.
  put("A.xcarchive/Products/Applications/Harbor.app/Harbor", join(HARBOR, DWARF));
  const other = join(FIXTURES, "harbor-ios-arm64-d5/Harbor.dSYM", DWARF);
  put("A.xcarchive/Products/Applications/Harbor.app/Frameworks/libswiftCore.dylib", other);
  put("A.xcarchive/SwiftSupport/iphoneos/Core", other);
  expect(await factsAt(join(folder, "A.xcarchive"))).toEqual({
    bundleId: "org.example.Harbor",
    version: "2.10",
    build: "210",
    platform: "iOS",
    name: "Harbour",
  });
  expect(await images("A.xcarchive")).toEqual([HARBOR_IMAGE]);
});

test("a Mac app keeps its Info.plist in Contents", async () => {
  plist("Harbor.app/Contents/Info.plist", { CFBundleIdentifier: "org.example.Harbor", DTPlatformName: "macosx" });
  expect(await factsAt(join(folder, "Harbor.app"))).toEqual({ bundleId: "org.example.Harbor", platform: "macOS" });
});

test("a dSYM gives its images and no bundle id that is not the app's", async () => {
  put(`Harbor.dSYM/${DWARF}`, join(HARBOR, DWARF));
  put("Harbor.dSYM/Contents/Info.plist", join(HARBOR, "Contents/Info.plist"));
  expect(await factsAt(join(folder, "Harbor.dSYM"))).toEqual({});
  expect(await images("Harbor.dSYM")).toEqual([HARBOR_IMAGE]);
});

test("a damaged Info.plist is an error, not a build without a name", async () => {
  mkdirSync(join(folder, "B.app"));
  writeFileSync(join(folder, "B.app/Info.plist"), "bplist00 and no more");
  await expect(factsAt(join(folder, "B.app"))).rejects.toMatchObject({ name: "FormatError" });
});

test("as many images as allowed are told, one more is refused", async () => {
  mkdirSync(join(folder, "many"));
  for (let i = 0; i < MAX_BUILD_IMAGES; i++) writeFileSync(join(folder, `many/${i}`), machO(i + 1));
  expect(await images("many")).toHaveLength(MAX_BUILD_IMAGES);
  writeFileSync(join(folder, "many/one-more"), machO(MAX_BUILD_IMAGES + 1));
  await expect(images("many")).rejects.toThrow(`more than ${MAX_BUILD_IMAGES} images`);
});

/** The least that has a UUID: a 64-bit header for arm64 and one LC_UUID. */
function machO(uuid: number): Uint8Array {
  const bytes = Buffer.alloc(56);
  for (const [i, word] of [0xfeedfacf, 0x0100000c, 0, 10, 1, 24, 0, 0, 0x1b, 24].entries())
    bytes.writeUInt32LE(word, i * 4);
  bytes.writeUInt32LE(uuid, 40);
  return bytes;
}
