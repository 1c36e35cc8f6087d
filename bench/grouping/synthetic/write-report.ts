/** One report of a bug as Apple's systems would write it: `.ips` crashes and memory kills, MetricKit for what is sampled. */
import { type Build, resolutionOf } from "./builds.ts";
import type { MadeFunction } from "./names.ts";
import { type Bug, SYSTEM_STACKS, TRAPS } from "./program.ts";
import type { Random } from "./random.ts";

export interface MadeReport {
  readonly text: string;
  readonly bug: Bug;
  readonly build: number;
  readonly isMissing: boolean;
}

interface Occurrence {
  readonly bug: Bug;
  readonly build: Build;
  readonly module: string;
  readonly random: Random;
}

/** A frame of the OS by name, or one of the app by its place. */
type Place = { readonly system: string; readonly image: string } | { readonly offset: number };

const SYSTEM_IMAGES = [
  "libobjc.A.dylib",
  "CoreFoundation",
  "UIKitCore",
  "libdispatch.dylib",
  "libswiftCore.dylib",
  "libswift_Concurrency.dylib",
  "libsystem_kernel.dylib",
  "libsystem_c.dylib",
  "AttributeGraph",
  "SwiftUI",
  "QuartzCore",
  "Foundation",
  "dyld",
  "libsystem_pthread.dylib",
] as const;

export function writeReport(occurrence: Occurrence, isMissing: boolean): MadeReport {
  const { bug, build } = occurrence;
  return { text: textOf(occurrence), bug, build: build.index, isMissing };
}

function textOf(occurrence: Occurrence): string {
  switch (occurrence.bug.kind) {
    case "jetsam":
      return jetsamText(occurrence);
    case "hang":
    case "cpu":
    case "disk-writes":
      return metricKitText(occurrence);
    default:
      return crashText(occurrence);
  }
}

const os = (image: string, ...names: readonly string[]): Place[] => names.map((system) => ({ system, image }));

/** The app's part of the stack, inlining as the build has it. */
function appPlaces({ bug, build, random }: Occurrence, reason?: string): Place[] {
  const path = random.pick(bug.paths);
  const functions = bug.kind === "wrapper" ? [wrapperOf(bug), bug.culprit, ...path] : [bug.culprit, ...path];
  const places: Place[] = [];
  let chain: MadeFunction[] = [];
  functions.forEach((made, i) => {
    chain.push(made);
    const state = build.state(made);
    if (state.isInlined && i < functions.length - 1) return;
    places.push({ offset: build.symbols.place(resolutionOf(chain, build, places.length === 0 ? reason : undefined)) });
    chain = [];
    if (state.hasThunk && made.language === "swift") places.push(thunkPlace(made, build));
  });
  return places;
}

function thunkPlace(made: MadeFunction, build: Build): Place {
  const [frame] = resolutionOf([made], build);
  const name = (frame?.name ?? "").replace(/(TY\d+_|Tf4n_g|Si_Tg5)$/, "");
  return {
    offset: build.symbols.place([
      {
        name: `${name}TA`,
        file: "/<compiler-generated>",
        line: 0,
        inlined: false,
        functionOffset: 12,
        source: "dwarf",
      },
    ]),
  };
}

const wrapperOf = (bug: Bug): MadeFunction => ({ language: "objective-c", name: bug.detail });

function basePlaces({ bug, random }: Occurrence): Place[] {
  if (bug.culprit.language === "swift" && bug.culprit.shape === "async") {
    return os("libswift_Concurrency.dylib", "completeTaskWithClosure(swift::AsyncContext*, swift::SwiftError*)");
  }
  if (random.chance(0.2)) {
    return [
      ...os(
        "libdispatch.dylib",
        "_dispatch_call_block_and_release",
        "_dispatch_client_callout",
        "_dispatch_main_queue_drain",
      ),
      ...os("CoreFoundation", "__CFRunLoopRun", "CFRunLoopRunSpecific"),
    ];
  }
  // Releases of the OS put one frame more or less.
  const middle = random.chance(0.5) ? ["-[UIControl sendAction:to:forEvent:]"] : [];
  return [
    ...os("UIKitCore", "-[UIApplication sendAction:to:from:forEvent:]", ...middle, "-[UIWindow sendEvent:]"),
    ...os("CoreFoundation", "__CFRunLoopRun", "CFRunLoopRunSpecific"),
    ...os("UIKitCore", "-[UIApplication _run]", "UIApplicationMain"),
  ];
}

interface Shape {
  readonly top: readonly Place[];
  readonly reason?: string;
  readonly exception: Readonly<Record<string, unknown>>;
  readonly message?: readonly [image: string, text: string];
  readonly termination?: Readonly<Record<string, unknown>>;
  readonly thrown?: { readonly name: string; readonly text: string };
}

const TRAP = { type: "EXC_BREAKPOINT", signal: "SIGTRAP" };
const ABORT = { type: "EXC_CRASH", signal: "SIGABRT" };
const CAST_ON_TOP = ["objc_release", "objc_retain", "objc_msgSend"] as const;

function shapeOf({ bug, random }: Occurrence): Shape {
  const badAccess = (address: string) => ({
    type: "EXC_BAD_ACCESS",
    signal: "SIGSEGV",
    subtype: `KERN_INVALID_ADDRESS at ${address}`,
    rawCodes: [1, Number(address)],
  });
  const wild = badAccess(`0x00000${1 + random.int(8)}${random.int(9)}f3a5${random.int(9)}b8`);
  switch (bug.kind) {
    case "nil-unwrap":
    case "index-range":
    case "overflow":
    case "package":
      return { top: [], reason: TRAPS[bug.kind === "package" ? "index-range" : bug.kind], exception: TRAP };
    case "fatal-error":
      return {
        top: os("libswiftCore.dylib", "_assertionFailure(_:_:file:line:flags:)"),
        exception: TRAP,
        message: [
          "libswiftCore.dylib",
          `Main/${random.int(99)}.swift:${random.int(900)}: Fatal error: order ${random.int(1e6)} is closed\n`,
        ],
      };
    case "objc-range":
      return {
        top: [
          ...os("CoreFoundation", "__exceptionPreprocess"),
          ...os("libobjc.A.dylib", "objc_exception_throw"),
          ...os("CoreFoundation", "-[__NSArrayM objectAtIndex:]"),
        ],
        exception: ABORT,
        thrown: {
          name: "NSRangeException",
          text: `*** -[__NSArrayM objectAtIndex:]: index ${random.int(50)} beyond bounds [0 .. ${random.int(9)}]`,
        },
      };
    case "objc-selector":
      return {
        top: [
          ...os("CoreFoundation", "__exceptionPreprocess"),
          ...os("libobjc.A.dylib", "objc_exception_throw"),
          ...os(
            "CoreFoundation",
            "-[NSObject(NSObject) doesNotRecognizeSelector:]",
            "___forwarding___",
            "_CF_forwarding_prep_0",
          ),
        ],
        exception: ABORT,
        thrown: {
          name: "NSInvalidArgumentException",
          text: `-[NSNull ${bug.detail}]: unrecognized selector sent to instance 0x${random.int(1e9).toString(16)}`,
        },
      };
    case "null-pointer":
      return { top: [], exception: badAccess(`0x00000000000000${random.chance(0.5) ? "18" : "20"}`) };
    case "use-after-free":
      return { top: os("libobjc.A.dylib", random.pick(CAST_ON_TOP)), exception: wild };
    case "wrapper":
      return { top: os("libobjc.A.dylib", "objc_msgSend"), exception: wild };
    case "system-only": {
      const [first = "", ...rest] = SYSTEM_STACKS[bug.detail] ?? [];
      return { top: [...os("libobjc.A.dylib", first), ...os("CoreFoundation", ...rest)], exception: wild };
    }
    case "executor":
      return {
        top: [
          ...os("libdispatch.dylib", "_dispatch_assert_queue_fail", "dispatch_assert_queue"),
          ...os("libswift_Concurrency.dylib", "swift_task_isCurrentExecutorImpl(swift::SerialExecutorRef)"),
        ],
        exception: TRAP,
      };
    case "recursion":
      return {
        top: [],
        exception: {
          type: "EXC_BAD_ACCESS",
          signal: "SIGSEGV",
          subtype: "KERN_PROTECTION_FAILURE at 0x000000016b2a7ff0",
          rawCodes: [2, 0x16b2a7ff0],
        },
      };
    case "swiftui":
      return { top: [], reason: TRAPS["nil-unwrap"], exception: TRAP };
    case "watchdog":
      return {
        top: os(
          "libsystem_kernel.dylib",
          random.pick(["__psynch_cvwait", "__psynch_mutexwait", "semaphore_wait_trap"]),
        ),
        exception: { type: "EXC_CRASH", signal: "SIGKILL" },
        termination: {
          namespace: "FRONTBOARD",
          code: 0x8badf00d,
          reasons: [
            `explanation:${bug.detail} watchdog transgression: exhausted real (wall clock) time allowance of 10.00 seconds`,
            `WatchdogEvent: ${bug.detail}`,
            `Elapsed total CPU time (seconds): ${random.int(20)}.180 (user 6.020, system 3.160), 23% CPU`,
            `Elapsed application CPU time (seconds): 0.${random.int(9)}40, 0% CPU`,
          ],
        },
      };
    default:
      return {
        top: os("libsystem_kernel.dylib", "__abort_with_payload"),
        exception: { type: "EXC_CRASH", signal: "SIGABRT" },
        termination: {
          namespace: "DYLD",
          code: 1,
          indicator: "Library missing",
          reasons: [`Library not loaded: @rpath/${bug.detail}.framework/${bug.detail}`],
        },
      };
  }
}

function crashText(occurrence: Occurrence): string {
  const { bug, build, module, random } = occurrence;
  const shape = shapeOf(occurrence);
  const own = bug.kind === "system-only" || bug.kind === "dyld" ? [] : appPlaces(occurrence, shape.reason);
  const engine = os(
    "AttributeGraph",
    "AG::Graph::UpdateStack::update()",
    "AG::Graph::update_attribute(AG::data::ptr<AG::Node>, unsigned int)",
  );
  const middle = bug.kind === "swiftui" ? Array.from({ length: 3 + random.int(20) }, () => engine).flat() : [];
  const round = build.symbols.place(resolutionOf([bug.culprit], build));
  const rounds = bug.kind === "recursion" ? 510 + random.int(50) : 0;
  const body: readonly Place[] = Array.from({ length: rounds }, () => ({ offset: round }));
  const stack = [...shape.top, ...body, ...own, ...middle, ...basePlaces(occurrence)];
  const release = os("libsystem_kernel.dylib", "__pthread_kill");
  const ended = [...release, ...os("libsystem_c.dylib", "abort"), ...os("libobjc.A.dylib", "_objc_terminate()")];
  const waiting = os("libsystem_kernel.dylib", "__workq_kernreturn");
  const slide = 0x1_0000_0000 + random.int(0x1000) * 0x4000;
  // The main thread first where the kind needs it; others before or behind.
  const before = bug.kind === "watchdog" ? 0 : random.int(3);
  const crashed = { triggered: true, id: 100 + random.int(9000), frames: (shape.thrown ? ended : stack).map(frameOf) };
  const threads = [
    ...Array.from({ length: before }, () => ({ id: 1, frames: waiting.map(frameOf) })),
    crashed,
    { id: 2, frames: waiting.map(frameOf) },
  ];
  const minor = random.int(5);
  const hasMessage = random.chance(0.5);
  const path = `/private/var/containers/Bundle/Application/1C3A1F0E-0000-4000-8000-00000000000${random.int(9)}/${module}.app/${module}`;
  const header = {
    app_name: module,
    timestamp: "2026-02-03 10:00:00.00 +0100",
    app_version: `1.${build.index}`,
    slice_uuid: build.uuid,
    build_version: `${100 + build.index}`,
    platform: 2,
    bundleID: `org.windfall.made.${module}`,
    bug_type: "309",
    os_version: `iPhone OS 18.${minor} (22B${minor})`,
    incident_id: "00000000-0000-4000-8000-000000000000",
    name: module,
  };
  const images = [
    { source: "P", arch: "arm64", base: slide, size: 0x100_0000, uuid: build.uuid, path, name: module },
    ...SYSTEM_IMAGES.map((name, i) => ({
      source: "P",
      arch: "arm64e",
      base: 0x1_8000_0000 + i * 0x100_0000,
      size: 0x100_0000,
      uuid: `0000000${minor}-0000-3000-8000-0000000000${10 + i}`,
      path: `/System/Library/${name}`,
      name,
    })),
  ];
  const text = {
    captureTime: "2026-02-03 10:00:00.1234 +0100",
    procName: module,
    procPath: path,
    cpuType: "ARM-64",
    modelCode: random.pick(["iPhone14,5", "iPhone15,2", "iPad13,4"]),
    osVersion: { train: `iPhone OS 18.${minor}`, build: `22B${minor}` },
    bundleInfo: {
      CFBundleShortVersionString: `1.${build.index}`,
      CFBundleVersion: `${100 + build.index}`,
      CFBundleIdentifier: `org.windfall.made.${module}`,
    },
    exception: shape.exception,
    ...(shape.termination && { termination: shape.termination }),
    ...(hasMessage && shape.message && { asi: { [shape.message[0]]: [shape.message[1]] } }),
    ...(shape.thrown && {
      lastExceptionBacktrace: stack.map(frameOf),
      asi: {
        CoreFoundation: [
          `*** Terminating app due to uncaught exception '${shape.thrown.name}', reason: '${shape.thrown.text}'`,
        ],
      },
    }),
    ...(bug.kind === "recursion" && {
      vmRegionInfo: "0x16b2a7ff0 is in 0x16b2a4000\n--->  STACK GUARD  16b2a4000-16b2a8000 [ 16K] ---/rwx",
    }),
    faultingThread: before,
    threads,
    usedImages: images,
  };
  return `${JSON.stringify(header)}\n${JSON.stringify(text)}`;
}

function frameOf(place: Place): Readonly<Record<string, unknown>> {
  if ("offset" in place) return { imageOffset: place.offset, imageIndex: 0 };
  const image = SYSTEM_IMAGES.findIndex((name) => name === place.image);
  return {
    imageOffset: 0x1000 + place.system.length * 64,
    symbol: place.system,
    symbolLocation: 40,
    imageIndex: 1 + image,
  };
}

function jetsamText({ bug, build, module, random }: Occurrence): string {
  const [reason = "", state = ""] = bug.detail.split(" ");
  // Killed at its limit, which is one for all devices of a kind.
  const pages = 131_072 + random.int(900);
  const header = {
    bug_type: "298",
    timestamp: "2026-02-03 10:00:00.00 +0100",
    os_version: "iPhone OS 18.3 (22D63)",
    incident_id: "00000000-0000-4000-8000-000000000000",
  };
  const body = {
    product: "iPhone15,4",
    date: "2026-02-03 10:00:00.31 +0100",
    bug_type: "298",
    memoryStatus: { pageSize: 16384, memoryPages: { active: 90112, wired: 51200, free: 1000 + random.int(2000) } },
    largestProcess: random.chance(0.5) ? module : "mediaserverd",
    processes: [
      {
        uuid: "11d2c3b4-0001-3a4b-8c5d-000000000001",
        states: ["daemon", "idle"],
        rpages: random.int(900),
        pid: 311,
        name: "tidesd",
        lifetimeMax: 980,
      },
      {
        uuid: build.uuid,
        states: [state, "resume"],
        rpages: pages,
        reason,
        pid: 900 + random.int(99),
        name: module,
        lifetimeMax: pages + random.int(900),
      },
    ],
  };
  return `${JSON.stringify(header)}\n${JSON.stringify(body)}`;
}

interface TreeFrame {
  readonly binaryName: string;
  readonly binaryUUID: string;
  readonly offsetIntoBinaryTextSegment: number;
  readonly address: number;
  readonly sampleCount: number;
  readonly subFrames?: readonly TreeFrame[];
}

function metricKitText(occurrence: Occurrence): string {
  const { bug, build, module, random } = occurrence;
  const isTask = bug.culprit.language === "swift" && bug.culprit.shape === "async";
  const outermost = isTask ? os("libsystem_pthread.dylib", "start_wqthread") : os("dyld", "start");
  const outwards = [...appPlaces(occurrence), ...basePlaces(occurrence), ...outermost];
  const node = (place: Place, sampleCount: number, subFrames: readonly TreeFrame[]): TreeFrame => {
    const frame = frameOf(place);
    const offset = Number(frame["imageOffset"]);
    const isApp = "offset" in place;
    const image = isApp ? -1 : SYSTEM_IMAGES.findIndex((name) => name === place.image);
    return {
      binaryName: isApp ? module : place.image,
      binaryUUID: isApp ? build.uuid : `00000000-0000-3000-8000-0000000000${10 + image}`,
      offsetIntoBinaryTextSegment: offset,
      address: (isApp ? 0x1_0400_0000 : 0x1_8000_0000 + image * 0x100_0000) + offset,
      sampleCount,
      ...(subFrames.length > 0 && { subFrames }),
    };
  };
  const count = 12 + random.int(20);
  // The samples end in different leaves; one of them is the heaviest.
  const leaves = ["read", "pwrite", "memmove", "__open"].filter(() => random.chance(0.6));
  let inner: readonly TreeFrame[] = leaves.map((name, i) =>
    node({ system: name, image: "libsystem_kernel.dylib" }, i === 0 ? count - 4 : 1, []),
  );
  for (const place of outwards) inner = [node(place, count, inner)];
  const name =
    { hang: "hangDiagnostics", cpu: "cpuExceptionDiagnostics" }[bug.kind as "hang" | "cpu"] ??
    "diskWriteExceptionDiagnostics";
  const measured = {
    hang: { hangDuration: `${1 + random.int(9)} sec` },
    cpu: { totalCPUTime: "48 sec", totalSampledTime: "60 sec" },
  }[bug.kind as "hang" | "cpu"] ?? { writesCaused: "1,074 MB" };
  return JSON.stringify({
    timeStampBegin: "2026-02-03 00:00:00",
    timeStampEnd: "2026-02-03 23:59:00",
    [name]: [
      {
        version: "1.0.0",
        callStackTree: {
          callStackPerThread: bug.kind === "hang",
          callStacks: [{ ...(bug.kind === "hang" && { threadAttributed: true }), callStackRootFrames: inner }],
        },
        diagnosticMetaData: {
          appBuildVersion: `${100 + build.index}`,
          appVersion: `1.${build.index}`,
          bundleIdentifier: `org.windfall.made.${module}`,
          deviceType: "iPhone14,5",
          osVersion: "iPhone OS 18.1 (22B1)",
          platformArchitecture: "arm64",
          ...measured,
        },
      },
    ],
  });
}
