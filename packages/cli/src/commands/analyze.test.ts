import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { AnalysisJson } from "@windfall/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { zipBomb } from "../../../../fixtures/hostile/archives.ts";
import { noise } from "../../../../fixtures/hostile/noise.ts";
import { jsonBombDeep } from "../../../../fixtures/hostile/reports.ts";
import { withStrangeUuid } from "../../../../fixtures/hostile/symbols.ts";
import { crashTextWith, HOSTILE_TEXTS, ipsWith } from "../../../../fixtures/hostile/texts.ts";
import { zipOf } from "../../../core/test/zip-writer.ts";
import { createWindfall, fixtures, nodesToTest, type Outcome, repo, type Windfall } from "../../test/bundle.ts";
import { actualFrames, expectedFrames, ownImages, reportsWithTruth } from "../../test/truth.ts";

let windfall: Windfall;
beforeAll(async () => {
  windfall = await createWindfall();
});
afterAll(() => windfall.dispose());

const report = (name: string) => `fixtures/reports/${name}`;
const dsym = (name: string) => `fixtures/dsyms/${name}`;
const NULL_DEREFERENCE = report("sample-null-dereference/input.ips");
const HARBOR = dsym("harbor-ios-arm64-d4");

function write(name: string, bytes: Uint8Array | string): string {
  const path = join(windfall.folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

function objects({ stdout }: Outcome): readonly AnalysisJson[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as AnalysisJson);
}

describe("names every frame of the app as the known answers do", () => {
  test.each(nodesToTest())("with %s", (node) => {
    const reports = reportsWithTruth(fixtures);
    const paths = reports.map(({ path }) => join("fixtures", path));
    const outcome = windfall.run(["analyze", ...paths, "--symbols", "fixtures/dsyms", "--format", "json"], { node });
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    const analyses = objects(outcome);
    expect(analyses).toHaveLength(reports.length);
    expect(reports.length).toBeGreaterThan(40);
    const wrong = reports.flatMap((indexed, i) => {
      const images = ownImages(fixtures, indexed);
      const { thread, frames } = expectedFrames(fixtures, indexed.expected, images);
      const analysis = analyses[i];
      const actual = analysis && actualFrames(analysis, thread, images);
      return JSON.stringify(actual) === JSON.stringify(frames) ? [] : [{ path: indexed.path, actual, frames }];
    });
    expect(wrong).toEqual([]);
  });
});

const corpusRoot = process.env["WINDFALL_CORPUS"] ?? "";
describe.runIf(corpusRoot !== "")("with the shared corpus", () => {
  test("names every frame of the app in all Swift reports", () => {
    const root = join(corpusRoot, "swift");
    const reports = readdirSync(join(root, "reports")).filter((name) => name.endsWith(".ips"));
    const outcome = windfall.run([
      "analyze",
      ...reports.map((name) => join(root, "reports", name)),
      "--symbols",
      join(root, "dsym"),
      "--format=json",
    ]);
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    const wrong = objects(outcome).flatMap((analysis, i) => {
      const name = reports[i] ?? "";
      const images = new Set(["Teebude", "BrewKit", "Sensor"]);
      const expected = join("reports", name.replace(".ips", ".expected.json"));
      const { thread, frames } = expectedFrames(root, expected, images);
      const actual = actualFrames(analysis, thread, images);
      return frames.length > 0 && JSON.stringify(actual) === JSON.stringify(frames) ? [] : [{ name, actual, frames }];
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    ["macsymb-ios-crash/ios-crash", "ips"],
    ["macsymb-ios-crash/ios-crash", "crash"],
    ["macsymb-single-target/single-target-crash", "ips"],
    ["macsymb-single-target/single-target-crash", "crash"],
  ])("names %s.%s as its symbolicated twin does", (name, format) => {
    const path = join(corpusRoot, "corpus/dsym", `${name}.${format}`);
    const outcome = windfall.run(["analyze", path, "--symbols", dirname(path), "--format", "json"]);
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    const frames = objects(outcome)[0]?.report.threads.flatMap(({ frames }) => frames) ?? [];
    const twin = readFileSync(join(corpusRoot, "corpus/dsym", `${name}_symbolicated.${format}`), "utf8");
    // `2   App   0x1007da4bc specialized static A.b() (in App) (A.swift:12)`
    const known = [...twin.matchAll(/^\d+ +.+?\t? +(0x[0-9a-f]+) (.+) \(in [^()]+\) \([^()]+:\d+\)$/gm)];
    expect(known.length).toBeGreaterThan(1);
    for (const [, address, text = ""] of known) {
      const actual = frames.find(
        (frame) => frame.address === `0x${BigInt(address ?? 0).toString(16)}` && !frame.inlined,
      );
      // A Swift name is still mangled; every word of it is in it once.
      const words = actual?.linkageName?.startsWith("$s")
        ? [...text.replace(/^specialized |^@objc |static /g, "").matchAll(/[A-Z]?[a-z]+/g)].map(([word]) => word)
        : [text];
      for (const word of words) expect(actual?.linkageName ?? actual?.function).toContain(word);
    }
  });
});

test.each([
  ["sample-null-dereference", HARBOR, []],
  ["sample-nsexception", HARBOR, []],
  ["sample-missing-dsym", HARBOR, []],
  ["sample-null-dereference-markdown", HARBOR, ["--format", "markdown"]],
])("the text of %s", async (name, symbols, flags) => {
  const path = report(`${name.replace("-markdown", "")}/input.ips`);
  const { status, stdout, stderr } = windfall.run(["analyze", path, "--symbols", symbols, ...flags]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  await expect(stdout).toMatchFileSnapshot(
    join(repo, `packages/cli/test/golden/${name}.${flags.length > 0 ? "md" : "txt"}`),
  );
});

test("one report is one object on one line, in the shape scripts rely on", () => {
  const outcome = windfall.run(["analyze", NULL_DEREFERENCE, "--symbols", HARBOR, "--format", "json"]);
  expect(outcome.stdout.trimEnd()).not.toContain("\n");
  const [analysis] = objects(outcome);
  expect(analysis).toMatchObject({
    input: { path: NULL_DEREFERENCE, format: "ips", kind: "crash" },
    report: { app: { name: "Harbor", bundleId: "org.windfall.fixtures.Harbor", version: "1.4", build: "140" } },
    signature: { key: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
    problems: [],
  });
  expect(Object.keys(analysis ?? {})).toEqual(["input", "report", "symbols", "diagnosis", "signature", "problems"]);
  expect(analysis?.symbols.images.find(({ name }) => name === "Harbor")).toMatchObject({
    status: "found",
    arch: "arm64",
    path: join(HARBOR, "Harbor.dSYM/Contents/Resources/DWARF/Harbor"),
  });
});

test("--no-symbolicate leaves names as the report has them", () => {
  const [analysis] = objects(
    windfall.run(["analyze", NULL_DEREFERENCE, "--symbols", HARBOR, "--no-symbolicate", "--format", "json"]),
  );
  const own = analysis?.report.threads[0]?.frames.filter(({ image }) => image === "Harbor") ?? [];
  expect(own.length).toBeGreaterThan(0);
  expect(own.filter((frame) => frame.function !== undefined)).toEqual([]);
});

test("--full-names shows modules, types and signatures; which part of an async function it is stands in both", () => {
  const command = ["analyze", report("swift/03-ios17-async-resume.ips"), "--symbols", "fixtures/dsyms"];
  const frame = (flags: readonly string[]) =>
    windfall
      .run([...command, ...flags])
      .stdout.split("\n")
      .find((line) => /^ +1 /.test(line))
      ?.trim()
      .replace(/ {2,}/g, "  ");
  expect(frame([])).toBe("1  Teebude  serveGuest(_:_:)  Concurrency.swift:28  [async part 2]");
  expect(frame(["--full-names"])).toMatch(
    /^1 {2}Teebude {2}\(2\) \w+ resume partial function for .*Teebude\.serveGuest\(.*\) async/,
  );
  const [analysis] = objects(windfall.run([...command, "--format", "json"]));
  const frames = analysis?.report.threads.flatMap((thread) => thread.frames) ?? [];
  expect(frames.find((one) => one.function === "serveGuest(_:_:)")).toMatchObject({
    linkageName: expect.stringMatching(/^\$s7Teebude10serveGuest/) as string,
  });
});

test("the thread that is printed alone reads as it does among all threads", () => {
  const paths = reportsWithTruth(fixtures).map(({ path }) => join("fixtures", path));
  const command = ["analyze", ...paths, "--symbols", "fixtures/dsyms"];
  const all = new Set(windfall.run([...command, "--all-threads"]).stdout.split("\n"));
  const alone = windfall.run(command).stdout.split("\n");
  expect(alone.filter((line) => /^\s+\d+\s/.test(line)).length).toBeGreaterThan(paths.length);
  const others = alone.filter((line) => !all.has(line));
  expect(others.filter((line) => !line.endsWith(": --all-threads prints them"))).toEqual([]);
});

test("--all-threads prints every thread", () => {
  const path = report("bench-100kb/input.ips");
  const one = windfall.run(["analyze", path]).stdout;
  const all = windfall.run(["analyze", path, "--all-threads"]).stdout;
  expect(one.match(/^Thread \d+/gm)).toHaveLength(1);
  expect(one).toContain("78 more threads: --all-threads prints them");
  expect(all.match(/^Thread \d+/gm)).toHaveLength(79);
});

describe("finds symbols", () => {
  const bytes = () => readFileSync(join(repo, HARBOR, "Harbor.dSYM/Contents/Resources/DWARF/Harbor"));
  const status = (outcome: Outcome) =>
    objects(outcome)[0]?.symbols.images.find(({ name }) => name === "Harbor")?.status;
  const analyzed = (path: string, symbols: readonly string[] = [], env: Record<string, string> = {}) =>
    windfall.run(["analyze", path, "--format", "json", ...symbols.flatMap((path) => ["--symbols", path])], { env });

  test("in WINDFALL_SYMBOLS, and beside the report", () => {
    expect(status(analyzed(NULL_DEREFERENCE))).toBe("missing");
    expect(status(analyzed(NULL_DEREFERENCE, [], { WINDFALL_SYMBOLS: `/nowhere:${join(repo, HARBOR)}` }))).toBe(
      "found",
    );
    write("beside/Harbor.app.dSYM/Contents/Resources/DWARF/Harbor", bytes());
    const copy = write("beside/crash.ips", readFileSync(join(repo, NULL_DEREFERENCE)));
    expect(status(analyzed(copy))).toBe("found");
    const below = write("beside/below/crash.ips", readFileSync(join(repo, NULL_DEREFERENCE)));
    expect(status(analyzed(below))).toBe("missing");
  });

  test.each([
    ["a dSYM bundle", "x1/Harbor.dSYM", "x1/Harbor.dSYM/Contents/Resources/DWARF/Harbor"],
    ["a dSYM in a dSYM, with spaces", "x2", "x2/My App.app.dSYM/Inner One.dSYM/Contents/Resources/DWARF/Harbor"],
    ["a folder named by the UUID", "x3", "x3/4C4C444D-5555-3144-A164-385F45F673B6/deep/er/file-without-name"],
    [
      "an .xcarchive",
      "x4/Harbor.xcarchive",
      "x4/Harbor.xcarchive/dSYMs/Harbor.app.dSYM/Contents/Resources/DWARF/Harbor",
    ],
    ["the file itself", "x5/anything.bin", "x5/anything.bin"],
  ])("in %s", (_, given, file) => {
    write(file, bytes());
    expect(status(analyzed(NULL_DEREFERENCE, [join(windfall.folder, given)]))).toBe("found");
  });

  test.each(["stored", "deflate"] as const)("in a zip, %s", async (method) => {
    const path = "Archive/dSYMs/Harbor.dSYM/Contents/Resources/DWARF/Harbor";
    const other = readFileSync(join(repo, dsym("harbor-ios-arm64-d5"), "Harbor.dSYM/Contents/Resources/DWARF/Harbor"));
    const zip = await zipOf([
      { path: "Archive/dSYMs/Other.dSYM/Contents/Resources/DWARF/Other", bytes: other, method },
      { path, bytes: bytes(), method },
    ]);
    const outcome = analyzed(NULL_DEREFERENCE, [write(`${method}/Harbor.dSYM.zip`, zip)]);
    expect(status(outcome)).toBe("found");
    expect(objects(outcome)[0]?.report.threads[0]?.frames[0]).toMatchObject({
      function: "engine_read_pressure",
      line: 22,
    });
    // A zip in a folder that is given.
    expect(status(analyzed(NULL_DEREFERENCE, [join(windfall.folder, method)]))).toBe("found");
  });

  test("and says when those of another build or architecture are held", () => {
    const strange = write("strange/Harbor.dSYM/Contents/Resources/DWARF/Harbor", withStrangeUuid(bytes()));
    const [mismatch] = objects(analyzed(NULL_DEREFERENCE, [strange]));
    expect(mismatch?.symbols.images.find(({ name }) => name === "Harbor")).toMatchObject({
      status: "uuid-mismatch",
      held: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      path: strange,
    });
    const [arch] = objects(analyzed(NULL_DEREFERENCE, [dsym("harbor-macos-x86_64-d4")]));
    expect(arch?.symbols.images.find(({ name }) => name === "Harbor")).toMatchObject({
      status: "wrong-architecture",
      held: "x86_64",
    });
  });
});

describe("several inputs", () => {
  test("one that cannot be read does not stop the others, and the worst exit code wins", () => {
    const outcome = windfall.run(["analyze", "nowhere.ips", NULL_DEREFERENCE, "--format", "json"]);
    expect(outcome.status).toBe(3);
    expect(outcome.stderr).toBe("windfall: nowhere.ips: no such file or folder\n");
    const [error, analysis] = outcome.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as AnalysisJson);
    expect(error).toEqual({ error: { code: "not-found", message: "nowhere.ips: no such file or folder" } });
    expect(analysis?.input.path).toBe(NULL_DEREFERENCE);
  });

  test("- is standard input", () => {
    const input = readFileSync(join(repo, NULL_DEREFERENCE));
    const [analysis] = objects(windfall.run(["analyze", "-", "--format", "json"], { input }));
    expect(analysis?.input.path).toBe("-");
    expect(analysis?.report.app.name).toBe("Harbor");
  });

  test("a folder, an .xccrashpoint and a zip are walked", async () => {
    const ips = readFileSync(join(repo, NULL_DEREFERENCE));
    const crash = readFileSync(join(repo, report("sample-null-dereference/input.crash")));
    write("walk/one.ips", ips);
    write("walk/notes.txt", "no report\n");
    write("walk/expected.json", readFileSync(join(repo, report("sample-nsexception/expected.json"))));
    write("walk/App.dSYM/inside.ips", ips);
    write("walk/p.xccrashpoint/Filters/f/Logs/two.crash", ips);
    write("walk/p.xccrashpoint/Filters/f/Logs/LocallySymbolicated/two.crash", crash);
    write(
      "walk/inner.zip",
      await zipOf([
        { path: "in/three.ips", bytes: ips, method: "deflate" },
        { path: "readme.txt", bytes: "x" },
      ]),
    );
    const outcome = windfall.run(["analyze", join(windfall.folder, "walk"), "--format", "json"]);
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    expect(objects(outcome).map(({ input }) => [basename(input.path), input.part, input.format])).toEqual([
      ["one.ips", undefined, "ips"],
      ["two.crash", undefined, "crash"],
      ["inner.zip", "in/three.ips", "ips"],
    ]);
  });
});

test("a TestFlight zip gives the crash and what the tester wrote of it", async () => {
  const crash = readFileSync(join(repo, report("format-app-store-connect/input.crash")));
  const feedback = readFileSync(join(repo, report("format-testflight-feedback/input.json")));
  const zip = write(
    "testflight_feedback.zip",
    await zipOf([
      { path: "feedback.json", bytes: feedback },
      { path: "crashlog.crash", bytes: crash, method: "deflate" },
      { path: "screenshot-1.png", bytes: "png" },
    ]),
  );
  const outcome = windfall.run(["analyze", zip, "--format", "json"]);
  expect(outcome).toMatchObject({ status: 0, stderr: "" });
  const [first, second] = objects(outcome);
  expect([first?.report.kind, second?.report.kind]).toEqual(["crash", "feedback"]);
  expect(second?.report.feedback).toMatchObject({
    crashIncidentId: first?.report.incidentId,
    comment: "Tapped the ferry, then it was gone",
    screenshots: ["screenshot-1.png"],
  });
  const text = windfall.run(["analyze", zip]).stdout;
  expect(text).toContain("Tapped the ferry, then it was gone");
  expect(text).toContain("mara@example.invalid");
});

test("an .xccrashpoint named by itself gives each report once", () => {
  const filter = "B7bekG5z.xccrashpoint/Filters/Filter_harbor-2.1.0-Any";
  const crash = readFileSync(join(repo, report("format-app-store-connect/input.crash")));
  write(`${filter}/Logs/a.crash`, crash);
  write(`${filter}/Logs/LocallySymbolicated/a.crash`, crash);
  write(`${filter}/PointInfo.json`, '{"analyticsPointName":"Harbor: open(_:) + 12"}');
  const outcome = windfall.run(["analyze", join(windfall.folder, "B7bekG5z.xccrashpoint"), "--format", "json"]);
  expect(outcome).toMatchObject({ status: 0, stderr: "" });
  expect(objects(outcome).map(({ report }) => report.metadata["organizer"])).toEqual([
    { name: "Harbor: open(_:) + 12" },
  ]);
});

test("an archive holds no report, and says which build it is", () => {
  const facts =
    "<key>CFBundleIdentifier</key><string>org.example.Harbor</string><key>CFBundleShortVersionString</key><string>2.10</string><key>CFBundleVersion</key><string>210</string>";
  write(
    "Harbor.xcarchive/Info.plist",
    `<plist><dict><key>ApplicationProperties</key><dict>${facts}</dict></dict></plist>`,
  );
  const { status, stderr } = windfall.run(["analyze", join(windfall.folder, "Harbor.xcarchive")]);
  expect(status).toBe(3);
  expect(stderr).toContain("the archive of org.example.Harbor 2.10 (210), with no report in it; pass it as --symbols");
});

describe("bad input", () => {
  test.each<[string, () => Promise<Uint8Array> | Uint8Array | string, number, RegExp]>([
    ["an empty file", () => "", 3, /empty/],
    ["noise", () => noise(100_000), 3, /./],
    ["a text that is no report", () => "Dear team, it crashed.\n", 3, /expected an \.ips, a \.crash/],
    ["a zip without reports", () => zipOf([{ path: "a/readme.md", bytes: "x" }]), 3, /no report in this zip/],
    ["a zip bomb", () => zipBomb(1024 ** 3, "bomb.ips"), 3, /bomb\.ips/],
    ["a zip whose names climb out", () => zipOf([{ path: "../../escaped.ips", bytes: "x" }]), 3, /escaped/],
    ["a zip cut short", async () => (await zipOf([{ path: "a.ips", bytes: noise(9000) }])).subarray(0, 5000), 3, /./],
  ])("%s is refused with one line", async (name, bytes, exit, message) => {
    const path = write(`bad/${name}`, await bytes());
    const { status, stdout, stderr } = windfall.run(["analyze", path, "--format", "json"]);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^windfall: [^\n]+\n$/);
    expect(status).toBe(exit);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: expect.any(String) as string, message: expect.stringContaining(name) as string },
    });
  });

  test("a JSON bomb ends soon, in one line or as a report with problems", () => {
    const { status, stderr } = windfall.run(["analyze", write("bomb.ips", jsonBombDeep(1_000_000))]);
    expect([0, 3]).toContain(status);
    expect(stderr).toMatch(/^(windfall: [^\n]+\n)?$/);
  });

  test("a truncated report works, and the problem is named", () => {
    const { status, stdout, stderr } = windfall.run(["analyze", report("sample-truncated/input.ips")]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Thread 0 crashed");
    expect(stdout).toMatch(/Could not be read\n {2}truncated/);
  });

  test("a folder without reports", () => {
    write("empty/readme.md", "nothing");
    const { status, stderr } = windfall.run(["analyze", join(windfall.folder, "empty")]);
    expect(status).toBe(3);
    expect(stderr).toContain("no report in this folder");
  });

  test("a folder whose texts and JSON are no reports has none either", () => {
    write("others/package.json", "{}");
    write("others/notes.txt", "it crashed");
    for (const args of [[], ["--format", "json"]]) {
      const { status, stderr } = windfall.run(["analyze", join(windfall.folder, "others"), ...args]);
      expect([status, stderr]).toEqual([3, expect.stringContaining("no report in this folder")]);
    }
  });

  test("symbols that are not there, or hold none", () => {
    const missing = windfall.run(["analyze", NULL_DEREFERENCE, "--symbols", "/nowhere/App.dSYM"]);
    expect(missing).toMatchObject({ status: 3, stdout: "" });
    expect(missing.stderr).toBe("windfall: --symbols /nowhere/App.dSYM: no such file or folder\n");
    const none = windfall.run(["analyze", NULL_DEREFERENCE, "--symbols", write("none/readme.md", "nothing")]);
    expect(none.status).toBe(0);
    expect(none.stderr).toMatch(/no debug file in it\n$/);
  });

  test("hostile names in every place neither steer a terminal nor leave their code in Markdown", () => {
    HOSTILE_TEXTS.forEach(({ text }, i) => {
      write(`hostile/${i}.ips`, ipsWith(text));
      write(`hostile/${i}.crash`, crashTextWith(text));
    });
    const folder = join(windfall.folder, "hostile");
    const plain = windfall.run(["analyze", folder, "--all-threads"]);
    const markdown = windfall.run(["analyze", folder, "--all-threads", "--format", "markdown"]);
    expect([plain.status, plain.stderr, markdown.status, markdown.stderr]).toEqual([0, "", 0, ""]);
    for (const { stdout } of [plain, markdown]) {
      expect(stdout.match(/Thread 0/g)?.length).toBeGreaterThanOrEqual(HOSTILE_TEXTS.length * 2);
      // oxlint-disable-next-line no-control-regex
      const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u;
      expect(stdout.split("\n").filter((line) => steering.test(line))).toEqual([]);
    }
    const leaked = /[<>[\]@]|https?:|owned/;
    expect(
      outsideCode(markdown.stdout)
        .split("\n")
        .filter((line) => leaked.test(line)),
    ).toEqual([]);
  });
});

/** Markdown without its code spans and fenced blocks: what is left is ours. */
function outsideCode(markdown: string): string {
  return markdown.replace(/^(`{3,})\n[^]*?\n\1$/gm, "").replace(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, "");
}
