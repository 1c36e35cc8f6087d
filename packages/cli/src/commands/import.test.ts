/** A home folder laid out like a Mac's, made of the repo's own reports: as a table, and sent to a hub that runs. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWindfall, fixtures, type Outcome, type Windfall } from "../../test/bundle.ts";
import { type RealHub, startRealHub } from "../../test/real-hub.ts";
import type { TriageRow } from "../reports/triage.ts";

let windfall: Windfall;
let hub: RealHub;
let home = "";

const report = (name: string) => readFileSync(join(fixtures, "reports", name));
const POINTS = "Library/Developer/Xcode/Products/org.windfall.fixtures.Harbor";
const FILTER = `${POINTS}/Crashes/Points/B7bekG5z.xccrashpoint/Filters/Filter_harbor-2.1.0-Any`;
const FEEDBACK = `${POINTS}/Feedback/Points/AB.xcfeedbackpoint/Filters/Filter_harbor-2.1.0-431`;
const ARCHIVE = "Library/Developer/Xcode/Archives/2026-11-24/Harbor 24.11.26.xcarchive";
const SYSTEM = "Library/Logs/DiagnosticReports";

beforeAll(async () => {
  [windfall, hub] = await Promise.all([createWindfall(), startRealHub()]);
  home = join(windfall.folder, "home");
  const files: Record<string, Uint8Array | string> = {
    [`${FILTER}/PointInfo.json`]: '{"analyticsPointName":"Harbor: open(_:)"}',
    [`${FILTER}/Logs/a.crash`]: report("sample-null-dereference/input.crash"),
    [`${FILTER}/Logs/LocallySymbolicated/a.crash`]: report("sample-null-dereference/input.crash"),
    [`${FEEDBACK}/PointInfo.json`]: report("format-organizer-feedback/input.json"),
    [`${FEEDBACK}/Images/Original.jpg`]: Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]),
    // The incident of the point above, as the system wrote it; and another one twice.
    [`${SYSTEM}/Harbor-2026-11-24-114207.ips`]: report("sample-null-dereference/input.ips"),
    [`${SYSTEM}/Harbor-2026-11-23-090000.ips`]: report("sample-nsexception/input.ips"),
    [`${SYSTEM}/Retired/Harbor-2026-11-23-090000.ips`]: report("sample-nsexception/input.ips"),
    [`${SYSTEM}/Retired/Harbor-2026-10-02-101112.ips`]: another(report("sample-nsexception/input.ips")),
    [`${SYSTEM}/note.txt`]: "remember to look at these",
    [`${ARCHIVE}/Info.plist`]: "<plist><dict/></plist>",
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), content);
  }
  for (const name of ["harbor-ios-arm64-d4", "harbor-macos-arm64-d5"]) {
    cpSync(join(fixtures, "dsyms", name), join(home, ARCHIVE, "dSYMs", name), { recursive: true });
  }
});
afterAll(async () => {
  await hub.stop();
  windfall.dispose();
});

/** Another incident of the same bug. */
function another(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  const incident = /"incident_id":"([^"]+)"/.exec(text)?.[1] ?? "";
  expect(incident).not.toBe("");
  return text.replaceAll(incident, "0F0E0D0C-0000-4000-8000-000000000042");
}

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Outcome =>
  windfall.run(["import", ...args], { env: { HOME: home, ...env } });
const lines = <T>(outcome: Outcome): T[] =>
  outcome.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);

describe("as a table", () => {
  test("each incident counts once, most reports first, with the names of the archive's dSYM", () => {
    const outcome = run(["--xcode", "--format", "json"]);
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    const rows = lines<TriageRow>(outcome);
    expect(rows.map(({ reports, kind, app }) => [reports, kind, app.name])).toEqual([
      [2, "crash", "Harbor"],
      [1, "crash", "Harbor"],
    ]);
    const [first, second] = rows;
    expect(first?.signature.confidence).toBe("high");
    expect(first?.firstAt).toBeDefined();
    // Organizer's copy comes before the system's.
    expect(second?.paths).toEqual([join(home, FILTER, "Logs/LocallySymbolicated/a.crash")]);
  });

  test("for people it is columns and a sum", () => {
    const { status, stdout, stderr } = run(["--xcode"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^reports {2}kind {3}app {5}last seen {3}versions +signature\n {6}2 {2}crash {2}Harbor/);
    expect(stdout).toMatch(/\n3 reports in 2 signatures, 1 piece of feedback\n$/);
  });

  test("--from names other places: a home, and a folder of nothing but reports", () => {
    const elsewhere = run(["--xcode", "--from", home, "--format", "json"], { HOME: "/nowhere" });
    expect(lines<TriageRow>(elsewhere)).toHaveLength(2);
    const folder = run(["--from", join(home, SYSTEM), "--format", "json"], { HOME: "/nowhere" });
    expect(lines<TriageRow>(folder).map(({ reports }) => reports)).toEqual([2, 1]);
  });

  test("what cannot be read is told, and the rest is counted", () => {
    writeFileSync(join(home, SYSTEM, "broken.ips"), "Dear team");
    const { status, stdout, stderr } = run(["--xcode"]);
    writeFileSync(join(home, SYSTEM, "broken.ips"), "");
    expect(status).toBe(3);
    expect(stderr).toMatch(/^windfall: [^\n]*broken\.ips[^\n]*\n$/);
    expect(stdout).toContain("3 reports in 2 signatures");
  });
});

describe("to a hub", () => {
  test("reports, feedback and the one dSYM that a report names", async () => {
    writeFileSync(join(home, SYSTEM, "broken.ips"), report("sample-nsexception/input.ips"));
    const address = hub.env["WINDFALL_HUB"];
    const outcome = run(["--xcode", "--hub", address, "--format", "json"], { ...hub.env, WINDFALL_HUB: "" });
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    const answers = lines<{ path: string; reports?: string[]; feedback?: string[]; slices?: { uuid: string }[] }>(
      outcome,
    );
    expect(answers.filter(({ reports = [] }) => reports.length > 0)).toHaveLength(3);
    expect(answers.filter(({ feedback }) => feedback)).toHaveLength(1);
    expect(answers.flatMap(({ slices = [] }) => slices).map(({ uuid }) => uuid)).toEqual([
      "4c4c44ce-5555-3144-a1af-caee1217c80a",
    ]);
    await hub.processed();
    const ask = async (path: string) =>
      (await (
        await fetch(`${address}${path}`, { headers: { authorization: `Bearer ${hub.env["WINDFALL_KEY"]}` } })
      ).json()) as {
        apps?: { id: string; bundleId: string }[];
        feedback?: { pictures: unknown[]; feedback: { personName: string } }[];
      };
    const app = (await ask("/api/v1/apps")).apps?.find(({ bundleId }) => bundleId === "org.windfall.fixtures.Harbor");
    const { feedback } = await ask(`/api/v1/apps/${app?.id}/feedback`);
    expect(feedback).toMatchObject([{ feedback: { personName: "Mara Lind" }, pictures: [{ name: "Original.jpg" }] }]);
  });

  test("again changes nothing", () => {
    const { status, stdout } = run(["--xcode", "--hub", hub.env["WINDFALL_HUB"]], {
      WINDFALL_KEY: hub.env["WINDFALL_KEY"],
    });
    expect(status).toBe(0);
    expect(
      stdout
        .trim()
        .split("\n")
        .every((line) => line.startsWith("known already")),
    ).toBe(true);
  });

  test("one that is not there ends with 1, and says so", () => {
    const { status, stderr } = run(["--xcode", "--hub", "http://127.0.0.1:9"], { WINDFALL_KEY: "wfi_x" });
    expect(status).toBe(1);
    expect(stderr).toContain("no hub answers at http://127.0.0.1:9");
  });
});

test.each<[string, string[], number, RegExp]>([
  ["without --xcode", [], 2, /import --xcode/],
  ["an unknown flag", ["--xcode", "--form", "x"], 2, /did you mean --(from|format)/],
  ["a folder with nothing", ["--xcode", "--from", "/nowhere"], 3, /no such file|nothing that Xcode/],
])("%s", (_, args, exit, message) => {
  const { status, stderr } = run(args);
  expect([status, stderr]).toEqual([exit, expect.stringMatching(message)]);
});
