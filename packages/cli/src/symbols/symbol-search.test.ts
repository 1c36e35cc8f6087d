/** Where symbols are looked for, in a home folder laid out like a Mac's; and how much of a large folder is read. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Image, ImageOffset, SymbolLookup, Uuid } from "@windfall/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fatOf } from "../../../../fixtures/hostile/fat.ts";
import { withStrangeUuid } from "../../../../fixtures/hostile/symbols.ts";
import { zipOf } from "../../../core/test/zip-writer.ts";
import { fixtures } from "../../test/bundle.ts";
import { indexedFilesIn } from "./indexed-files.ts";
import { spotlightQuery } from "./spotlight.ts";
import { cacheFolder, openSymbolIndex } from "./symbol-index.ts";
import { type SearchOptions, symbolSearch } from "./symbol-search.ts";

const dwarf = (dsym: string, name = "Harbor"): Uint8Array =>
  readFileSync(join(fixtures, `dsyms/${dsym}/${name}.dSYM/Contents/Resources/DWARF/${name}`));
const ARM64 = dwarf("harbor-ios-arm64-d4");
const ARM64E = dwarf("harbor-ios-arm64e-d5");
const UUIDS = new Map(
  (
    JSON.parse(readFileSync(join(fixtures, "index.json"), "utf8")) as {
      dsyms: { name: string; files: { uuid: string }[] }[];
    }
  ).dsyms.map(({ name, files }) => [
    name,
    (files[0]?.uuid ?? "").toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") as Uuid,
  ]),
);
const uuidOf = (dsym: string): Uuid => UUIDS.get(dsym) ?? ("" as Uuid);
const UUID = uuidOf("harbor-ios-arm64-d4");
const IN_DSYM = "Harbor.dSYM/Contents/Resources/DWARF/Harbor";
const FRAMEWORK = "/System/Library/PrivateFrameworks/Pier.framework/Pier";

let home: string;
let said: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "windfall-home-"));
  said = "";
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function put(path: string, bytes: Uint8Array | string): string {
  const at = join(home, path);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, bytes);
  return at;
}

const image = (uuid: Uuid | undefined, path?: string, arch = "arm64"): Image => ({
  name: path?.slice(path.lastIndexOf("/") + 1) ?? "Harbor",
  ...(path !== undefined && { path }),
  ...(uuid !== undefined && { uuid }),
  arch,
  base: 0n,
  size: 0,
});

interface Asking extends SearchOptions {
  readonly given?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly report?: string;
  readonly spotlight?: (query: string) => Promise<string | undefined>;
}

async function ask(wanted: Image, { given = [], env = {}, report = "-", spotlight, ...options }: Asking = {}) {
  const search = symbolSearch(
    given,
    { env: { HOME: home, ...env }, err: (text) => void (said += text), ...(spotlight && { spotlight }) },
    options,
  );
  try {
    const lookup = await search.for(report).find(wanted);
    const answers = lookup.status === "found" ? await lookup.slice.resolve([0x4000 as ImageOffset]) : [];
    return { lookup, answers };
  } finally {
    search.close();
  }
}

const where = (lookup: SymbolLookup) =>
  lookup.status === "found" ? lookup.path?.slice(home.length + 1) : lookup.status;

describe("the order of places", () => {
  const PLACES = [
    ["archives", `Library/Developer/Xcode/Archives/2026-11-02/Harbor.xcarchive/dSYMs/${IN_DSYM}`],
    ["what was built", `Library/Developer/Xcode/DerivedData/Harbor-abc/Build/Products/Release-iphoneos/${IN_DSYM}`],
    [
      "an archive in the making",
      `Library/Developer/Xcode/DerivedData/Harbor-abc/Build/Intermediates.noindex/ArchiveIntermediates/Harbor/${IN_DSYM}`,
    ],
    ["downloads", `Downloads/dSYMs 2/${IN_DSYM}`],
  ] as const;

  test.each(PLACES)("%s are searched", async (_, path) => {
    put(path, ARM64);
    expect(where((await ask(image(UUID))).lookup)).toBe(path);
  });

  test("each comes after those before it", async () => {
    const [archives, built, making, downloads] = PLACES.map(([, path]) => path) as [string, string, string, string];
    put(downloads, ARM64);
    for (const path of [making, built, archives]) {
      put(path, ARM64);
      expect(where((await ask(image(UUID))).lookup)).toBe(path);
    }
    const report = put("reports/crash.ips", "{}");
    put(`reports/${IN_DSYM}`, ARM64);
    expect(where((await ask(image(UUID), { report })).lookup)).toBe(`reports/${IN_DSYM}`);
    put(`ambient/${IN_DSYM}`, ARM64);
    const env = { WINDFALL_SYMBOLS: `/nowhere/else:${join(home, "ambient")}` };
    expect(where((await ask(image(UUID), { report, env })).lookup)).toBe(`ambient/${IN_DSYM}`);
    put(`given/${IN_DSYM}`, ARM64);
    expect(where((await ask(image(UUID), { report, env, given: [join(home, "given")] })).lookup)).toBe(
      `given/${IN_DSYM}`,
    );
  });

  test("a zip of App Store Connect's in Downloads is looked into, a zip of photographs is not", async () => {
    const zip = await zipOf([{ path: IN_DSYM, bytes: ARM64, method: "deflate" }]);
    put("Downloads/Photos.zip", zip);
    expect((await ask(image(UUID))).lookup.status).toBe("missing");
    put("Downloads/appDsyms.zip", zip);
    // Both times: as it is read, and as the index knows it.
    for (let i = 0; i < 2; i++) {
      const { lookup, answers } = await ask(image(UUID));
      expect(where(lookup)).toBe(`Downloads/appDsyms.zip!/${IN_DSYM}`);
      expect(answers[0]?.at(-1)?.name).toBeTruthy();
    }
  });

  test("Xcode's settings may put archives and builds elsewhere", async () => {
    put(
      "Library/Preferences/com.apple.dt.Xcode.plist",
      `<plist><dict><key>IDECustomDistributionArchivesLocation</key><string>${home}/elsewhere</string></dict></plist>`,
    );
    const path = `elsewhere/Harbor.xcarchive/dSYMs/${IN_DSYM}`;
    put(path, ARM64);
    expect(where((await ask(image(UUID))).lookup)).toBe(path);
  });

  test("another build of the same name is told, and the right one is still found behind it", async () => {
    put("given/Harbor", withStrangeUuid(ARM64));
    const given = [join(home, "given")];
    expect((await ask(image(UUID), { given })).lookup.status).toBe("uuid-mismatch");
    put(PLACES[3][1], ARM64);
    expect(where((await ask(image(UUID), { given })).lookup)).toBe(PLACES[3][1]);
  });

  test("nothing is searched unasked where the switch says so, nor where the given paths have all", async () => {
    put(PLACES[0][1], ARM64);
    expect((await ask(image(UUID), { givenOnly: true })).lookup.status).toBe("missing");
    const asked: string[] = [];
    const spotlight = async (query: string) => void asked.push(query);
    put(`given/${IN_DSYM}`, ARM64);
    await ask(image(UUID), { given: [join(home, "given")], spotlight });
    await ask(image(uuidOf("harbor-ios-arm64-d5")), { givenOnly: true, spotlight });
    expect(asked).toEqual([]);
  });

  test.each<[string, Record<string, string>]>([
    ["without a home", { HOME: "" }],
    ["with a home that is not there", { HOME: "/nowhere/home" }],
    ["with a home that is a file", { HOME: "/dev/null" }],
  ])("%s nothing fails and nothing is made", async (_, env) => {
    expect((await ask(image(UUID), { env })).lookup.status).toBe("missing");
    expect(said).toBe("");
    expect(statSync("/nowhere/home", { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe("the system's own images in DeviceSupport", () => {
  const VERSION = "Library/Developer/Xcode/iOS DeviceSupport/17.5.1 (21F90) arm64e/Symbols";

  test.each([
    ["iOS", "17.5.1 (21F90)"],
    ["watchOS", "Watch6,1 10.5 (21T576)"],
    ["tvOS", "17.5 (21L569)"],
    ["visionOS", "1.2 (21O589)"],
  ])("%s: found under the path that the report prints", async (platform, version) => {
    const folder = `Library/Developer/Xcode/${platform} DeviceSupport`;
    put(`${folder}/16.0 (20A362)/Symbols${FRAMEWORK}`, withStrangeUuid(ARM64));
    put(`${folder}/${version}/Symbols${FRAMEWORK}`, ARM64);
    const { lookup, answers } = await ask(image(UUID, FRAMEWORK));
    expect(where(lookup)).toBe(`${folder}/${version}/Symbols${FRAMEWORK}`);
    expect(answers[0]?.at(-1)?.name).toBeTruthy();
  });

  test("the UUID chooses between arm64 and arm64e, and neither stands in for the other", async () => {
    put(`${VERSION}${FRAMEWORK}`, fatOf([ARM64, ARM64E]));
    for (const [dsym, arch] of [
      ["harbor-ios-arm64-d4", "arm64"],
      ["harbor-ios-arm64e-d5", "arm64e"],
    ] as const) {
      const { lookup } = await ask(image(uuidOf(dsym), FRAMEWORK, arch));
      expect([lookup.status, lookup.status === "found" && lookup.slice.arch]).toEqual(["found", arch]);
    }
    put(`${VERSION}${FRAMEWORK}`, ARM64);
    expect((await ask(image(uuidOf("harbor-ios-arm64e-d5"), FRAMEWORK, "arm64e"))).lookup.status).toBe("missing");
  });

  test("what the system keeps in its cryptex lies under the plain path", async () => {
    put(`${VERSION}/usr/lib/libpier.dylib`, ARM64);
    for (const prefix of ["/private/preboot/Cryptexes/OS", "/System/Volumes/Preboot/Cryptexes/OS"]) {
      expect((await ask(image(UUID, `${prefix}/usr/lib/libpier.dylib`))).lookup.status).toBe("found");
    }
  });

  test("a path of a report does not lead out of the folder", async () => {
    put("secret/Pier", ARM64);
    put(`${VERSION}${FRAMEWORK}`, withStrangeUuid(ARM64));
    for (const path of [
      "/../../../../../../secret/Pier",
      `${FRAMEWORK}/../../../../../../../../../secret/Pier`,
      "/\0",
    ]) {
      expect([path, (await ask(image(UUID, path))).lookup.status]).toEqual([path, "missing"]);
    }
  });

  test("a report that gives no paths has them by their UUID alone", async () => {
    put(`${VERSION}${FRAMEWORK}`, ARM64);
    expect(where((await ask(image(UUID))).lookup)).toBe(`${VERSION}${FRAMEWORK}`);
  });

  test("a damaged file and a folder in its place are passed over", async () => {
    put(`Library/Developer/Xcode/iOS DeviceSupport/16.0 (20A362)/Symbols${FRAMEWORK}`, ARM64.subarray(0, 200));
    put(`Library/Developer/Xcode/iOS DeviceSupport/16.1 (20B82)/Symbols${FRAMEWORK}/x`, "");
    put(`${VERSION}${FRAMEWORK}`, ARM64);
    expect((await ask(image(UUID, FRAMEWORK))).lookup.status).toBe("found");
  });
});

describe("Spotlight", () => {
  test("is asked last, for the UUID in its own spelling, and what it names is opened", async () => {
    const path = put(`Projects/old/${IN_DSYM}`, ARM64);
    const bundle = path.slice(0, path.indexOf(".dSYM") + 5);
    const asked: string[] = [];
    const spotlight = async (query: string) => {
      asked.push(query);
      return `relative\0/gone/Harbor.dSYM\0${bundle}\0`;
    };
    expect(where((await ask(image(UUID), { spotlight })).lookup)).toBe(`Projects/old/${IN_DSYM}`);
    expect(asked).toEqual([`com_apple_xcode_dsym_uuids == ${UUID.toUpperCase()}`]);
    expect(spotlightQuery(UUID)).toBe(asked[0]);
  });

  test("that does not answer, or answers nonsense, finds nothing", async () => {
    for (const answer of [undefined, "", "\0\0", "no such thing"]) {
      expect((await ask(image(UUID), { spotlight: async () => answer })).lookup.status).toBe("missing");
    }
  });
});

describe("the index of a folder", () => {
  const FILES = 1000;
  /** Nearly all of it is a hole, and is not read. */
  const FILE_BYTES = 1024 * 1024;
  /** The header and its load commands, whatever lies behind them. */
  const HEADER_BYTES = 8192 + 64;

  function fill(): void {
    for (let i = 0; i < FILES; i++) {
      const head = withStrangeUuid(ARM64, i + 1).subarray(0, HEADER_BYTES);
      truncateSync(put(`many/${i}.dSYM/Contents/Resources/DWARF/App${i}`, head), FILE_BYTES);
      put(`many/${i}.dSYM/Contents/Info.plist`, "<plist/>");
    }
  }

  async function look(folder = "many") {
    let read = 0;
    let slices = 0;
    const index = openSymbolIndex(cacheFolder({ HOME: home }));
    for await (const file of indexedFilesIn(join(home, folder), index, () => {}, { onRead: (n) => (read += n) })) {
      slices += file.slices.length;
    }
    index.save();
    return { read, slices };
  }

  test(`of ${FILES} dSYMs reads their headers once, then only those that changed`, async () => {
    fill();
    const first = await look();
    expect(first.slices).toBe(FILES);
    expect(first.read).toBeGreaterThan(0);
    expect(first.read).toBeLessThanOrEqual(FILES * HEADER_BYTES);
    expect(await look()).toEqual({ read: 0, slices: FILES });
    const changed = put("many/7.dSYM/Contents/Resources/DWARF/App7", withStrangeUuid(ARM64, 7777));
    utimesSync(changed, 1, 1);
    const again = await look();
    expect(again.slices).toBe(FILES);
    expect(again.read).toBeGreaterThan(0);
    expect(again.read).toBeLessThanOrEqual(HEADER_BYTES);
    rmSync(join(home, "many/8.dSYM"), { recursive: true });
    expect(await look()).toEqual({ read: 0, slices: FILES - 1 });
  }, 30_000);

  const index = () => join(home, ".cache/windfall/symbols.index");

  test("lies where the system keeps what can be made again", () => {
    expect(cacheFolder({ HOME: home })).toBe(join(home, ".cache/windfall"));
    expect(cacheFolder({ HOME: home, XDG_CACHE_HOME: "/var/tmp/x" })).toBe("/var/tmp/x/windfall");
    expect(cacheFolder({ HOME: home, XDG_CACHE_HOME: "relative" })).toBe(join(home, ".cache/windfall"));
    mkdirSync(join(home, "Library/Caches"), { recursive: true });
    expect(cacheFolder({ HOME: home })).toBe(join(home, "Library/Caches/windfall"));
    expect(cacheFolder({})).toBeUndefined();
  });

  test.each<[string, (bytes: Buffer) => Buffer | string]>([
    ["cut", (bytes) => bytes.subarray(0, bytes.length - 20)],
    ["empty", () => ""],
    [
      "with one bit changed",
      (bytes) => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 40 ? byte ^ 1 : byte))),
    ],
    ["of another version", (bytes) => bytes.toString("utf8").replace("index 1", "index 2")],
    ["of something else", () => "PK\u0003\u0004"],
  ])("that is damaged (%s) is made anew", async (_, damage) => {
    put(`many/${IN_DSYM}`, ARM64);
    const { read } = await look();
    const good = readFileSync(index());
    writeFileSync(index(), damage(good));
    expect(await look()).toEqual({ read, slices: 1 });
    expect(readFileSync(index())).toEqual(good);
  });

  test("that cannot be written is done without", async () => {
    put(".cache", "a file in place of the folder");
    put(`many/${IN_DSYM}`, ARM64);
    expect(await look()).toMatchObject({ slices: 1 });
    expect(await look()).toMatchObject({ slices: 1 });
  });

  test("forgets what was not asked for longest", async () => {
    const folder = join(home, "cache");
    const file = (i: number) => ({ path: `/x/${i}`, sizeBytes: 1, modifiedMs: 1 });
    const filled = openSymbolIndex(folder, 3);
    for (let i = 0; i < 4; i++) filled.put(file(i), []);
    filled.find(file(0));
    filled.save();
    const read = openSymbolIndex(folder, 3);
    expect([0, 1, 2, 3].map((i) => read.find(file(i)) !== undefined)).toEqual([true, false, true, true]);
  });

  test("a file that is another one under the same time and size gives no wrong names", async () => {
    const at = put(`many/${IN_DSYM}`, ARM64);
    utimesSync(at, 1000, 1000);
    await look();
    const other = put("other", withStrangeUuid(ARM64));
    utimesSync(other, 1000, 1000);
    renameSync(other, at);
    await expect(ask(image(UUID), { given: [join(home, "many")] })).rejects.toThrow("is not what it was");
    expect((await ask(image(UUID), { given: [join(home, "many")] })).lookup.status).toBe("uuid-mismatch");
  });
});
