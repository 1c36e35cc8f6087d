import { expect, test } from "vitest";
import { fixture } from "../test/files.ts";
import { parseReports } from "./formats/parse.ts";
import { reportJson } from "./report-json.ts";
import type { Report } from "./report.ts";
import { systemFacts, systemTitle } from "./system-facts.ts";
import { blockingThread, tellingThread } from "./telling-thread.ts";

async function report(path: string): Promise<Report> {
  const [parsed] = parseReports(await fixture(`reports/${path}`));
  if (parsed === undefined) throw new Error(`no report in ${path}`);
  return parsed.value;
}

test.each([
  ["format-jetsam/input.ips", "Killed for memory: Harbor (per-process-limit) and 1 more"],
  ["format-jetsam-cut/input.ips", "Killed for memory: TeeBude (vm-pageshortage)"],
  ["format-panic-mac/input.panic", "Kernel panic: Kernel trap at 0xffffff7f8c7ba8b1, type 14=page fault"],
  ["format-stackshot/input.ips", "Stackshot of Harbor: stackshot via sysdiagnose (Remote)"],
  ["format-telemetry/input.ips", "Telemetry, not a report"],
  ["format-header-and-other-text/input.ips", "OTASUpdate, a log of the system"],
  ["format-hang-ios/input.ips", undefined],
  ["sample-null-dereference/input.ips", undefined],
])("%s is titled %s", async (path, title) => {
  const parsed = await report(path);
  expect(systemTitle(parsed)).toBe(title);
  expect(systemTitle(reportJson(parsed))).toBe(title);
});

test("a memory kill tells who, why, how much, and who else held it", async () => {
  expect(systemFacts(await report("format-jetsam/input.ips"))).toEqual([
    [
      "Killed",
      [
        "Harbor [902]  per-process-limit  2 GiB  (frontmost, resume)",
        "tidesd [311]  vm-pageshortage  9.5 MiB, at most 15.3 MiB  (daemon, idle)",
      ],
    ],
    ["Memory", ["32 MiB free (2048 pages of 16 KiB)", "2.4 GiB held by 6 processes"]],
    [
      "Largest",
      [
        "Harbor [902]  2 GiB  (frontmost, resume)",
        "SpringBoard [55]  222.0 MiB",
        "TeeBude [640]  140.8 MiB  (suspended)",
        "backboardd [54]  65.8 MiB  (daemon)",
        "configd [31]  12.5 MiB  (daemon)",
      ],
    ],
  ]);
});

test("a limit tells what was measured and what was allowed", async () => {
  expect(systemFacts(await report("format-disk-writes/input.ips"))).toEqual([
    ["Event", ["disk writes; action taken: none"]],
    ["Measured", [expect.stringMatching(/^1074\.31 MB of file backed memory dirtied over 660 seconds/)]],
    ["Limit", ["1073.74 MB in 24 h"]],
    ["Sampled", ["102 samples in 660.14 s"]],
  ]);
});

test("of many victims ten are told", () => {
  const victims = Array.from({ length: 12 }, (_, i) => ({ name: `p${i}`, states: [], residentBytes: i }));
  const [killed] = systemFacts({
    kind: "jetsam",
    process: {},
    memoryKill: { victims, largest: [], processCount: 12, residentBytes: 0, pageBytes: 4096, pages: {} },
  });
  expect(killed?.[1]).toHaveLength(11);
  expect(killed?.[1].at(-1)).toBe("… 2 more");
});

test("the thread shown first is the crashed one, else the main thread, else one with frames", () => {
  const thread = (changes: object) => ({ crashed: false, frames: [1], ...changes });
  const crashed = thread({ crashed: true, frames: [] });
  const main = thread({ queue: "com.apple.main-thread" });
  const empty = thread({ frames: [] });
  expect(tellingThread({ threads: [main, crashed] })).toBe(crashed);
  expect(tellingThread({ threads: [thread({}), main] })).toBe(main);
  expect(tellingThread({ threads: [empty, thread({ queue: "q" })] })).toMatchObject({ queue: "q" });
  expect(tellingThread({ threads: [main, empty], crashedThread: 1 })).toBe(empty);
  expect(tellingThread({ threads: [empty] })).toBe(empty);
  expect(tellingThread({ threads: [] })).toBeUndefined();
});

test.each(["format-hang-ios/input.ips", "format-hang-mac/input.hang", "format-stackshot/input.ips"])(
  "%s: the main thread waits for another one, which is found",
  async (path) => {
    const parsed = await report(path);
    const main = tellingThread(parsed);
    expect(main?.queue).toBe("com.apple.main-thread");
    expect(main && blockingThread(parsed, main)?.name).toMatch(/worker/i);
  },
);

test("a thread that waits for nobody, or for one that is not shown, has none", () => {
  const threads = [{ id: "0x1", crashed: false, frames: [] }];
  for (const state of ["running", "blocked by turnstile waiting for a [1] thread 0x2", "blocked on 7, hops: 1"]) {
    expect(blockingThread({ threads }, { state, crashed: false, frames: [] })).toBeUndefined();
  }
});
