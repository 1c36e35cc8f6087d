import { expect, test } from "vitest";
import { frame, report } from "../../../../test/reports.ts";
import type { CallTreeNode, Frame, Report, Uuid } from "../../../report.ts";
import { classify } from "../../classify.ts";
import { rawKeyText } from "../../raw-key.ts";
import { signatureOf } from "./signature.ts";

const TRAP = { type: "EXC_BREAKPOINT", signal: "SIGTRAP" };
const trap = (...frames: Frame[]) => report({ frames, exception: TRAP });
const signed = (value: Report) => signatureOf(value, classify(value));
const keyOf = (value: Report) => signed(value).key;
/** A frame of the app by its linker name. */
const own = (linkageName: string, file?: string): Frame => ({
  ...frame(0, 64),
  symbol: { function: linkageName, linkageName, source: "dwarf", ...(file !== undefined && { file }) },
});
const names = (...linkageNames: string[]) => trap(...linkageNames.map((name) => own(name)));

const LOAD = "$s6Harbor9FeedModelC4loadyyF";
const CALLER = "$s6Harbor8FeedViewC7refreshyyF";

test.each([
  ["a closure numbered otherwise", `${LOAD}yycfU_`, `${LOAD}yycfU2_`],
  ["a copy for known arguments", LOAD, `${LOAD}Tf4n_g`],
  ["a copy for known types", LOAD, `${LOAD}Si_Tg5`],
  ["another part of an async function", "$s6Harbor9FeedModelC4loadyyYaKFTY0_", "$s6Harbor9FeedModelC4loadyyYaKFTQ2_"],
  ["code that moved to another module", LOAD, "$s7HarborK9FeedModelC4loadyyF"],
  [
    "a label that was added to the one argument",
    "$s6Harbor9FeedModelC4findyySSF",
    "$s6Harbor9FeedModelC4find3skuySS_tF",
  ],
  ["a part of it that is seldom run", LOAD, `${LOAD}.cold.1`],
])("keeps the key: %s", (_, before, after) => {
  expect(keyOf(names(after, CALLER))).toBe(keyOf(names(before, CALLER)));
});

test.each([
  ["another function", LOAD, "$s6Harbor9FeedModelC4saveyyF"],
  ["another type", LOAD, "$s6Harbor9CartModelC4loadyyF"],
  ["its closure", LOAD, `${LOAD}yycfU_`],
  [
    "the labels of several arguments",
    "$s6Harbor9FeedModelC4show2at4withySi_SitF",
    "$s6Harbor9FeedModelC4show2in4withySi_SitF",
  ],
  ["the label of an initialiser", "$s6Harbor9FeedModelC4pathACSS_tcfc", "$s6Harbor9FeedModelC4dataACSS_tcfc"],
])("changes the key: %s", (_, one, other) => {
  expect(keyOf(names(other, CALLER))).not.toBe(keyOf(names(one, CALLER)));
});

test("what the compiler put around a function gives no name: thunks, merged functions, generic code of the standard library", () => {
  const key = keyOf(names(LOAD, CALLER));
  expect(keyOf(names(`${LOAD}TA`, LOAD, `${LOAD}To`, CALLER))).toBe(key);
  expect(keyOf(names("$sSayxSicigSi_Tg5", LOAD, CALLER))).toBe(key);
  expect(keyOf(names("$s6Harbor9CartModelC6removeyyFTm", LOAD, CALLER))).toBe(key);
});

test("a helper on standard types is told with its caller, which gives the title", () => {
  const helper = "$sSa6HarborE2at7checkedxSi_tF";
  const one = signed(names(helper, LOAD));
  expect(one.title).toBe("Swift trap, reason unknown in FeedModel.load");
  expect(one.why).toEqual(["v2", "stopped", "Array.at() (helper, 0.5)", "FeedModel.load() (app, 1)"]);
  expect(keyOf(names(helper, CALLER))).not.toBe(one.key);
});

test("code of a package in the app's binary is known by where it was checked out", () => {
  const packaged = own(LOAD, "/Users/dev/DerivedData/SourcePackages/checkouts/NetKit/Sources/Feed.swift");
  expect(signed(trap(packaged)).confidence).toBe("medium");
  expect(signed(trap(own(LOAD, "/Users/dev/App/Feed.swift"))).confidence).toBe("high");
});

test("one bug traps with SIGTRAP here and SIGILL there, with a message or without", () => {
  const key = keyOf(names(LOAD));
  const intel = report({
    frames: [own(LOAD)],
    exception: { type: "EXC_BAD_INSTRUCTION", signal: "SIGILL" },
    process: { ...report().process, cpuType: "X86-64" },
  });
  const told = {
    ...trap(own(LOAD)),
    applicationSpecificInformation: { "libswiftCore.dylib": ["Fatal error: closed"] },
  };
  expect([keyOf(intel), keyOf(told)]).toEqual([key, key]);
});

test("what differs in the kind of end differs in the key", () => {
  const ends = [
    trap(own(LOAD)),
    report({ frames: [own(LOAD)], exception: { type: "EXC_BAD_ACCESS", subtype: "KERN_INVALID_ADDRESS at 0x18" } }),
    killed("scene-update", 0, "semaphore_wait_trap"),
    killed("scene-create", 0, "semaphore_wait_trap"),
    thrown("NSRangeException"),
    thrown("NSGenericException"),
  ];
  expect(new Set(ends.map(keyOf)).size).toBe(ends.length);
});

function thrown(name: string): Report {
  return report({
    frames: [],
    lastExceptionBacktrace: [frame(1, 8, "__exceptionPreprocess"), frame(1, 16, "objc_exception_throw"), own(LOAD)],
    exception: { type: "EXC_CRASH", signal: "SIGABRT" },
    applicationSpecificInformation: { CoreFoundation: [`uncaught exception '${name}', reason: 'x'`] },
  });
}

function killed(event: string, percent: number, leaf: string, ...frames: Frame[]): Report {
  return report({
    frames: [frame(1, 8, leaf), ...(frames.length > 0 ? frames : [own(LOAD)])],
    exception: { type: "EXC_CRASH", signal: "SIGKILL" },
    termination: {
      namespace: "FRONTBOARD",
      code: 0x8badf00dn,
      reasons: [`WatchdogEvent: ${event}`, `Elapsed application CPU time (seconds): 9.0, ${percent}% CPU`],
    },
  });
}

test("an app that was busy is told by what the entry called, one that waited by what waits", () => {
  const entry = own("$s6Harbor8FeedViewC11viewDidLoadyyF");
  const busy = (...inner: string[]) =>
    killed("scene-create", 90, "pwrite", ...inner.map((name) => own(name)), own(LOAD), entry);
  expect(keyOf(busy("$s6Harbor4SumsC3addyyF"))).toBe(keyOf(busy("$s6Harbor4SumsC5writeyyF")));
  const waiting = killed("scene-create", 1, "semaphore_wait_trap", own(LOAD), entry);
  expect(signed(waiting).title).toContain("FeedModel.load");
  // The raw key must not put both under one answer.
  expect(rawKeyText(killed("scene-create", 90, "read"), "app")).not.toBe(
    rawKeyText(killed("scene-create", 1, "read"), "app"),
  );
});

test("endless recursion is told by who began it, wherever it was cut", () => {
  const overflow = (...frames: Frame[]) =>
    report({
      frames: [
        ...frames,
        ...Array.from({ length: 600 }, (_, i) => own(i % 2 === 0 ? LOAD : CALLER)),
        own(LOAD),
        frame(1, 8, "main"),
      ],
      exception: { type: "EXC_BAD_ACCESS", subtype: "KERN_PROTECTION_FAILURE at 0x16b2a7ff0" },
    });
  expect(signed(overflow()).title).toBe("Stack overflow in FeedModel.load");
  expect(keyOf(overflow(own(CALLER)))).toBe(keyOf(overflow()));
});

test("samples that end in different leaves are of one hang", () => {
  const tree = (...leaves: string[]): readonly CallTreeNode[] => [
    { depth: 0, sampleCount: 20, frames: [frame(1, 8, "UIApplicationMain")] },
    { depth: 1, sampleCount: 20, frames: [own(CALLER)] },
    { depth: 2, sampleCount: 18, frames: [own(LOAD)] },
    ...leaves.map((name) => ({ depth: 3, sampleCount: 6, frames: [own(name)] })),
  ];
  const hang = (...leaves: string[]): Report => ({
    ...report({ kind: "hang" }),
    threads: [{ index: 0, crashed: false, frames: [], callTree: tree(...leaves) }],
  });
  expect(signed(hang("$s6Harbor4SumsC3addyyF")).title).toBe("Hang in FeedModel.load");
  expect(keyOf(hang("$s6Harbor4SumsC3addyyF"))).toBe(keyOf(hang("$s6Harbor4SumsC5writeyyF", "$s6Harbor4SumsC3addyyF")));
});

test("a memory kill is told by its reason, the state of the app and its limit", () => {
  const kill = (reason: string, state: string, megabytes: number): Report => {
    const victim = {
      name: "Harbor",
      reason,
      states: [state],
      residentBytes: megabytes * 1024 * 1024,
      uuid: "u" as Uuid,
    };
    return {
      ...report({ kind: "jetsam" }),
      threads: [],
      memoryKill: { victims: [victim], largest: [], processCount: 1, residentBytes: 0, pageBytes: 16384, pages: {} },
    };
  };
  const base = kill("per-process-limit", "frontmost", 2048);
  expect(keyOf(kill("per-process-limit", "frontmost", 2100))).toBe(keyOf(base));
  const others = [
    kill("per-process-limit", "suspended", 2048),
    kill("per-process-limit", "frontmost", 4000),
    kill("vm-pageshortage", "frontmost", 2048),
  ];
  expect(others.map(keyOf)).not.toContain(keyOf(base));
  expect(new Set([base, ...others].map((value) => rawKeyText(value, "app"))).size).toBe(4);
});

test("without a function of the app the selector tells two apart, and so does the queue", () => {
  const sent = (selector: string, queue: string): Report => {
    const value = thrown("NSInvalidArgumentException");
    return {
      ...value,
      lastExceptionBacktrace: [frame(1, 8, "objc_exception_throw"), frame(1, 16, "-[UITableView layout]")],
      threads: [{ index: 0, crashed: true, queue, frames: [] }],
      applicationSpecificInformation: {
        CoreFoundation: [
          `uncaught exception 'NSInvalidArgumentException', reason: '-[NSNull ${selector}]: unrecognized selector sent to instance 0x1'`,
        ],
      },
    };
  };
  expect(keyOf(sent("length", "a"))).not.toBe(keyOf(sent("count", "a")));
  const released = (queue: string): Report => ({
    ...report({ exception: { type: "EXC_BAD_ACCESS", subtype: "KERN_INVALID_ADDRESS at 0x77f3a51b8" } }),
    threads: [
      { index: 0, crashed: true, queue, frames: [frame(1, 8, "objc_release"), frame(1, 16, "-[CALayer dealloc]")] },
    ],
  });
  expect(keyOf(released("com.apple.main-thread"))).not.toBe(keyOf(released("org.example.images")));
  expect(keyOf(released("worker 171"))).toBe(keyOf(released("worker 9023")));
});

test("names that came demangled lose their counters too", () => {
  const shown = (name: string) => signed(trap(frame(0, 64, name))).title;
  expect(shown("closure #3 in FeedModel.load()")).toContain(" in FeedModel.load (closure)");
  expect(shown("closure #1 (Swift.Int) -> () in Tide.rise(by:)")).toContain(" in Tide.rise(by:) (closure)");
  expect(shown("specialized FeedModel.load()")).toContain(" in FeedModel.load");
});

test("hostile names end neither the reading nor the process", () => {
  const long = `$s${"6Harbor".repeat(20_000)}`;
  const deep = `$s6Harbor1AV1fyyF${"yycfU_".repeat(2_000)}`;
  expect(signed(names(long, deep, "_ZZZZ", "<".repeat(5_000))).key).toMatch(/^[0-9a-f]{32}$/);
});
