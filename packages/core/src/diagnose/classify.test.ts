import { expect, test } from "vitest";
import { frame, report } from "../../test/reports.ts";
import type { Report } from "../report.ts";
import { classify } from "./classify.ts";
import { RULES } from "./rules/catalogue.ts";
import { KILL_CODES } from "./termination-codes.ts";

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

const jetsam = (reason: string, state: string): NonNullable<Report["memoryKill"]> => {
  const victim = { name: "Harbor", reason, states: [state], residentBytes: 1_500_000_000, peakBytes: 1_600_000_000 };
  const pages = { free: 1000, active: 100_000, wired: 50_000, anonymous: 90_000 };
  return {
    victims: [victim],
    largest: [victim],
    processCount: 1,
    residentBytes: 1_500_000_000,
    pageBytes: 16_384,
    pages,
  };
};

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
  ["swift-fatal-error", { ...trap, ...named("Swift runtime failure: precondition failure", "check()") }],
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
  ["cpu-limit", { exception: { type: "EXC_RESOURCE", subtype: "CPU" } }],
  ["resource-limit", { exception: { type: "EXC_RESOURCE", subtype: "FUTURE" } }],
  [
    "watchdog/scene-update",
    kill(
      "FRONTBOARD",
      0x8badf00dn,
      "explanation:scene-update watchdog transgression: app exhausted real (wall clock) time allowance of 10.00 seconds",
      "WatchdogEvent: scene-update",
    ),
  ],
  ["file-lock-suspend", kill("RUNNINGBOARD", 0xdead10ccn)],
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
  [
    "swift-exclusivity",
    {
      ...abort,
      ...asi(
        "libswiftCore.dylib",
        "Simultaneous accesses to 0x600002e0, but modification requires exclusive access.\nPrevious access (a modification) started at Dock.fill() + 96 (0x1).\nCurrent access (a read) started at:",
      ),
    },
  ],
  ["swift-exclusivity", { ...abort, ...named("abort", "swift_beginAccess", "Dock.fill()") }],
  [
    "swift-executor",
    {
      ...trap,
      ...asi(
        "libdispatch.dylib",
        "BUG IN CLIENT OF LIBDISPATCH: Assertion failed: Block was expected to execute on queue [com.apple.main-thread (0x1)]",
      ),
    },
  ],
  [
    "swift-continuation-misuse",
    {
      ...trap,
      ...asi(
        "libswift_Concurrency.dylib",
        "SWIFT TASK CONTINUATION MISUSE: load(from:) tried to resume its continuation more than once",
      ),
    },
  ],
  [
    "swift-task-allocator",
    { ...abort, ...asi("libswift_Concurrency.dylib", "freed pointer was not the last allocation") },
  ],
  ["swift-trap", { exception: { signal: "SIGTRAP" } }],
  ["xpc-misuse", { ...trap, ...asi("libxpc.dylib", "XPC API Misuse: Array mutated during iteration") }],
  [
    "core-data",
    { ...trap, ...named("+[NSManagedObjectContext __Multithreading_Violation_AllThatIsLeftToUsIsHonor__]") },
  ],
  [
    "swiftui-update-loop",
    { ...abort, ...asi("AttributeGraph", "AttributeGraph: cycle detected through attribute 1234") },
  ],
  ["swiftui-update-loop", { ...named(...Array.from({ length: 12 }, () => "AG::Graph::UpdateStack::update()")) }],
  [
    "main-thread-checker",
    { ...trap, ...asi("AppKit", "NSWindow drag regions should only be invalidated on the Main Thread!") },
  ],
  [
    "framework-termination",
    { ...killed, termination: { namespace: "WEBKIT", code: 1n, reasons: ["content process"] } },
  ],
  [
    "memory-tag-fault",
    {
      exception: { type: "EXC_BAD_ACCESS", signal: "SIGSEGV" },
      termination: { namespace: "MTE_FAIL", code: 262n, reasons: [] },
    },
  ],
  [
    "misaligned-access",
    { exception: { type: "EXC_BAD_ACCESS", signal: "SIGBUS", subtype: "EXC_ARM_DA_ALIGN at 0x0000000102b4c001" } },
  ],
  ["malloc-corruption", { ...abort, ...asi("libsystem_malloc.dylib", "pointer being freed was not allocated") }],
  ["malloc-corruption", { ...abort, ...named("__pthread_kill", "abort", "malloc_vreport", "malloc_zone_error") }],
  ["wakeups-limit", { exception: { type: "EXC_RESOURCE", subtype: "WAKEUPS" } }],
  ["disk-writes-limit", { kind: "disk-writes", sampling: { event: "disk writes", limit: "1073.74 MB" } }],
  ["memory-limit-warning", { exception: { type: "EXC_RESOURCE", subtype: "MEMORY" }, process: { isNonFatal: true } }],
  ["threads-ports-exhausted", { exception: { type: "EXC_RESOURCE", subtype: "THREADS" } }],
  ["threads-ports-exhausted", { ...killed, metadata: { workQueueLimits: { "Dispatch Thread Soft Limit": 64 } } }],
  ["jetsam-own-limit", { kind: "jetsam", memoryKill: jetsam("per-process-limit", "frontmost") }],
  ["jetsam-own-limit", { ...killed, termination: { namespace: "JETSAM", code: 7n, reasons: [] } }],
  ["jetsam-system-pressure", { kind: "jetsam", memoryKill: jetsam("vm-pageshortage", "suspended") }],
  ["extension-launch-hang", { exception: { type: "EXC_CRASH", signal: "SIGKILL", subtype: "LAUNCH_HANG" } }],
  [
    "watchdog",
    { exception: { type: "EXC_BAD_ACCESS", signal: "SIGKILL", codes: "0x000000008badf00d, 0x0000000000000000" } },
  ],
  [
    "watchdog",
    { ...badAccess("KERN_INVALID_ADDRESS at 0x0000000000000000"), termination: { code: 0x8badf00dn, reasons: [] } },
  ],
  ["background-task-timeout", kill("RUNNINGBOARD", 0x2182bad2n)],
  ["callkit-not-reported", kill("SPRINGBOARD", 0xbaadca11n)],
  ["voip-too-frequent", { exception: { type: "00000020", codes: "0x00000000bad22222" } }],
  ["thermal", kill("SPRINGBOARD", 0xc00010ffn)],
  ["cache-purge", kill("RUNNINGBOARD", 0xbaddd15cn)],
  ["system-resources", kill("RUNNINGBOARD", 0xd00d2badn)],
  ["watchos-background", kill("CAROUSEL", 0xc51bad02n)],
  ["insecure-drawing", kill("SPRINGBOARD", 0x2bad45ecn)],
  ["user-force-quit", kill("SPRINGBOARD", 0xdeadfa11n)],
  ["external-signal", { exception: { signal: "SIGTERM" } }],
  ["exec-platform", kill("EXEC", 14n)],
  [
    "dyld-load/_swift_newThing",
    kill(
      "DYLD",
      4n,
      "Symbol not found: _swift_newThing",
      "Referenced from: <1> /Applications/Harbor.app/Contents/MacOS/Harbor",
    ),
  ],
  ["simulated-or-nonfatal", { kind: "fault", process: { isSimulated: true } }],
  ["xcode-simulated-payload", { ...badAccess("KERN_INVALID_ADDRESS at 0x0"), process: { name: "testBinaryName" } }],
  ["hang", { kind: "hang", sampling: { event: "hang", durationSeconds: 3 } }],
  ["hang", { metadata: { errorType: "deadlock" } }],
  ["slow-launch", { kind: "launch", sampling: { durationSeconds: 21 } }],
  ["stackshot", { kind: "stackshot" }],
  [
    "stack-overflow",
    {
      exception: {
        ...badAccess("KERN_PROTECTION_FAILURE at 0x000000016abb7ff0").exception,
        message: "Thread stack size exceeded due to excessive recursion",
      },
    },
  ],
  [
    "stack-overflow",
    {
      ...badAccess("KERN_INVALID_ADDRESS at 0x00007ff7b1c00ff8"),
      metadata: {
        "VM Regions Near":
          "0x7ff7b1c00ff8\n--> STACK GUARD  7ff7ae000000-7ff7b1c01000 [ 56.0M] ---/rwx SM=NUL  stack guard for thread 0",
      },
    },
  ],
  [
    "stack-overflow",
    {
      ...badAccess("KERN_INVALID_ADDRESS at 0x000000016b5d3ff0"),
      threads: [
        { index: 0, crashed: true, frames: [frame(0, 64, "walk")], elided: [{ after: 1, count: 9000, levels: 9000 }] },
      ],
    },
  ],
  [
    "stack-overflow",
    {
      ...badAccess("KERN_INVALID_ADDRESS at 0x000000016b5d3ff0"),
      threads: [{ index: 0, crashed: true, frames: [frame(0, 64, "walk")], registers: { sp: 0x16b5d4000n } }],
    },
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

/** Near misses: what has a trait of the category and is another. */
const OTHERS: readonly (readonly [not: string, changes: Parameters<typeof report>[0]])[] = [
  ["swift-nil-unwrap", { ...trap, ...asi("CoreFoundation", "unexpectedly found nil") }],
  ["swift-index-out-of-range", { ...abort, ...asi("CoreFoundation", "index 5 is out of bounds") }],
  ["swift-arithmetic", { ...trap, ...named("load()", "Swift runtime failure: arithmetic overflow") }],
  ["swift-bad-cast", { ...abort, ...asi("Harbor", "could not cast value of type of a report") }],
  ["swift-fatal-error", { ...trap, ...asi("Harbor", "not fatal") }],
  ["swift-exclusivity", { ...trap, ...asi("Harbor", "exclusive access") }],
  [
    "swift-executor",
    { ...trap, ...asi("libdispatch.dylib", "BUG IN CLIENT OF LIBDISPATCH: Unbalanced call to dispatch_group_leave()") },
  ],
  ["swift-continuation-misuse", { ...trap, ...named("_dispatch_continuation_pop") }],
  ["swift-task-allocator", { ...trap, ...named("swift_task_create") }],
  ["swift-trap", badAccess("KERN_INVALID_ADDRESS at 0x10")],
  ["objc-exception", { ...abort, ...named("abort", "_objc_terminate()", "__cxa_throw") }],
  [
    "cpp-exception",
    { ...abort, ...asi("libc++abi.dylib", "terminating due to uncaught exception of type NSException") },
  ],
  ["abort-assert", killed],
  ["libdispatch-misuse", { ...trap, ...asi("libdispatch.dylib", "BUG IN LIBDISPATCH: lock corruption") }],
  [
    "libdispatch-misuse",
    {
      ...trap,
      ...asi(
        "libdispatch.dylib",
        "BUG IN CLIENT OF LIBDISPATCH: Assertion failed: Block was expected to execute on queue [x]",
      ),
    },
  ],
  ["xpc-misuse", { ...trap, ...named("xpc_connection_resume") }],
  ["core-data", { ...trap, ...named("-[HBRDataController load]") }],
  ["swiftui-update-loop", { ...trap, ...named("AG::Graph::UpdateStack::update()", "closure") }],
  ["main-thread-checker", { ...trap, ...asi("Harbor", "main thread") }],
  ["framework-termination", kill("SIGNAL", 6n)],
  ["null-pointer", badAccess("KERN_INVALID_ADDRESS at 0x0000000000004000")],
  ["null-pointer", { exception: { type: "EXC_CRASH", codes: "0x0000000000000000, 0x0000000000000000" } }],
  ["wild-pointer", badAccess("KERN_INVALID_ADDRESS at 0x0000000000000008")],
  ["protection-fault", badAccess("KERN_INVALID_ADDRESS at 0x0000000102b4c000")],
  [
    "stack-overflow",
    { ...badAccess("KERN_INVALID_ADDRESS at 0x10"), frames: Array.from({ length: 499 }, () => frame(0, 64, "walk")) },
  ],
  [
    "stack-overflow",
    {
      ...badAccess("KERN_INVALID_ADDRESS at 0x10"),
      metadata: { vmRegionInfo: "0x10 is not in any region\n      STACK GUARD  167dd4000-16b5d4000" },
    },
  ],
  ["stack-overflow", { ...abort, exception: { type: "EXC_CRASH", message: "Thread stack size exceeded" } }],
  ["pointer-authentication", badAccess("KERN_INVALID_ADDRESS at 0x2000000000000010")],
  ["memory-tag-fault", { ...abort, metadata: { mtePageTags: "…" } }],
  [
    "misaligned-access",
    { exception: { type: "EXC_BAD_ACCESS", signal: "SIGBUS", subtype: "KERN_PROTECTION_FAILURE at 0x1" } },
  ],
  ["malloc-corruption", { ...abort, ...named("abort", "malloc") }],
  ["illegal-instruction", { exception: { type: "EXC_BAD_INSTRUCTION" }, process: { cpuType: "X86-64" } }],
  ["divide-by-zero", trap],
  ["guarded-resource", { exception: { type: "EXC_CRASH", subtype: "GUARD_TYPE_FD" } }],
  ["cpu-limit", { exception: { type: "EXC_RESOURCE", subtype: "MEMORY" } }],
  ["wakeups-limit", { exception: { type: "EXC_RESOURCE", subtype: "CPU" } }],
  ["disk-writes-limit", { exception: { type: "EXC_CRASH", subtype: "IO" } }],
  ["memory-limit-warning", { kind: "jetsam", memoryKill: jetsam("per-process-limit", "frontmost") }],
  [
    "threads-ports-exhausted",
    {
      ...badAccess("KERN_INVALID_ADDRESS at 0x10"),
      metadata: { workQueueLimits: { "Dispatch Thread Soft Limit": 64 } },
    },
  ],
  ["resource-limit", killed],
  ["jetsam-own-limit", { kind: "jetsam", memoryKill: jetsam("vm-pageshortage", "frontmost") }],
  ["jetsam-system-pressure", { kind: "jetsam", memoryKill: jetsam("highwater", "frontmost") }],
  ["jetsam-system-pressure", { ...killed, termination: { namespace: "JETSAM", code: 100n, reasons: [] } }],
  ["watchdog", kill("FRONTBOARD", 0xdead10ccn)],
  ["watchdog", badAccess("KERN_INVALID_ADDRESS at 0x000000018badf00d")],
  ["extension-launch-hang", { exception: { type: "EXC_CRASH", signal: "SIGKILL" } }],
  ["external-signal", { ...killed }],
  ["dyld-load", kill("EXEC", 1n)],
  ["code-signing", kill("DYLD", 5n)],
  ["exec-platform", kill("CODESIGNING", 2n)],
  ["privacy-usage-string", kill("SANDBOX", 1n)],
  ["simulated-or-nonfatal", trap],
  ["xcode-simulated-payload", { process: { name: "testBinary" } }],
  ["hang", { metadata: { errorType: "mach" } }],
  ["slow-launch", { kind: "hang" }],
  ["stackshot", { kind: "panic" }],
];
const KILL_RULE_IDS = new Set([...KILL_CODES.values()].map(({ id }) => id));

test("a near miss is not taken for the category", () => {
  const taken = OTHERS.filter(([id, changes]) => classify(report(changes)).hypotheses.some((each) => each.id === id));
  expect(taken).toEqual([]);
});

test("every rule has a near miss; a kill code is one when it is another", () => {
  const shown = new Set(OTHERS.map(([id]) => id));
  expect(RULES.map(({ id }) => id).filter((id) => !shown.has(id) && !KILL_RULE_IDS.has(id))).toEqual([]);
  const codes = [...KILL_CODES].map(([code, { id }]) => [
    id,
    classify(report(kill("RUNNINGBOARD", code))).hypotheses[0]?.id,
  ]);
  expect(codes.filter(([expected, got]) => expected !== got)).toEqual([]);
});

test.each<[what: string, changes: Parameters<typeof report>[0], checkFirst: RegExp, title: RegExp]>([
  ["the line of a nil unwrap", CASES[0]?.[1], /^A\.swift, line 3$/, /Nil/],
  [
    "both types of a cast",
    {
      ...abort,
      ...asi(
        "libswiftCore.dylib",
        "Harbor/Dock.swift:7: Fatal error: Could not cast value of type 'Harbor.Ship' (0x1) to 'Harbor.Boat' (0x2).",
      ),
    },
    /Dock\.swift, line 7: a Harbor\.Ship is no Harbor\.Boat/,
    /cast/,
  ],
  [
    "that an unowned reference was read",
    {
      ...abort,
      ...asi(
        "libswiftCore.dylib",
        "Fatal error: Attempted to read an unowned reference but object 0x1 was already deallocated",
      ),
    },
    /./,
    /^unowned reference/,
  ],
  [
    "where try! failed",
    {
      ...trap,
      ...asi(
        "libswiftCore.dylib",
        "Harbor/Dock.swift:55: Fatal error: 'try!' expression unexpectedly raised an error: Harbor.DockError.broken",
      ),
    },
    /^Harbor\/Dock\.swift, line 55$/,
    /^try! met an error$/,
  ],
  [
    "selector and class",
    {
      ...abort,
      ...asi(
        "CoreFoundation",
        "*** Terminating app due to uncaught exception 'NSInvalidArgumentException', reason: '-[NSNull length]: unrecognized selector sent to instance 0x1'",
      ),
    },
    /-\[NSNull length\]/,
    /NSInvalidArgumentException/,
  ],
  [
    "that the main thread waited",
    kill(
      "FRONTBOARD",
      0x8badf00dn,
      "WatchdogEvent: process-launch",
      '"Elapsed total CPU time (seconds): 9.180 (user 6.020, system 3.160), 23% CPU",',
      '"Elapsed application CPU time (seconds): 0.140, 0% CPU"',
    ),
    /waits for while starting the app: the app used only 0 %/,
    /watchdog/,
  ],
  [
    "that the app was busy",
    kill(
      "FRONTBOARD",
      0x8badf00dn,
      "WatchdogEvent: scene-update",
      '"Elapsed total CPU time (seconds): 19.0 (user 19.0, system 0.0), 97% CPU",',
      '"Elapsed application CPU time (seconds): 18.0, 95% CPU"',
    ),
    /computed.*95 %/,
    /watchdog/,
  ],
  [
    "that the device had no time",
    kill(
      "FRONTBOARD",
      0x8badf00dn,
      "WatchdogEvent: scene-update",
      '"Elapsed total CPU time (seconds): 19.0 (user 19.0, system 0.0), 97% CPU",',
      '"Elapsed application CPU time (seconds): 0.5, 2% CPU"',
    ),
    /what else ran/,
    /watchdog/,
  ],
  [
    "memory held against memory there is",
    { kind: "jetsam", memoryKill: jetsam("per-process-limit", "frontmost") },
    /1431 MB in memory, 1526 MB at most; .* 2359 MB/,
    /memory/,
  ],
  [
    "the missing library",
    kill("DYLD", 1n, "Library not loaded: @rpath/Pay.framework/Pay"),
    /@rpath\/Pay\.framework\/Pay/,
    /^Library missing$/,
  ],
  [
    "the guarded descriptor",
    {
      exception: {
        type: "EXC_GUARD",
        subtype: "GUARD_TYPE_FD",
        message: "CLOSE on file descriptor 18 (guarded with 0x0)",
      },
    },
    /file descriptor 18 \(CLOSE\)/,
    /^Guarded file descriptor$/,
  ],
  [
    "both sides of an exclusivity violation",
    {
      ...abort,
      ...asi(
        "libswiftCore.dylib",
        "Simultaneous accesses to 0x1, but modification requires exclusive access.\nPrevious access (a modification) started at Dock.fill() + 96 (0x1).\nCurrent access (a read) started at Dock.level.getter + 8 (0x2).\n",
      ),
    },
    /previous modification at Dock\.fill\(\) \+ 96; current read at Dock\.level\.getter \+ 8/,
    /Overlapping/,
  ],
  [
    "who calls itself",
    {
      ...badAccess("KERN_INVALID_ADDRESS at 0x16b5d3ff0"),
      frames: Array.from({ length: 500 }, () => frame(0, 64, "walk()")),
    },
    /recursion of walk\(\)/,
    /overflow/,
  ],
])("the explanation tells %s", (_, changes, checkFirst, title) => {
  const [first] = classify(report(changes)).hypotheses;
  expect(first?.checkFirst).toMatch(checkFirst);
  expect(first?.title).toMatch(title);
});

test.each(["__proto__", "constructor", "toString", ""])("a name that every object has is no category: %j", (name) => {
  const reasons = [`WatchdogEvent: ${name}`, `Library not loaded: ${name}`];
  for (const namespace of [name, "DYLD", "CODESIGNING", "JETSAM", "FRONTBOARD"]) {
    const input = report({ ...killed, termination: { namespace, code: 0x8badf00dn, indicator: name, reasons } });
    const { hypotheses } = classify(input);
    expect(hypotheses[0]?.id).toBe("watchdog");
    expect(
      hypotheses.every(({ title, checkFirst }) => typeof title === "string" && typeof checkFirst === "string"),
    ).toBe(true);
  }
});

test("an end within seconds of the start is marked, and one under a debugger", () => {
  const tagsOf = (changes: Parameters<typeof report>[0]) => classify(report(changes)).tags;
  expect(tagsOf({ launchedAt: "2026-03-01T09:00:00.000Z", crashedAt: "2026-03-01T09:00:04.999Z" })).toEqual(["launch"]);
  expect(tagsOf({ launchedAt: "2026-03-01T09:00:00.000Z", crashedAt: "2026-03-01T09:00:05.000Z" })).toEqual([]);
  expect(tagsOf({ launchedAt: "2026-03-01T09:00:00.000Z", crashedAt: "2026-03-01T08:00:00.000Z" })).toEqual([]);
  expect(tagsOf({ process: { parent: "debugserver" } })).toEqual(["debugger-attached"]);
});

test("every hypothesis points at its evidence", () => {
  const bare = CASES.flatMap(([, changes]) => classify(report(changes)).hypotheses).filter(
    ({ evidence }) =>
      evidence.length === 0 || evidence.some(({ where, text }) => !/^(body|report)#\//.test(where) || text === ""),
  );
  expect(bare).toEqual([]);
});

test("what is no crash gets no crash hypothesis", () => {
  const { hypotheses, inconclusive } = classify(report({ ...trap, kind: "hang" }));
  expect(hypotheses.map(({ id }) => id)).toEqual(["hang"]);
  expect(inconclusive).toBe(false);
  expect(classify(report({ ...trap, kind: "metrics" })).hypotheses).toEqual([]);
});

test("an exact rule outranks a general one that is also true", () => {
  const { hypotheses, inconclusive } = classify(report(CASES[0]?.[1]));
  expect(hypotheses.map(({ id }) => id)).toEqual(["swift-nil-unwrap", "swift-fatal-error", "swift-trap"]);
  expect(inconclusive).toBe(false);
});
