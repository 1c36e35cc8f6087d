import * as demangler from "@windfall/core/demangle";
import { describe, expect, test } from "vitest";
import { foldFrames, numberFrames } from "./fold.ts";
import { rawText, sourceText, threadText } from "./frame-text.ts";
import { badgesOf, namesIn, readNameForm } from "./names.ts";
import {
  firstToRead,
  type Frame,
  frameRole,
  imageFacts,
  type Image,
  type ImageStatus,
  lacksDsym,
  type Report,
} from "./roles.ts";

const image = (name: string, path?: string): Image => ({
  name,
  base: "0x100000000",
  size: 4096,
  uuid: `uuid-of-${name}`,
  ...(path !== undefined && { path }),
});

const images = [
  image("Harbor", "/private/var/containers/Bundle/Application/X/Harbor.app/Harbor"),
  image("HarborKit", "/private/var/containers/Bundle/Application/X/Harbor.app/Frameworks/HarborKit"),
  image("Payments", "/private/var/containers/Bundle/Application/X/Harbor.app/Frameworks/Payments"),
  image("UIKitCore", "/System/Library/PrivateFrameworks/UIKitCore.framework/UIKitCore"),
  image("libdispatch.dylib"),
];
const statuses: ImageStatus[] = [
  { name: "Harbor", uuid: "uuid-of-Harbor", status: "found" },
  { name: "HarborKit", uuid: "uuid-of-HarborKit", status: "found" },
  { name: "Payments", uuid: "uuid-of-Payments", status: "missing" },
  { name: "libdispatch.dylib", uuid: "uuid-of-libdispatch.dylib", status: "system" },
];
const report: Report = {
  format: "ips",
  kind: "crash",
  app: { name: "Harbor", bundleId: "com.example.harbor" },
  os: {},
  device: {},
  process: { name: "Harbor", path: "/private/var/containers/Bundle/Application/X/Harbor.app/Harbor" },
  applicationSpecificInformation: {},
  threads: [],
  images,
  metadata: {},
};
const facts = imageFacts(report, statuses);
const frame = (imageIndex: number, more: Partial<Frame> = {}): Frame => ({
  image: images[imageIndex]?.name ?? null,
  imageIndex,
  imageOffset: 0x1a4c8,
  address: "0x10001a4c8",
  ...more,
});

test("an image is your code, a framework you ship, or the system's: by path, else by symbol status", () => {
  expect(facts.map((fact) => fact.role)).toEqual(["app", "framework", "framework", "system", "system"]);
  expect(facts.map((fact) => fact.status)).toEqual(["found", "found", "missing", undefined, "system"]);
});

test("compiler thunks and frames outside every image are dimmed like the system's", () => {
  expect(frameRole(frame(0, { file: "/<compiler-generated>" }), facts)).toBe("system");
  expect(frameRole(frame(0, { file: "<compiler-generated>" }), facts)).toBe("system");
  expect(frameRole({ image: null, address: "0x10" }, facts)).toBe("system");
});

test.each([
  ["a raw frame of a framework without its dSYM", frame(2), true],
  ["a named frame", frame(2, { function: "pay" }), false],
  ["a raw frame of the system", frame(3), false],
  ["a raw frame where the dSYM is held", frame(0), false],
  ["a raw frame outside every image", { image: null, address: "0x10" } satisfies Frame, false],
])("a dSYM is asked for only where it would help: %s", (_, raw, asked) => {
  expect(lacksDsym(raw, facts)).toBe(asked);
});

test("reading begins at the first frame of one's own with a line", () => {
  const frames = [
    frame(3, { function: "sys" }),
    frame(0, { function: "a" }),
    frame(0, { function: "b", file: "/x/B.swift", line: 3 }),
  ];
  expect(firstToRead(frames, facts)).toBe(2);
  expect(firstToRead(frames.slice(0, 2), facts)).toBe(1);
  expect(firstToRead(frames.slice(0, 1), facts)).toBeUndefined();
});

test("inlined frames have no number, and do not use one up", () => {
  const rows = numberFrames([frame(0, { inlined: true }), frame(0), frame(3)], facts);
  expect(rows.map((row) => row.number)).toEqual([undefined, 0, 1]);
});

test.each([
  ["three system frames stay", "0sss0", "0sss0"],
  ["four fold", "0ssss0", "0F0"],
  ["the first frame always shows", "sssss0", "sF0"],
  ["a run at the end folds", "0sssss", "0F"],
  ["a framework ends a run", "0sssfsss", "0sssfsss"],
  ["nothing", "", ""],
])("runs of system frames: %s", (_, given, shown) => {
  const index = { "0": 0, f: 2, s: 3 } as const;
  const frames = given
    .split("")
    .map((letter, at) => frame(index[letter as "0" | "f" | "s"], { function: `function ${at}` }));
  const letters = { app: "0", framework: "f", system: "s" } as const;
  const rows = foldFrames(numberFrames(frames, facts));
  expect(rows.map((row) => (row.kind === "frame" ? letters[row.role] : "F")).join("")).toBe(shown);
});

test("a thunk of the app folds with the system's frames, but they are not said to be in the app", () => {
  const thunk = frame(0, { function: "@objc f", file: "<compiler-generated>" });
  const [, fold] = foldFrames(numberFrames([frame(0), thunk, frame(3), frame(3), frame(3)], facts));
  expect(fold).toMatchObject({ kind: "fold", images: ["UIKitCore"] });
});

test.each([
  ["four rounds stay", "aaaab", "aaaab"],
  ["five fold to two and a line", "aaaaab", "a3ab"],
  ["a function that calls itself through another", "abababababc", "ab3abc"],
  ["a round that was cut short stays", "ababababababa", "ab4aba"],
  ["four functions in a circle", "abcdabcdabcdabcdabcd", "abcd3abcd"],
  ["five are no circle we see", "abcdeabcdeabcdeabcdeabcde", "abcdeabcdeabcdeabcdeabcde"],
])("rounds of a recursion: %s", (_, given, shown) => {
  const frames = given.split("").map((name) => frame(0, { function: name }));
  const rows = foldFrames(numberFrames(frames, facts));
  const text = rows.map((row) =>
    row.kind === "recursion" ? row.rounds : row.kind === "frame" ? row.frame.function : "F",
  );
  expect(text.join("")).toBe(shown);
});

test("frames without a name are no recursion", () => {
  expect(
    foldFrames(
      numberFrames(
        Array.from({ length: 9 }, () => frame(0)),
        facts,
      ),
    ),
  ).toHaveLength(9);
});

test("a fold says how many and whose", () => {
  const frames = [frame(0), frame(3), frame(4), frame(3), frame(3), { image: null, address: "0x1" } satisfies Frame];
  const [, fold] = foldFrames(numberFrames(frames, facts));
  expect(fold).toMatchObject({ kind: "fold", images: ["UIKitCore", "libdispatch.dylib"] });
  expect(fold?.kind === "fold" && fold.rows).toHaveLength(5);
});

test("a source is named by its file, a raw frame by its place in the image", () => {
  expect(sourceText(frame(0, { file: "/Users/me/Orders.swift", line: 42 }))).toBe("Orders.swift:42");
  expect(sourceText(frame(0, { file: "Orders.swift" }))).toBe("Orders.swift");
  expect(sourceText(frame(0))).toBeUndefined();
  expect(rawText(frame(0))).toBe("0x1a4c8");
  expect(rawText({ image: null, address: "0x10" })).toBe("0x10");
});

test("a copied thread reads like Apple's text", () => {
  const rows = numberFrames(
    [
      frame(0, { function: "inner()", inlined: true, file: "/a/A.swift", line: 7 }),
      frame(0, { function: "outer()", functionOffset: 64 }),
      frame(2),
    ],
    facts,
  );
  expect(threadText(rows)).toBe(
    [
      "    Harbor                         0x10001a4c8 inner() (A.swift:7) [inlined]",
      "0   Harbor                         0x10001a4c8 outer() + 64",
      "1   Payments                       0x10001a4c8 0x1a4c8",
    ].join("\n"),
  );
});

describe("names", () => {
  const frame = (name: string, linkageName?: string): Frame => ({
    image: "Harbor",
    address: "0x100001000",
    function: name,
    ...(linkageName !== undefined && { linkageName }),
  });
  const merged = frame("Boat.row()", "$s7harbour4BoatC3rowyyFTm");

  test.each([
    ["simplified", "Boat.row()", "$s7harbour4BoatC3rowyyFTm"],
    ["full", "merged harbour.Boat.row() -> ()", "$s7harbour4BoatC3rowyyFTm"],
    ["mangled", "$s7harbour4BoatC3rowyyFTm", "Boat.row()"],
  ] as const)("%s", (form, shown, other) => {
    const names = namesIn(form, demangler);
    expect([names.nameOf(merged), names.otherName(merged)]).toEqual([shown, other]);
  });

  test("without the demangler, and without a mangled name, a name is shown as the report has it", () => {
    expect(namesIn("full", undefined).nameOf(merged)).toBe("Boat.row()");
    expect(namesIn("mangled", demangler).nameOf(frame("main"))).toBe("main");
    expect(namesIn("full", demangler).factsOf(frame("main"))).toBeUndefined();
  });

  test("merged functions and parts of async ones have a badge; their words in a name are none", () => {
    const badges = (linkageName: string) =>
      badgesOf(namesIn("simplified", demangler).factsOf(frame("", linkageName))).map(([words]) => words);
    expect(badges("$s7harbour4BoatC3rowyyFTm")).toEqual(["merged"]);
    expect(badges("$s7harbour4BoatC3rowyyYaKFTY1_")).toEqual(["part 2"]);
    expect(badges("$s7harbour6mergedyyF")).toEqual([]);
  });

  test("a choice that is unknown, or a storage that is closed, is none", () => {
    const storage = (stored: string) => ({ getItem: () => stored }) as unknown as Storage;
    expect(readNameForm(storage("full"))).toBe("full");
    expect(readNameForm(storage("loud"))).toBe("simplified");
    expect(
      readNameForm({
        getItem: () => {
          throw new Error("closed");
        },
      } as unknown as Storage),
    ).toBe("simplified");
  });
});
