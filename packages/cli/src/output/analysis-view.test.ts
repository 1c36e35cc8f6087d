/** What a person is told of reports that are no crash. */
import { readFileSync } from "node:fs";
import { analyze } from "@windfall/core";
import { expect, test } from "vitest";
import { formatAnalysisMarkdown } from "./analysis-markdown.ts";
import { formatAnalysisText } from "./analysis-text.ts";
import { analysisView, type ViewOptions } from "./analysis-view.ts";
import { createStyle } from "./style.ts";

const OPTIONS: ViewOptions = { allThreads: false, symbolicated: true };

async function viewOf(name: string, options: Partial<ViewOptions> = {}) {
  const bytes = readFileSync(new URL(`../../../../fixtures/reports/${name}`, import.meta.url));
  const [analysis] = await analyze(new Uint8Array(bytes));
  if (analysis === undefined) throw new Error(`no report in ${name}`);
  return analysisView(analysis, { ...OPTIONS, ...options });
}

const textOf = async (name: string) => formatAnalysisText(await viewOf(name), name, createStyle(false)).split("\n");

test("a hang shows the heaviest path with its samples, and the thread it waits for", async () => {
  const lines = await textOf("format-hang-mac/input.hang");
  const from = lines.findIndex((line) => line.startsWith("Thread 0"));
  expect(lines.slice(from, from + 10)).toEqual([
    "Thread 0 · com.apple.main-thread · blocked by turnstile waiting for Harbor [89173] thread 0x10f36501 · heaviest path of 11 samples",
    "   8  kernel.release.t6041    0xfffffe0008e28040 (kernel.release.t6041 + 6029376)  [system]",
    "   8  libsystem_kernel.dylib  __ulock_wait + 8",
    "   8  Tide (beta)             closure #1 (Swift.Int) -> () in Tide.rise(by: (Swift.Int)) + 12",
    "  11  Harbor                  -[HarborController sailPressed:]  main.m:33",
    "  11  Harbor                  main  main.m",
    "  11  dyld                    start + 7184",
    "",
    "Thread 1 · Tide    worker · heaviest path of 11 samples",
    "  11  libsystem_pthread.dylib  thread_start + 8",
  ]);
});

test("counts of thousands keep their column", async () => {
  const lines = await textOf("format-sample-tool/input.txt");
  expect(lines).toContain(" 2300  Harbor                  0x100d41559 (Harbor + 5465)  [no dSYM]");
});

test("a memory kill is titled by whom it hit, in Markdown too", async () => {
  const view = await viewOf("format-jetsam/input.ips");
  expect(view.title).toBe("Killed for memory: Harbor (per-process-limit) and 1 more");
  expect(view.facts.map(([label]) => label)).toEqual([
    "App",
    "System",
    "Time",
    "Incident",
    "Killed",
    "Memory",
    "Largest",
  ]);
  expect(formatAnalysisMarkdown(view, "x")).toContain("`Killed` `Harbor [902]  per-process-limit  2 GiB");
});

test("a stackshot asks only for the debug files of the threads it shows", async () => {
  const view = await viewOf("format-panic/input.ips");
  expect(view.facts.find(([label]) => label === "App")).toBeUndefined();
  expect(view.images.images.map(({ text }) => text)).toEqual([expect.stringContaining("4c4c44ce")]);
  expect(view.threadsLeftOut).toBe("2 more threads: --all-threads prints them");
});

test("a log that is kept shows how it begins", async () => {
  const view = await viewOf("format-header-and-other-text/input.ips");
  expect(view.title).toBe("OTASUpdate, a log of the system");
  expect(view.facts.find(([label]) => label === "Text")?.[1]).toEqual(["1|Restore started", "2|Restore failed: 78"]);
});

test("no thread of a fault or a limit is called crashed, and a fault says that it is no crash", async () => {
  const fault = await textOf("format-ips-os-fault/input.ips");
  expect(fault).toContain("  Outcome      a fault, no crash: the process went on");
  for (const lines of [fault, await textOf("format-ips-resource/input.ips")]) {
    expect(lines.filter((line) => line.includes("crashed"))).toEqual([]);
    expect(lines).toContain("Thread 0");
  }
  expect(await textOf("sample-simulated/input.ips")).toContain("  Outcome      a fault, no crash: the process went on");
});
