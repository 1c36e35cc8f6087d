import { expect, test } from "vitest";
import { frame, report } from "../../test/reports.ts";
import type { Report } from "../report.ts";
import { classify } from "./classify.ts";
import { RULES } from "./rules/catalogue.ts";

const badAccess = (subtype: string) => ({ exception: { type: "EXC_BAD_ACCESS", signal: "SIGSEGV", subtype } });
const trap = { exception: { type: "EXC_BREAKPOINT", signal: "SIGTRAP" } };
const abort = { exception: { type: "EXC_CRASH", signal: "SIGABRT" } };
const killed = { exception: { type: "EXC_CRASH", signal: "SIGKILL" } };
const asi = (image: string, ...lines: string[]) => ({ applicationSpecificInformation: { [image]: lines } });
const named = (...names: string[]) => ({
  frames: names.map((name, i) => frame(i === 0 ? 1 : 0, 0x100 + i * 16, name)),
});
const kill = (namespace: string, code: bigint, ...reasons: string[]) => ({
  ...killed,
  termination: { namespace, code, reasons },
});

const CASES: [verdict: string, changes: Parameters<typeof report>[0]][] = [
  [
    "swift-nil-unwrap",
    {
      ...trap,
      ...asi("libswiftCore.dylib", "A.swift:3: Fatal error: Unexpectedly found nil while unwrapping an Optional value"),
    },
  ],
  [
    "swift-nil-unwrap",
    { ...trap, ...named("Swift runtime failure: Unexpectedly found nil while unwrapping an Optional value") },
  ],
  [
    "swift-index-out-of-range",
    { ...trap, ...asi("libswiftCore.dylib", "Swift/ContiguousArrayBuffer.swift:600: Fatal error: Index out of range") },
  ],
  ["swift-arithmetic", { ...trap, ...named("Swift runtime failure: arithmetic overflow") }],
  ["swift-bad-cast", { ...abort, ...asi("libswiftCore.dylib", "Could not cast value of type 'A' to 'B'.") }],
  ["swift-fatal-error", { ...trap, ...asi("libswiftCore.dylib", "A.swift:3: Fatal error: no schema") }],
  ["swift-fatal-error", { ...trap, ...named("_assertionFailure(_:_:file:line:flags:)", "load()") }],
  ["swift-executor", { ...trap, ...named("_dispatch_assert_queue_fail") }],
  ["swift-trap", trap],
  ["swift-trap", { exception: { type: "EXC_BAD_INSTRUCTION", signal: "SIGILL" }, process: { cpuType: "X86-64" } }],
  ["illegal-instruction", { exception: { type: "EXC_BAD_INSTRUCTION", signal: "SIGILL" } }],
  [
    "objc-exception/NSRangeException",
    {
      ...abort,
      ...asi(
        "CoreFoundation",
        "*** Terminating app due to uncaught exception 'NSRangeException', reason: 'index 5 is out of bounds'",
      ),
    },
  ],
  [
    "objc-exception/NSInvalidArgumentException",
    {
      ...abort,
      lastExceptionBacktrace: [frame(1, 0, "__exceptionPreprocess")],
      metadata: {
        exceptionReason: { name: "NSInvalidArgumentException", composed_message: "-[X y]: unrecognized selector" },
      },
    },
  ],
  ["objc-exception", { ...abort, lastExceptionBacktrace: [frame(1, 0, "__exceptionPreprocess")] }],
  [
    "cpp-exception",
    {
      ...abort,
      ...named("__pthread_kill", "abort", "abort_message", "demangling_terminate_handler()", "std::terminate()"),
    },
  ],
  [
    "cpp-exception",
    { ...abort, ...named("abort", "_objc_terminate()", "std::__terminate(void (*)())", "__cxa_throw") },
  ],
  ["objc-exception", { ...abort, ...named("abort", "_objc_terminate()", "std::__terminate(void (*)())") }],
  [
    "cpp-exception/std::out_of_range",
    {
      ...abort,
      ...named("abort", "_objc_terminate()", "std::__terminate(void (*)())", "__cxa_throw"),
      ...asi("libc++abi.dylib", "terminating due to uncaught exception of type std::out_of_range: ring"),
    },
  ],
  [
    "objc-exception",
    { ...abort, ...asi("libc++abi.dylib", "terminating due to uncaught exception of type NSException") },
  ],
  [
    "libdispatch-misuse",
    {
      ...trap,
      ...asi(
        "libdispatch.dylib",
        "BUG IN CLIENT OF LIBDISPATCH: dispatch_sync called on queue already owned by current thread",
      ),
    },
  ],
  ["abort-assert", { ...abort, ...named("__pthread_kill", "abort") }],
  ["abort-assert", { ...abort, ...asi("libsystem_c.dylib", 'assertion failure: "fd != -1" -> %lld') }],
  ["null-pointer", badAccess("KERN_INVALID_ADDRESS at 0x0000000000000010")],
  ["null-pointer", { exception: { type: "EXC_BAD_ACCESS", codes: "0x0000000000000001, 0x0000000000003fff" } }],
  ["wild-pointer", badAccess("KERN_INVALID_ADDRESS at 0x0000000000004000")],
  ["wild-pointer", { ...badAccess("KERN_INVALID_ADDRESS at 0x00006af81c2d"), ...named("objc_msgSend") }],
  [
    "stack-overflow",
    {
      ...badAccess("KERN_PROTECTION_FAILURE at 0x000000016b5d3ff0"),
      metadata: {
        vmRegionInfo:
          "0x16b5d3ff0 is in 0x167dd4000-0x16b5d4000\n--->  STACK GUARD  167dd4000-16b5d4000 ---/rwx thread 0",
      },
    },
  ],
  [
    "stack-overflow",
    {
      ...badAccess("KERN_INVALID_ADDRESS at 0x000000016b5d3ff0"),
      frames: Array.from({ length: 500 }, () => frame(0, 64, "walk")),
    },
  ],
  ["protection-fault", badAccess("KERN_PROTECTION_FAILURE at 0x0000000102b4c000")],
  [
    "pointer-authentication",
    badAccess(
      "KERN_INVALID_ADDRESS at 0x2000000000000010 -> 0x0000000000000010 (possible pointer authentication failure)",
    ),
  ],
  ["divide-by-zero", { exception: { type: "EXC_ARITHMETIC", signal: "SIGFPE" } }],
  ["guarded-resource", { exception: { type: "EXC_GUARD", subtype: "GUARD_TYPE_FD" } }],
  ["resource-limit/cpu", { exception: { type: "EXC_RESOURCE", subtype: "CPU" } }],
  [
    "watchdog/scene-update",
    kill(
      "FRONTBOARD",
      0x8badf00dn,
      "explanation:scene-update watchdog transgression: app exhausted real (wall clock) time allowance of 10.00 seconds",
      "WatchdogEvent: scene-update",
    ),
  ],
  ["killed-by-system/file-lock-suspend", kill("RUNNINGBOARD", 0xdead10ccn)],
  [
    "dyld-load/PaymentsKit",
    kill("DYLD", 1n, "Library not loaded: @rpath/PaymentsKit.framework/PaymentsKit", "Referenced from: /x"),
  ],
  [
    "code-signing",
    { ...killed, termination: { namespace: "CODESIGNING", code: 2n, indicator: "Invalid Page", reasons: [] } },
  ],
  [
    "privacy-usage-string/NSCameraUsageDescription",
    {
      ...abort,
      termination: {
        namespace: "TCC",
        reasons: [],
        details: [
          "This app has crashed because it attempted to access privacy-sensitive data without a usage description. … NSCameraUsageDescription key",
        ],
      },
    },
  ],
  [
    "external-signal",
    { exception: { type: "EXC_CRASH", signal: "SIGTERM" }, termination: { reasons: [], byProcess: "launchd [1]" } },
  ],
  ["unclassified", {}],
];

const verdictOf = (input: Report) => {
  const [first] = classify(input).hypotheses;
  return first?.detail === undefined ? first?.id : `${first.id}/${first.detail}`;
};

test("each case has its verdict", () => {
  expect(CASES.map(([, changes]) => verdictOf(report(changes)))).toEqual(CASES.map(([verdict]) => verdict));
});

test("every rule has a case in which it is the verdict", () => {
  const shown = new Set(CASES.map(([verdict]) => verdict.split("/")[0]));
  expect(RULES.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
});

test("every hypothesis points at its evidence", () => {
  const bare = CASES.flatMap(([, changes]) => classify(report(changes)).hypotheses).filter(
    ({ evidence }) =>
      evidence.length === 0 || evidence.some(({ where, text }) => !/^(body|report)#\//.test(where) || text === ""),
  );
  expect(bare).toEqual([]);
});

test("what is no crash gets no crash hypothesis", () => {
  expect(classify(report({ ...trap, kind: "hang" }))).toMatchObject({ hypotheses: [], inconclusive: false });
});

test("an exact rule outranks a general one that is also true", () => {
  const { hypotheses, inconclusive } = classify(report(CASES[0]?.[1]));
  expect(hypotheses.map(({ id }) => id)).toEqual(["swift-nil-unwrap", "swift-fatal-error", "swift-trap"]);
  expect(inconclusive).toBe(false);
});
