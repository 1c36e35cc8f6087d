import { expect, test } from "vitest";
import { MAX_LINE_LENGTH } from "../limits.ts";
import { parseImageLine } from "./binary-images.ts";
import { parseTermination } from "./cause.ts";
import { parseFrameTarget } from "./frame-symbol.ts";
import {
  looksLikeFrame,
  matchFrame,
  matchLabel,
  matchSection,
  matchState,
  matchThread,
  matchThreadName,
  matchUnknownLabel,
  matchUnknownSection,
} from "./grammar.ts";
import { matchRecursion } from "./recursion.ts";
import { readRegisters } from "./registers.ts";

test.each([
  [
    "0   Harbor                        \t       0x104a0c1f0 0x104a08000 + 16880",
    "Harbor",
    0x104a0c1f0n,
    "0x104a08000 + 16880",
  ],
  [
    "12  com.apple.CoreFoundation      \t0x00007fff20455d5a __CFRunLoopRun + 316",
    "com.apple.CoreFoundation",
    0x7fff20455d5an,
    "__CFRunLoopRun + 316",
  ],
  ["0   App Namespace                       0x0000000104b1c000 main + 12", "App Namespace", 0x104b1c000n, "main + 12"],
  ["3   Snapshot (*)                  \t       0x104c00010 x + 1", "Snapshot (*)", 0x104c00010n, "x + 1"],
  ["4   ???                           \t000000000000000000 0 + 0", "???", 0n, "0 + 0"],
  ["511 libsystem_malloc.dylib        \t       0x19eca79c0 ", "libsystem_malloc.dylib", 0x19eca79c0n, ""],
  [
    "0       Tweak.dylib                     0x0000000101c3b000 0x101c38000 + 0x3000\t// _hook + 0x10",
    "Tweak.dylib",
    0x101c3b000n,
    "0x101c38000 + 0x3000\t// _hook + 0x10",
  ],
])("reads the frame %s", (line, imageName, address, rest) => {
  expect(matchFrame(line)).toEqual({ imageName, address, rest });
});

test.each([
  "Thread 0:",
  "0x104a08000 - 0x104a17fff Lantern arm64",
  "   0   x",
  "12 monkeys",
  "0   Harbor  no address here",
  "",
])("%j is no frame", (line) => {
  expect(matchFrame(line)).toBeUndefined();
});

test("a line that was meant to be a frame is told from one that was not", () => {
  expect(["0   Harbor  no address", "7 dwarfs", "in namespace chart + 44"].map(looksLikeFrame)).toEqual([
    true,
    false,
    false,
  ]);
});

const symbol = (name: string, more: object = {}) => ({ symbol: { function: name, ...more, source: "report" } });

test.each<[string, object]>([
  ["0x104a08000 + 16880", { base: 0x104a08000n }],
  ["start + 462", symbol("start", { functionOffset: 462 })],
  ["-[UIApplication _run] + 592", symbol("-[UIApplication _run]", { functionOffset: 592 })],
  ["Lamp.light() + 76 (Lamp.swift:41)", symbol("Lamp.light()", { functionOffset: 76, file: "Lamp.swift", line: 41 })],
  [
    "Lamp.light() + 76 (Lamp.swift:41) [inlined]",
    { ...symbol("Lamp.light()", { functionOffset: 76, file: "Lamp.swift", line: 41 }), inlined: true },
  ],
  [
    "_assertionFailure(_:_:file:line:flags:) + 308 [inlined]",
    { ...symbol("_assertionFailure(_:_:file:line:flags:)", { functionOffset: 308 }), inlined: true },
  ],
  ["__pthread_kill + 8 (:-1)", symbol("__pthread_kill", { functionOffset: 8 })],
  ["thunk + 4 (<compiler-generated>:0)", symbol("thunk", { functionOffset: 4, file: "<compiler-generated>" })],
  ["main (main.m:14)", symbol("main", { file: "main.m", line: 14 })],
  ["pleaseCrash() (in Harbor) (Crash.swift:9)", symbol("pleaseCrash()", { file: "Crash.swift", line: 9 })],
  ["start (in dyld) + 462", symbol("start", { functionOffset: 462 })],
  [
    "0x5f000 + 30888 (-[Crasher doAbort] + 8)",
    { base: 0x5f000n, ...symbol("-[Crasher doAbort]", { functionOffset: 8 }) },
  ],
  ["0x101c38000 + 0x3000\t// _hook + 0x10", { base: 0x101c38000n, ...symbol("_hook", { functionOffset: 16 }) }],
  ["0x101c38000 + 0x3000", { base: 0x101c38000n }],
  ["0x101c38000 + 0x3000\t// 0x00003000 + 0x0", { base: 0x101c38000n }],
  ["operator+(A const&, B const&) + 12", symbol("operator+(A const&, B const&)", { functionOffset: 12 })],
  [
    "-[NSRunLoop+ 32428 (NSRunLoop) runMode:beforeDate:] + 300",
    symbol("-[NSRunLoop(NSRunLoop) runMode:beforeDate:]", { functionOffset: 300 }),
  ],
  [
    "(1) suspend resume partial function for load() + 20",
    symbol("(1) suspend resume partial function for load()", { functionOffset: 20 }),
  ],
  ["assertion: a\nsecond line + 44", symbol("assertion: a\nsecond line", { functionOffset: 44 })],
  ["???", {}],
  ["0 + 0", {}],
  ["", {}],
])("reads the frame's last column %j", (rest, target) => {
  expect(parseFrameTarget(rest)).toEqual(target);
});

const UUID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

test.each<[string, object | string | undefined]>([
  [
    "       0x104a08000 -        0x104a17fff Harbor arm64  <0f1e2d3c4b5a69788796a5b4c3d2e1f0> /p/Harbor",
    { name: "Harbor", base: 0x104a08000n, size: 65536, arch: "arm64", uuid: UUID, path: "/p/Harbor" },
  ],
  [
    "0x1000 - 0x1fff App Namespace arm64  <0f1e2d3c4b5a69788796a5b4c3d2e1f0> /p/App Namespace",
    { name: "App Namespace", base: 0x1000n, size: 4096, arch: "arm64", uuid: UUID, path: "/p/App Namespace" },
  ],
  [
    "0x1000 - 0x1fff +Harbor armv7  <0f1e2d3c4b5a69788796a5b4c3d2e1f0> /p/Harbor",
    { name: "Harbor", base: 0x1000n, size: 4096, arch: "armv7", uuid: UUID, path: "/p/Harbor" },
  ],
  [
    "0x1000 - 0x1fff + Harbor armv7  <0f1e2d3c4b5a69788796a5b4c3d2e1f0> /p/Harbor",
    { name: "Harbor", base: 0x1000n, size: 4096, arch: "armv7", uuid: UUID, path: "/p/Harbor" },
  ],
  [
    "0x1000 - 0x1fff dyld (*) <0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0> /usr/lib/dyld",
    { name: "dyld", base: 0x1000n, size: 4096, uuid: UUID, path: "/usr/lib/dyld" },
  ],
  [
    "0x1000 - 0x1fff com.apple.AppKit (6.9 - 2022.60.126) <0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0> /S/AppKit",
    {
      name: "AppKit",
      bundleId: "com.apple.AppKit",
      version: "6.9",
      base: 0x1000n,
      size: 4096,
      uuid: UUID,
      path: "/S/AppKit",
    },
  ],
  [
    "0x1000 - 0x1fff libx.dylib x86_64 (400.9.4 - 1.0.0) <0f1e2d3c4b5a69788796a5b4c3d2e1f0> /usr/lib/libx.dylib",
    {
      name: "libx.dylib",
      version: "400.9.4",
      arch: "x86_64",
      base: 0x1000n,
      size: 4096,
      uuid: UUID,
      path: "/usr/lib/libx.dylib",
    },
  ],
  [
    "0x1000 - 0x1fff Harbor arm64  <(null)> /p/Harbor",
    { name: "Harbor", base: 0x1000n, size: 4096, arch: "arm64", path: "/p/Harbor" },
  ],
  ["0x010472c000 - 0x010472ffff Harbor", { name: "Harbor", base: 0x10472c000n, size: 16384 }],
  [
    "0x104bf4000 -                ???  assetsd                 <0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0>  /p/assetsd",
    { name: "assetsd", base: 0x104bf4000n, size: 0, uuid: UUID, path: "/p/assetsd" },
  ],
  ["               0x0 - 0xffffffffffffffff ??? (*) <00000000-0000-0000-0000-000000000000> ???", "none"],
  [
    "0x1000 - 0xffffffffffffffff Huge arm64 <0f1e2d3c4b5a69788796a5b4c3d2e1f0> /p",
    { name: "Huge", base: 0x1000n, size: 0, arch: "arm64", uuid: UUID, path: "/p" },
  ],
  [
    "0x2000 - 0x1fff Backwards arm64 <0f1e2d3c4b5a69788796a5b4c3d2e1f0> /p",
    { name: "Backwards", base: 0x2000n, size: 0, arch: "arm64", uuid: UUID, path: "/p" },
  ],
  ["Harbor arm64", undefined],
])("reads the image %s", (line, image) => {
  expect(parseImageLine(line)).toEqual(image);
});

test.each([
  ["Thread 0 Crashed:", { number: 0, crashed: true }],
  ["Thread 2 Attributed:", { number: 2, crashed: true }],
  [
    "Thread 0 Crashed::  Dispatch queue: com.apple.main-thread",
    { number: 0, crashed: true, queue: "com.apple.main-thread" },
  ],
  ["Thread 5:: render loop Dispatch queue: q", { number: 5, crashed: false, name: "render loop", queue: "q" }],
  ["Thread 5:: name", { number: 5, crashed: false, name: "name" }],
  ["Thread 1 Crashed: uploader", { number: 1, crashed: true, name: "uploader" }],
  ["Thread 13:", { number: 13, crashed: false }],
  ["Thread 1:00 sharp", undefined],
  ["Thread one:", undefined],
  ["Thread 1 crashed with ARM Thread State (64-bit):", undefined],
])("reads the thread head %s", (line, head) => {
  expect(matchThread(line)).toEqual(head);
});

test("thread names, states, labels and sections", () => {
  expect(matchThreadName("Thread 0 name:   Dispatch queue: q")).toEqual({ number: 0, queue: "q" });
  expect(matchThreadName("Thread 5 name:  com.apple.uikit.eventfetch-thread")).toEqual({
    number: 5,
    name: "com.apple.uikit.eventfetch-thread",
  });
  expect(matchThreadName("Thread 3 name:")).toEqual({ number: 3 });
  expect(matchState("Thread 7 crashed with X86 Thread State (64-bit):")).toEqual({ number: 7 });
  expect(matchState("Thread 7 crashed with X86-64 Thread State:")).toEqual({ number: 7 });
  expect(matchState("Unknown thread crashed with unknown flavor: 5, state_count: 1")).toEqual({});
  expect(matchState("Thread 7 crashed with joy")).toBeUndefined();
  expect(matchLabel("Exception Type:  EXC_CRASH (SIGABRT)")).toEqual({
    label: "Exception Type",
    value: "EXC_CRASH (SIGABRT)",
  });
  expect(matchLabel("Role:")).toEqual({ label: "Role", value: "" });
  expect(matchLabel("Reason: tried: '/usr/lib'")).toBeUndefined();
  expect(matchSection("Binary Images (dpkg):")).toEqual({ name: "Binary Images", rest: "" });
  expect(matchSection("Last Exception Backtrace: (0x1 0x2)")).toEqual({
    name: "Last Exception Backtrace",
    rest: "(0x1 0x2)",
  });
  expect(matchSection("Binary Images are listed below")).toBeUndefined();
});

test.each([
  ["kernel messages:", { name: "kernel messages", rest: "" }],
  ["MTE Page Tags (2):", undefined],
  ["kernel messages: 3", undefined],
  ["It crashed like this, why:", undefined],
])("a heading nobody knows: %s", (line, section) => {
  expect(matchUnknownSection(line)).toEqual(section);
});

test.each([
  ["-------- RECURSION LEVEL 9", {}],
  ["--------", {}],
  ["-------- ELIDED 57985 LEVELS OF RECURSION THROUGH 0x1c4794e18 f(int) + 352", { levels: 57985 }],
  ["-------- ELIDED 1 LEVEL OF RECURSION THROUGH 0x1 f", { levels: 1 }],
  ["-------- x", undefined],
  ["- RECURSION LEVEL 9", undefined],
])("reads the line about recursion %s", (line, recursion) => {
  expect(matchRecursion(line)).toEqual(recursion);
});

test("lines in the form of a label are told from others", () => {
  expect(matchUnknownLabel("Moon Phase:          waxing")).toEqual({ label: "Moon Phase", value: "waxing" });
  expect(["moon phase: waxing", "Moon:waxing", "Moon:", "0   a  0x1 b: c"].map(matchUnknownLabel)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("registers of every flavour", () => {
  const registers = new Map<string, bigint>();
  readRegisters("    x0: 0x8000000102236830   x1: 0x0000000000000001", registers);
  readRegisters("   x28: 0x0000000000000000   fp: 0xffffffffffffffff", registers);
  readRegisters("  rip: 0x00007fff201f2d5d  rfl: 0x0000000000010246  cr2: <unavailable>", registers);
  readRegisters("       cpsr: 0x0   esr: 0xf2000001 (Breakpoint) brk 1", registers);
  expect(Object.fromEntries(registers)).toEqual({
    x0: 0x8000000102236830n,
    x1: 1n,
    x28: 0n,
    fp: 0xffffffffffffffffn,
    rip: 0x7fff201f2d5dn,
    rflags: 0x10246n,
    cpsr: 0n,
    esr: 0xf2000001n,
  });
});

test.each([
  ["Namespace SIGNAL, Code 0xb", { namespace: "SIGNAL", code: 11n }],
  [
    "Namespace SIGNAL, Code 11 Segmentation fault: 11",
    { namespace: "SIGNAL", code: 11n, indicator: "Segmentation fault: 11" },
  ],
  ["SIGNAL 6 Abort trap: 6", { namespace: "SIGNAL", code: 6n, indicator: "Abort trap: 6" }],
  ["SIGNAL 5", { namespace: "SIGNAL", code: 5n }],
  ["DYLD, [0x4] Symbol missing", { namespace: "DYLD", code: 4n, indicator: "Symbol missing" }],
  ["FRONTBOARD 2343432205", { namespace: "FRONTBOARD", code: 0x8badf00dn }],
  ["Namespace <0xF>, Code 0xdead10cc", { namespace: "<0xF>", code: 0xdead10ccn }],
])("reads the termination reason %s", (text, termination) => {
  const values = (label: string) => (label === "Termination Reason" ? [text] : []);
  expect(parseTermination(values, [])).toEqual({ ...termination, reasons: [] });
});

test.each([
  ["00000020", "0x8badf00d", 0x8badf00dn],
  ["00000020", "0x000000008badf00d", 0x8badf00dn],
  ["00000020", "0x0000000000000001, 0x0000000000000002", undefined],
  ["EXC_CRASH (SIGKILL)", "0x8badf00d", undefined],
])("the exception %s with %s is a kill by SpringBoard: %s", (type, codes, code) => {
  const values = (label: string) => (label === "Exception Type" ? [type] : label === "Exception Codes" ? [codes] : []);
  expect(parseTermination(values, [])?.code).toBe(code);
});

test("a termination reason of an unknown form is kept as a reason", () => {
  const values = (label: string) => (label === "Termination Reason" ? ["it was time"] : []);
  expect(parseTermination(values, [])).toEqual({ reasons: ["it was time"] });
});

/** Each is the worst case of one pattern; a backtracking one would not return from a line of this length. */
const long = (unit: string) => unit.repeat(Math.floor(MAX_LINE_LENGTH / unit.length));
test.each([
  ["blanks", `0   ${long(" ")}`],
  ["addresses", `0   x${long(" 0x1")}`],
  ["plus signs", `0   x\t0x1 ${long(" + 1")}x`],
  ["brackets", `0   x\t0x1 ${long(" (in ")}`],
  ["locations", `0   x\t0x1 ${long(" (a:1")}`],
  ["digits", `0   x\t0x1 a + ${long("1")}x`],
  ["image names", `0x1000 - 0x1fff ${long("a ")}`],
  ["image brackets", `0x1000 - 0x1fff ${long(" (")}`],
  ["image angles", `0x1000 - 0x1fff ${long("<0")}`],
  ["cells", ` ${long("x0: ")}`],
  ["cell blanks", ` x0:${long(" ")}`],
  ["queues", `Thread 0::${long(" Dispatch queue")}`],
  ["words of a label", `A${long(" a")}`],
  ["sections", `Binary Images${long(" ")}x`],
])("a line of %s costs no more than its length", (_, line) => {
  const frame = matchFrame(line);
  if (frame !== undefined) parseFrameTarget(frame.rest);
  parseImageLine(line);
  matchLabel(line);
  matchSection(line);
  matchThread(line);
  matchThreadName(line);
  matchState(line);
  matchRecursion(line);
  matchUnknownLabel(line);
  matchUnknownSection(line);
  const registers = new Map<string, bigint>();
  readRegisters(line, registers);
  parseTermination(() => [line], [line]);
  expect(registers.size).toBeLessThan(129);
});
