/** Swift names: our own with Swift 6.3.1's answers and trees; upstream's suite and real symbols where the corpus is; and hostile ones. */
import { describe, expect, test } from "vitest";
import { corpus, fixture, gunzip, hasCorpus, utf8 } from "../../../test/files.ts";
import { demangleSwift } from "./demangle.ts";
import { MAX_NAME_LENGTH, MAX_REPEAT_COUNT } from "./limits.ts";
import type { Node } from "./node.ts";
import type { PrintOptions } from "./printer.ts";
import { parseSymbol } from "./symbol.ts";

const FULL: PrintOptions = { full: true, sugar: true, asyncParts: true };
const SIMPLIFIED: PrintOptions = { full: false, sugar: true, asyncParts: false };
const shown = (name: string, options: PrintOptions) => demangleSwift(name, options) ?? name;

interface Known {
  readonly mangled: string;
  readonly full: string;
  readonly simplified: string;
  readonly tree: string;
}
const known = async (): Promise<readonly Known[]> =>
  utf8(await gunzip(await fixture("names/swift.jsonl.gz")))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Known);

/** As `swift demangle -tree-only` prints it, kinds alone. */
function kinds(node: Node, depth = 0): string {
  const line = `${"  ".repeat(depth)}kind=${node.kind}\n`;
  return line + node.children.map((child) => kinds(child, depth + 1)).join("");
}

describe("our own names, every kind of node that a linker name can have", () => {
  test("both forms", async () => {
    const names = await known();
    expect(names.length).toBeGreaterThan(2500);
    const wrong = names.flatMap(({ mangled, full, simplified }) => {
      const actual = { full: shown(mangled, FULL), simplified: shown(mangled, SIMPLIFIED) };
      return actual.full === full && actual.simplified === simplified ? [] : [{ mangled, actual, full, simplified }];
    });
    expect(wrong).toEqual([]);
  });

  test("trees", async () => {
    const wrong = (await known()).flatMap(({ mangled, tree }) => {
      const parsed = parseSymbol(mangled);
      const expected = `${tree.replace(/, (?:text|index)=.*$/gm, "")}\n`;
      return parsed !== undefined && kinds(parsed) === expected ? [] : [mangled];
    });
    expect(wrong).toEqual([]);
  });
});

test.each([
  ["$s7harbour4BoatC3rowyyF", "harbour.Boat.row() -> ()", "Boat.row()"],
  ["_$s7harbour4BoatC3rowyyFTm", "merged harbour.Boat.row() -> ()", "Boat.row()"],
  ["$s7harbour2goyyFyycfU0_", "closure #2 () -> () in harbour.go() -> ()", "closure #2 in go()"],
  [
    "$s7harbour4BoatC3rowyyYaKFTY0_",
    "(1) suspend resume partial function for harbour.Boat.row() async throws -> ()",
    "Boat.row()",
  ],
  [
    "$s7harbour2goyyFTA.123",
    'partial apply forwarder for harbour.go() -> () with unmangled suffix ".123"',
    "partial apply for go()",
  ],
  ["_TtC7harbour4Boat", "harbour.Boat", "Boat"],
  ["$s4main1fyySaySiGF", "main.f([Swift.Int]) -> ()", "f(_:)"],
])("%s", (name, full, simplified) => {
  expect([shown(name, FULL), shown(name, SIMPLIFIED)]).toEqual([full, simplified]);
});

/** Rows of a table that a correct demangler cannot pass, and why. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  [
    "$s10MeasureSDK5EventC$",
    "cut behind `$`: upstream prints the index it failed to read, -1000, as an unsigned number",
  ],
]);

interface Row {
  readonly mangled: string;
  readonly expected: string;
  readonly mode: string;
  readonly source: string;
}

describe.runIf(hasCorpus)("with the corpus", () => {
  test.each(["demangle/swift-suite.tsv", "demangle/swift-symbols.tsv.gz", "swift/names/own-symbols.tsv.gz"])(
    "%s",
    async (file) => {
      const bytes = await corpus(file);
      const rows = utf8(file.endsWith(".gz") ? await gunzip(bytes) : bytes)
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((line): Row => {
          const [mangled = "", expected = "", mode = "", source = ""] = line.split("\t");
          return { mangled, expected, mode, source };
        });
      const table = new Map<string, { rows: number; right: number }>();
      const failures: string[] = [];
      for (const { mangled, expected, mode, source } of rows) {
        const actual = shown(mangled, mode === "full" ? FULL : SIMPLIFIED);
        const key = `${source === "broken" ? "broken" : (/^_?(?:\$[sSe]|_?T0|@__swiftmacro_|_?T)/.exec(mangled)?.[0] ?? "")} ${mode}`;
        const entry = table.get(key) ?? { rows: 0, right: 0 };
        table.set(key, entry);
        entry.rows++;
        if (actual === expected) entry.right++;
        else if (source !== "broken" && !EXCEPTIONS.has(mangled))
          failures.push(`${mode} ${mangled}\n  ${actual}\n  ${expected}`);
      }
      const lines = [...table].map(([key, { rows: all, right }]) => `  ${key}: ${right} of ${all}`);
      // oxlint-disable-next-line no-console -- how many of each kind pass is what this test is run for
      console.log(`${file}\n${lines.join("\n")}`);
      expect(failures).toEqual([]);
      // Damaged names: what upstream makes of them is no rule, but most of it is the same.
      const broken = [...table]
        .filter(([key]) => key.startsWith("broken"))
        .map(([, entry]) => entry.right / entry.rows);
      for (const part of broken) expect(part).toBeGreaterThan(0.97);
    },
  );
});

describe("bad input", () => {
  const bounded = (name: string) => {
    for (const options of [FULL, SIMPLIFIED]) {
      const text = demangleSwift(name, options);
      expect(text === undefined || text.length <= 2_000_000).toBe(true);
    }
  };

  test("every name cut at every length", async () => {
    const names = (await known()).filter((_, i) => i % 12 === 0);
    for (const { mangled } of names) {
      for (let end = 0; end < mangled.length; end++) bounded(mangled.slice(0, end));
    }
  });

  test("characters changed at random", async () => {
    let state = 20261124;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % below;
    };
    for (const { mangled } of await known()) {
      const at = random(mangled.length);
      const char = String.fromCharCode(random(127) + 1);
      bounded(mangled.slice(0, at) + char + mangled.slice(at + random(2)));
      bounded(mangled.slice(0, at) + mangled.slice(random(mangled.length)));
    }
  });

  test.each([
    ["a name past the limit", `$s${"7harbour".repeat(MAX_NAME_LENGTH / 8)}`],
    ["substitutions that double the text", `$s1a1bV${Array.from({ length: 60 }, () => "AB_ABtt").join("")}D`],
    ["tuples in tuples", `$s${"Si_".repeat(1)}${"Si_t_".repeat(20_000)}`],
    ["optionals in optionals", `$sSi${"Sg".repeat(40_000)}D`],
    ["repeated substitutions", `$s1a${"A2048a".repeat(5_000)}`],
    ["one repeat more than the limit", `$s1aVA${MAX_REPEAT_COUNT + 1}A`],
    ["old functions in functions", `_Tt${"F".repeat(50_000)}`],
    ["old tuples that double", `_TtT${"TSiS_".repeat(2000)}`],
    ["nothing but a prefix", "$s"],
    ["a NUL", "$s\u0000"],
    ["a bomb of bound types", `$s1aVy${"ACyAEG".repeat(2000)}GD`],
  ])("%s comes back within the bounds", (_, name) => {
    bounded(name);
  });

  test("what is no Swift name is none", () => {
    for (const name of ["", "main", "_main", "-[Boat row]", "_ZN1a1bEv", "_S$s7harbour2goyyF", "$", "_T"]) {
      expect(demangleSwift(name, FULL)).toBeUndefined();
    }
  });
});
