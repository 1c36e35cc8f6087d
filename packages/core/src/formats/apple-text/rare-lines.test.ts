import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../report.ts";
import { convertReports } from "../../write/convert.ts";
import { appleText } from "../apple-text.ts";

type Body = Record<string, JsonValue>;

const FRAME = (imageOffset: number, more: Body = {}): Body => ({ imageIndex: 0, imageOffset, ...more });
const BODY: Body = {
  procName: "Harbor",
  pid: 7,
  cpuType: "ARM-64",
  faultingThread: 0,
  exception: { type: "EXC_BAD_ACCESS", signal: "SIGSEGV" },
  termination: { namespace: "SIGNAL", code: 11, indicator: "Segmentation fault: 11", byProc: "exc handler", byPid: 7 },
  threads: [{ triggered: true, frames: [FRAME(16)] }],
  usedImages: [{ base: 4096, size: 4096, name: "Harbor", arch: "arm64", uuid: "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" }],
};
const PHONE = { train: "iPhone OS 26.0", build: "23A341", isEmbedded: true };
const MAC = { train: "macOS 26.1", build: "25B78" };

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const input = (body: Body, header: Body = {}) =>
  bytes(`${JSON.stringify({ bug_type: "309", ...header })}\n${JSON.stringify({ ...BODY, ...body })}`);
const textOf = (body: Body, header: Body = {}): string => appleText(input(body, header));
const again = (text: string): string => {
  const [ips] = convertReports(bytes(text), { to: "ips" });
  const [crash] = convertReports(bytes(ips?.text ?? ""), { to: "crash" });
  return crash?.text ?? "";
};

/** The part from the first line that starts with `from` to the next one that starts with `to`. */
function part(text: string, from: string, to: string): string[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(from));
  return lines.slice(
    start,
    lines.findIndex((line, i) => i > start && line.startsWith(to)),
  );
}

describe("recursion that was left out", () => {
  const round = FRAME(64, { symbol: "Dock.depth(of:)", symbolLocation: 8 });
  const thread = {
    triggered: true,
    originalLength: 1009,
    recursionInfoArray: [{ hottestElided: 4, coldestElided: 1003, depth: 1005, keyFrame: round }],
    frames: [FRAME(16), round, round, round, round, round, FRAME(128)],
  };

  test.each([PHONE, MAC])("counts the rounds down, in %j", (osVersion) => {
    const text = textOf({ osVersion, threads: [thread] });
    expect(part(text, "Thread 0 Crashed", "Thread 0 crashed with").slice(1, 17)).toEqual([
      "0    Harbor                        \t            0x1010 0x1000 + 16",
      "1    Harbor                        \t            0x1040 Dock.depth(of:) + 8",
      "-------- RECURSION LEVEL 1005",
      "2    Harbor                        \t            0x1040 Dock.depth(of:) + 8",
      "-------- RECURSION LEVEL 1004",
      "3    Harbor                        \t            0x1040 Dock.depth(of:) + 8",
      "-------- RECURSION LEVEL 1003",
      "--------",
      "-------- ELIDED 1000 LEVELS OF RECURSION THROUGH 0x1040 Dock.depth(of:) + 8",
      "--------",
      "1004 Harbor                        \t            0x1040 Dock.depth(of:) + 8",
      "-------- RECURSION LEVEL 2",
      "1005 Harbor                        \t            0x1040 Dock.depth(of:) + 8",
      "-------- RECURSION LEVEL 1",
      "1006 Harbor                        \t            0x1080 0x1000 + 128",
      "",
    ]);
  });

  test.each([PHONE, MAC])("comes back from text, in %j", (osVersion) => {
    const text = textOf({ osVersion, threads: [thread] });
    expect(again(text)).toBe(again(again(text)));
    expect(part(again(text), "Thread 0 Crashed", "Thread 0 crashed with")).toEqual(
      part(text, "Thread 0 Crashed", "Thread 0 crashed with"),
    );
  });

  test.each<[what: string, info: JsonValue]>([
    ["no key frame", { hottestElided: 2, coldestElided: 3, depth: 9 }],
    ["numbers the wrong way round", { hottestElided: 9, coldestElided: 3, depth: 9, keyFrame: round }],
    ["words", "nothing"],
  ])("prints every frame where the gap has %s", (_, info) => {
    const text = textOf({ osVersion: MAC, threads: [{ ...thread, recursionInfoArray: [info] }] });
    expect(text).not.toContain("RECURSION");
    expect(text.match(/Dock\.depth/g)).toHaveLength(5);
  });
});

test("the Mac's text of OS 26 has every rare line of Apple's template", () => {
  const text = textOf({
    osVersion: MAC,
    isBeta: 1,
    simulatedCaller: "Xcode",
    storeInfo: { deviceIdentifierForVendor: "5E0C0F2E-1111-4222-8333-444455556666" },
    fatalDyldError: 1,
    workQueueLimits: { "Dispatch Thread Soft Limit": 64 },
    extMods: { warnings: 1, targeted: { thread_set_state: 2 }, caller: {} },
    asi: { "libsystem_c.dylib": ["abort() called"] },
    asiSignatures: ["Graphics kernel error: 0xfffffffb"],
    asiBacktraces: ["0   Harbor   0x0000000000001010 tie + 4"],
    ktriageinfo: "VM - paging failed\n",
    reportNotes: ["dyld_process_snapshot_get_shared_cache failed"],
    filteredLog: ["dock is full"],
  });
  for (const block of [
    "Beta:                YES\n",
    "Beta Identifier:     5E0C0F2E-1111-4222-8333-444455556666\n",
    "Exception Note:    SIMULATED (this is NOT a crash) requested by Xcode\n",
    `Terminating Process: exc handler [7]

Dyld Error Message:
  1


Dispatch Thread Soft Limit Reached: 64 (too many dispatch threads blocked in synchronous operations)

External Modification Warnings:
Debugger attached to process.

Application Specific Information:
abort() called


Application Specific Signatures:
Graphics kernel error: 0xfffffffb

Application Specific Backtrace 0:
0   Harbor   0x0000000000001010 tie + 4


Kernel Triage:
VM - paging failed


Thread 0 Crashed:
`,
    "\n\nError Formulating Crash Report:\ndyld_process_snapshot_get_shared_cache failed\n\nFiltered log messages:\ndock is full\n\n",
  ])
    expect(text).toContain(block);
  expect(text).not.toContain("Crash Reporter Key");
});

test("the text of iOS has its own", () => {
  const text = textOf({
    osVersion: PHONE,
    isBeta: 1,
    crashReporterKey: "c0ffee",
    reportNotes: ["one", "two"],
    dyldMessages: ["Library not loaded"],
    filteredLog: ["dock is full"],
  });
  expect(text).toMatch(/^Beta Identifier: {5}Unknown$/m);
  expect(text).not.toContain("c0ffee");
  expect(text).toContain("\nDyld Error Message:Library not loaded\n\n");
  expect(text).toMatch(/\n\nError Formulating Crash Report:\none\ntwo\n\nFiltered syslog:\ndock is full\n\nEOF\n$/);
});

describe("which thread", () => {
  const { faultingThread: _, ...unknown } = BODY;
  const lines = (body: Body) =>
    [PHONE, MAC].map((osVersion) => {
      const text = appleText(bytes(`{"bug_type":"309"}\n${JSON.stringify({ ...unknown, osVersion, ...body })}`));
      return /^.* by Thread:.*$/m.exec(text)?.[0];
    });

  test("ended the process is not always known", () => {
    expect(lines({})).toEqual(["Triggered by Thread:  Unknown", "Triggered by Thread: Unknown"]);
    expect(lines({ legacyInfo: { threadHighlighted: 3 } })).toEqual([
      "Highlighted by Thread:  3",
      "Highlighted by Thread: 3",
    ]);
  });

  test("has a name and a queue on the Mac", () => {
    const threadTriggered = { name: "painter", queue: "com.apple.main-thread" };
    expect(lines({ faultingThread: 0, legacyInfo: { threadTriggered } })).toEqual([
      "Triggered by Thread:  0",
      "Triggered by Thread: 0  painter, Dispatch Queue: com.apple.main-thread",
    ]);
  });
});

describe("which form", () => {
  test.each<[what: string, body: Body, header: Body]>([
    ["a Mac's report without a platform", { osVersion: MAC }, { platform: 0 }],
    ["one that says it is embedded", { osVersion: { ...MAC, isEmbedded: true } }, { platform: 0 }],
    ["one that names only a Mac's model", { osVersion: { train: "26.1" }, modelCode: "Mac16,5" }, { platform: 0 }],
  ])("%s is printed as the Mac's", (_, body, header) => {
    expect(textOf(body, header)).not.toMatch(/^EOF$/m);
  });

  test("what is no crash has no line about an exception", () => {
    const { exception: _, termination: __, faultingThread: ___, ...rest } = BODY;
    for (const osVersion of [PHONE, MAC, { train: "macOS 14.4" }]) {
      const text = appleText(bytes(`{"bug_type":"228"}\n${JSON.stringify({ ...rest, osVersion })}`));
      expect(text).not.toMatch(/Exception|\?\?\?:|Triggered/);
      expect(text).toContain("Thread 0 Crashed:");
    }
  });
});
