import { expect, test } from "vitest";
import { HOSTILE_REPORTS } from "../../../../fixtures/hostile/reports.ts";
import { HOSTILE_ZIPS } from "../../../../fixtures/hostile/archives.ts";
import { fixture } from "../../../core/test/files.ts";
import { zipOf } from "../../../core/test/zip-writer.ts";
import { createAnalyzer, MAX_REPORTS } from "./analyzer.ts";
import type { FromWorker, GivenFile, ReadReport } from "./messages.ts";

const DWARF = "Harbor.dSYM/Contents/Resources/DWARF/Harbor";
const ips = await fixture("reports/sample-null-dereference/input.ips");
const crash = await fixture("reports/sample-null-dereference/input.crash");
const dsym = await fixture(`dsyms/harbor-ios-arm64-d4/${DWARF}`);
const otherBuild = await fixture(`dsyms/harbor-ios-arm64-d5/${DWARF}`);

const file = (path: string, content: Uint8Array | string): GivenFile => ({
  path,
  file: new Blob([content as BlobPart]),
});

function started() {
  const said: FromWorker[] = [];
  const analyzer = createAnalyzer(
    (message) => said.push(message),
    () => "a secret of the test",
  );
  return {
    said,
    receive: analyzer.receive,
    add: (...files: GivenFile[]) => analyzer.receive({ kind: "add", files }),
    /** The last answer for each report. */
    reports: (): readonly ReadReport[] => {
      const last = new Map<number, ReadReport>();
      for (const message of said) if (message.kind === "report") last.set(message.report.id, message.report);
      return [...last.values()];
    },
    refused: () => said.flatMap((message) => (message.kind === "refused" ? [message.refusal] : [])),
  };
}

const firstLine = (report: ReadReport | undefined) => {
  const frame = report?.analysis.report.threads.find((thread) => thread.crashed)?.frames[0];
  return `${frame?.file?.split("/").at(-1)}:${frame?.line}`;
};
const statusOf = (report: ReadReport | undefined) =>
  report?.analysis.symbols.images.find(({ name }) => name === "Harbor")?.status;

test("a dSYM names a report whichever of the two comes first", async () => {
  for (const files of [
    [file("a.ips", ips), file(DWARF, dsym)],
    [file(DWARF, dsym), file("a.ips", ips)],
  ]) {
    const { add, reports } = started();
    await add(...files);
    expect(reports().map(firstLine)).toEqual(["engine.c:22"]);
  }
});

test("a dSYM that comes later names the report anew, under its id", async () => {
  const { add, reports } = started();
  await add(file("a.ips", ips));
  const [before] = reports();
  expect([before?.id, statusOf(before)]).toEqual([1, "missing"]);
  await add(file(DWARF, otherBuild));
  expect(reports().map(statusOf)).toEqual(["uuid-mismatch"]);
  await add(file(DWARF, dsym));
  expect(reports().map((report) => [report.id, firstLine(report)])).toEqual([[1, "engine.c:22"]]);
});

test("one broken file among others costs only itself", async () => {
  const { add, reports, refused } = started();
  await add(file("note.txt", "hello"), file("a.ips", ips), file("empty.crash", ""), file("b.crash", crash));
  expect(reports().map(({ path }) => path)).toEqual(["a.ips", "b.crash"]);
  expect(refused().map(({ path, code }) => [path, code])).toEqual([
    ["note.txt", "not-a-report"],
    ["empty.crash", "empty"],
  ]);
});

test("a zip is looked through for both; notes beside them are passed over", async () => {
  const { add, reports, refused } = started();
  const zip = await zipOf([
    { path: "logs/Harbor.crash", bytes: crash, method: "deflate" },
    { path: "logs/readme.txt", bytes: "nothing of a report" },
    { path: `dSYMs/${DWARF}`, bytes: dsym, method: "deflate" },
  ]);
  await add(file("all.zip", zip));
  expect(reports().map((report) => [report.path, firstLine(report)])).toEqual([
    ["all.zip!/logs/Harbor.crash", "engine.c:22"],
  ]);
  expect(refused()).toEqual([]);
});

test("a note found in a folder is passed over; one that was handed over by name is answered", async () => {
  const { add, refused } = started();
  await add({ ...file("logs/expected.json", "{}"), found: true }, { ...file("logs/a.crash", "x"), found: true });
  await add(file("expected.json", "{}"));
  expect(refused().map(({ path }) => path)).toEqual(["logs/a.crash", "expected.json"]);
});

test("a zip without either says so", async () => {
  const { add, refused } = started();
  await add(file("photos.zip", await zipOf([{ path: "a.jpg", bytes: "x" }])));
  expect(refused().map(({ path, code }) => [path, code])).toEqual([["photos.zip", "not-a-report"]]);
});

test("one report more than are looked at is left out, with a word", async () => {
  const { add, reports, refused } = started();
  const small = "Thread 0 Crashed:\n0   Harbor   0x0000000104e08a44 0x104e00000 + 35396\n";
  await add(...Array.from({ length: MAX_REPORTS + 1 }, (_, index) => file(`${index}.crash`, small)));
  expect(reports()).toHaveLength(MAX_REPORTS);
  expect(refused().map(({ code }) => code)).toEqual(["too-many"]);
});

test("text and original come back for a report, and nothing for one that is forgotten", async () => {
  const { add, receive, said } = started();
  await add(file(DWARF, dsym), file("a.ips", ips));
  await receive({ kind: "fetch", call: 1, reportId: 1, form: "text" });
  await receive({ kind: "fetch", call: 2, reportId: 1, form: "original" });
  await receive({ kind: "forget" });
  await receive({ kind: "fetch", call: 3, reportId: 1, form: "text" });
  const blobs = said.flatMap((message) => (message.kind === "fetched" ? [message.blob] : []));
  expect(await blobs[0]?.text()).toContain("engine_read_pressure + 4 (engine.c:22)");
  expect(new Uint8Array((await blobs[1]?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(ips);
  expect(blobs[2]).toBeUndefined();
});

test("a scrubbed copy lacks what tells whom it happened to, and is the same crash", async () => {
  const { add, receive, said, reports } = started();
  await add(file("a.ips", ips));
  await receive({ kind: "fetch", call: 1, reportId: 1, form: "scrubbed" });
  const blob = said.flatMap((message) => (message.kind === "fetched" ? [message.blob] : []))[0];
  const text = (await blob?.text()) ?? "";
  const before = reports()[0]?.analysis;
  const device = /"crashReporterKey"\s*:\s*"([^"]+)"/.exec(new TextDecoder().decode(ips))?.[1] ?? "none";
  expect(text).toContain("Harbor");
  expect(text).not.toContain(device);
  await add(file("scrubbed.ips", text));
  expect(reports()[1]?.analysis.diagnosis).toEqual(before?.diagnosis);
});

test("hostile reports and archives end in an answer or a refusal", async () => {
  const { add, said, refused } = started();
  const reports = HOSTILE_REPORTS.map(({ name, bytes }) => file(name, bytes()));
  const zips = await Promise.all(HOSTILE_ZIPS.map(async ({ name, bytes }) => file(`${name}.zip`, await bytes())));
  await add(...reports, ...zips);
  expect(said.at(-1)).toEqual({ kind: "idle" });
  expect(refused().filter(({ code }) => code === "unreadable")).toEqual([]);
});

/** A debug file with a long tail that no load command speaks of, as large files are mostly never looked at. */
class LargeFile extends Blob {
  bytesRead = 0;
  override get size(): number {
    return 400 * 1024 * 1024;
  }
  override slice(start = 0, end = this.size): Blob {
    this.bytesRead += end - start;
    const head = dsym.subarray(Math.min(start, dsym.length), Math.min(end, dsym.length));
    return new Blob([head as BlobPart, new Uint8Array(end - start - head.length)]);
  }
}

test("of a dSYM of 400 MB only what addresses fall into is read", async () => {
  const { add, reports } = started();
  const large = new LargeFile();
  await add({ path: DWARF, file: large }, file("a.ips", ips));
  expect(reports().map(firstLine)).toEqual(["engine.c:22"]);
  expect(large.bytesRead).toBeLessThan(1024 * 1024);
});
