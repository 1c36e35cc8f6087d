import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noise } from "../../../../fixtures/hostile/noise.ts";
import { withStrangeUuid } from "../../../../fixtures/hostile/symbols.ts";
import { zipOf } from "../../../core/test/zip-writer.ts";
import { MAX_DEPTH } from "../files/walk.ts";
import { createWindfall, fixtures, repo, type Windfall } from "../../test/bundle.ts";

let windfall: Windfall;
beforeAll(async () => {
  windfall = await createWindfall();
});
afterAll(() => windfall.dispose());

const HARBOR = "fixtures/dsyms/harbor-ios-arm64-d4";
const FILE = `${HARBOR}/Harbor.dSYM/Contents/Resources/DWARF/Harbor`;
const REPORT = "fixtures/reports/sample-null-dereference/input.ips";

function write(name: string, bytes: Uint8Array | string): string {
  const path = join(windfall.folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** As `fixtures/index.json` has it, in our spelling. */
function uuidOf(dsym: string): string {
  const { dsyms } = JSON.parse(readFileSync(join(fixtures, "index.json"), "utf8")) as {
    dsyms: { name: string; files: { uuid: string }[] }[];
  };
  const uuid = dsyms.find(({ name }) => name === dsym)?.files[0]?.uuid ?? "";
  return uuid.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
const UUID = uuidOf("harbor-ios-arm64-d4");

const lines = (text: string) => text.split("\n").filter((line) => line !== "");

test("list prints one line per slice, in text and as objects", () => {
  const text = windfall.run(["symbols", "list", "fixtures/dsyms/harbor-macos-universal", HARBOR]);
  expect(text).toMatchObject({ status: 0, stderr: "" });
  expect(lines(text.stdout)).toEqual([
    expect.stringMatching(
      /^[0-9a-f-]{36} {2}(arm64|x86_64) +debug info {2}fixtures\/dsyms\/harbor-macos-universal\/.*Harbor$/,
    ),
    expect.stringMatching(/^[0-9a-f-]{36} {2}(arm64|x86_64) +debug info {2}/),
    expect.stringContaining(`  ${FILE}`),
  ]);
  const json = windfall.run(["symbols", "list", "fixtures/dsyms/harbor-ios-arm64-symbols", "--format", "json"]);
  expect(lines(json.stdout).map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      uuid: uuidOf("harbor-ios-arm64-symbols"),
      arch: "arm64",
      name: "Harbor",
      hasDebugInfo: false,
      sizeBytes: expect.any(Number) as number,
      path: "fixtures/dsyms/harbor-ios-arm64-symbols/Harbor",
    },
  ]);
});

test("list looks into zips, and names what it cannot read", async () => {
  const zip = write(
    "good.zip",
    await zipOf([{ path: FILE, bytes: readFileSync(join(repo, FILE)), method: "deflate" }]),
  );
  expect(windfall.run(["symbols", "list", zip]).stdout).toContain(`${zip}!/${FILE}`);
  const broken = write("broken.zip", (await zipOf([{ path: FILE, bytes: noise(9000) }])).subarray(0, 5000));
  const climbing = write(
    "climbing.zip",
    await zipOf([{ path: "../../x.dSYM/Contents/Resources/DWARF/x", bytes: "x" }]),
  );
  for (const path of [broken, climbing, write("none/readme.md", "x"), "/nowhere"]) {
    const { status, stdout, stderr } = windfall.run(["symbols", "list", path]);
    expect({ path, status, stdout }).toEqual({ path, status: 3, stdout: "" });
    expect(lines(stderr)[0]).toMatch(/^windfall: /);
    expect(stderr).toContain(path);
  }
});

test("folders deeper than the limit are left out, and told", () => {
  const deep = `deep/${"d/".repeat(MAX_DEPTH)}`;
  write(`${deep}Harbor`, readFileSync(join(repo, FILE)));
  expect(windfall.run(["symbols", "list", join(windfall.folder, "deep")])).toMatchObject({ status: 0, stderr: "" });
  write(`${deep}d/Harbor`, readFileSync(join(repo, FILE)));
  const { status, stdout, stderr } = windfall.run(["symbols", "list", join(windfall.folder, "deep")]);
  expect(lines(stdout)).toHaveLength(1);
  expect({ status, stderr }).toEqual({
    status: 3,
    stderr: expect.stringContaining(`deeper than ${MAX_DEPTH}`) as string,
  });
});

test("find prints the file that holds a UUID, in the given paths first, then where a Mac keeps dSYMs", () => {
  const given = windfall.run(["symbols", "find", UUID.toUpperCase().replaceAll("-", ""), HARBOR]);
  expect(given).toEqual({ status: 0, stderr: "", stdout: `${UUID}  arm64     debug info  ${FILE}\n` });

  const home = join(windfall.folder, "home");
  const path = write(
    "home/Library/Developer/Xcode/Archives/x/Harbor.xcarchive/dSYMs/Harbor",
    readFileSync(join(repo, FILE)),
  );
  const json = ["symbols", "find", UUID, "fixtures/sources", "--format", "json"];
  expect(JSON.parse(windfall.run(json, { env: { HOME: home } }).stdout)).toEqual({
    uuid: UUID,
    arch: "arm64",
    hasDebugInfo: true,
    path,
  });
  expect(windfall.run(["symbols", "verify", REPORT], { env: { HOME: home } })).toMatchObject({ status: 0 });
  expect(windfall.run(["symbols", "verify", REPORT, "--no-search"], { env: { HOME: home } })).toMatchObject({
    status: 1,
  });

  for (const [args, status, message] of [
    [["fixtures/sources"], 1, `nothing here holds the symbols of ${UUID}`],
    [["/nowhere"], 3, "/nowhere: no such file or folder"],
    [["--no-search"], 1, "nothing here holds"],
  ] as const) {
    const outcome = windfall.run(["symbols", "find", UUID, ...args]);
    expect([args, outcome.status, outcome.stdout]).toEqual([args, status, ""]);
    expect(outcome.stderr).toContain(message);
  }
  expect(windfall.run(["symbols", "find", "Harbor"])).toMatchObject({ status: 2, stdout: "" });
});

test("verify is content when the app's images are found", () => {
  const { status, stdout, stderr } = windfall.run(["symbols", "verify", REPORT, "--symbols", HARBOR]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toBe(
    [
      `found  Harbor  arm64  ${UUID}`,
      `       ${FILE}`,
      "",
      "1 of 1 images of the app have symbols; 7 of the system are not needed",
      "",
    ].join("\n"),
  );
});

test("verify says why not, which command mends it, and ends with 1 where nothing is found", async () => {
  const dwarf = readFileSync(join(repo, FILE));
  const strange = write("strange/Harbor.dSYM/Contents/Resources/DWARF/Harbor", withStrangeUuid(dwarf));
  const listed = windfall.run(["symbols", "list", strange]).stdout.slice(0, 36);
  write("bitcode/dSYMs/Harbor.dSYM/Contents/Resources/DWARF/Harbor", withStrangeUuid(dwarf));
  write(`bitcode/BCSymbolMaps/${listed.toUpperCase()}.bcsymbolmap`, "BCSymbolMap Version: 2.0\n");
  const mdfind = `mdfind "com_apple_xcode_dsym_uuids == ${UUID.toUpperCase()}"`;
  for (const [symbols, words, ...says] of [
    [
      "fixtures/sources",
      "missing",
      `no dSYM with UUID ${UUID}`,
      "Wanted is Harbor.app.dSYM of 1.4 (140), arm64",
      mdfind,
    ],
    [strange, "UUID mismatch", "rebuilt?", `wanted is UUID ${UUID}, held is ${listed}`, mdfind],
    [join(windfall.folder, "bitcode"), "UUID mismatch (bitcode)", "Download Debug Symbols", mdfind],
    [
      "fixtures/dsyms/harbor-macos-x86_64-d4",
      "wrong architecture",
      "is here for x86_64, and the report ran arm64",
      mdfind,
    ],
  ] as const) {
    const outcome = windfall.run(["symbols", "verify", REPORT, "--symbols", symbols]);
    expect([words, outcome.status]).toEqual([words, 1]);
    expect(outcome.stdout).toContain(`${words}  Harbor  arm64  ${UUID}`);
    for (const text of says) expect(outcome.stdout).toContain(text);
    expect(outcome.stdout).toContain("0 of 1 images of the app have symbols");
  }
});

test("verify tells of a file that gives names without lines", () => {
  const report = "fixtures/reports/sample-symbols-only/input.ips";
  const { status, stdout } = windfall.run([
    "symbols",
    "verify",
    report,
    "--symbols",
    "fixtures/dsyms/harbor-ios-arm64-symbols",
  ]);
  expect(stdout).toContain("names only  Harbor  arm64");
  expect(stdout).toContain("only with a symbol table");
  expect(status).toBe(0);
});

test("verify as JSON has every image, those of the system too", () => {
  const { status, stdout } = windfall.run(["symbols", "verify", REPORT, "--format", "json"]);
  expect(status).toBe(1);
  const { images } = JSON.parse(stdout) as { images: { name: string; status: string; why: string; mend?: string }[] };
  expect(images.filter((image) => image.status === "system")).toHaveLength(7);
  expect(images.find(({ name }) => name === "Harbor")).toMatchObject({
    status: "missing",
    case: "missing",
    mend: expect.stringContaining("mdfind") as string,
    ways: expect.any(Array) as string[],
  });
});

test("verify of something unreadable ends with 3", () => {
  expect(windfall.run(["symbols", "verify", "/nowhere.ips"])).toMatchObject({ status: 3, stdout: "" });
  expect(windfall.run(["symbols", "verify", write("letter.txt", "Dear team\n")]).status).toBe(3);
});

test("the map of paths beside a debug file is used, in a folder and in a zip", async () => {
  const dwarf = readFileSync(join(repo, FILE));
  const before = JSON.parse(
    windfall.run(["analyze", REPORT, "--symbols", HARBOR, "--format", "json"]).stdout,
  ) as Analysis;
  const path = fileOf(before);
  const folder = path.slice(0, path.lastIndexOf("/"));
  const map = `<plist><dict><key>DBGVersion</key><string>3</string><key>DBGSourcePathRemapping</key><dict><key>${folder}</key><string>/Users/mara/harbor</string></dict></dict></plist>`;
  const files = {
    [`Harbor.dSYM/Contents/Resources/${UUID.toUpperCase()}.plist`]: map,
    "Harbor.dSYM/Contents/Resources/DWARF/Harbor": dwarf,
  };
  for (const [name, content] of Object.entries(files)) write(`mapped/${name}`, content);
  const zip = write("mapped.zip", await zipOf(Object.entries(files).map(([name, bytes]) => ({ path: name, bytes }))));
  for (const symbols of [join(windfall.folder, "mapped"), join(windfall.folder, "mapped/Harbor.dSYM"), zip]) {
    const outcome = windfall.run(["analyze", REPORT, "--symbols", symbols, "--format", "json"]);
    expect(fileOf(JSON.parse(outcome.stdout) as Analysis)).toBe(path.replace(folder, "/Users/mara/harbor"));
  }
});

interface Analysis {
  readonly report: { readonly threads: readonly { readonly frames: readonly { readonly file?: string }[] }[] };
}
const fileOf = ({ report }: Analysis): string => report.threads[0]?.frames[0]?.file ?? "";
