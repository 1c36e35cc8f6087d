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

/** How many rows of each sort are right. */
class Rates {
  readonly #rows = new Map<string, { rows: number; right: number }>();
  add(sort: string, isRight: boolean): void {
    const entry = this.#rows.get(sort) ?? { rows: 0, right: 0 };
    this.#rows.set(sort, entry);
    entry.rows++;
    if (isRight) entry.right++;
  }
  /** The share that is right of each sort whose name begins so. */
  shares(prefix = ""): readonly number[] {
    return [...this.#rows].filter(([sort]) => sort.startsWith(prefix)).map(([, { rows, right }]) => right / rows);
  }
  lines(): string {
    return [...this.#rows].map(([sort, { rows, right }]) => `  ${sort}: ${right} of ${rows}`).join("\n");
  }
  /** Every sort weighing the same, and those that are not all right. */
  summary(what: string): string {
    const shares = this.shares();
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const below = [...this.#rows].filter(([, { rows, right }]) => right < rows);
    const named = below.map(([sort, { rows, right }]) => `${sort} ${right} of ${rows}`).join(", ");
    return `  ${shares.length} ${what}, each weighing the same: ${(100 * mean).toFixed(2)} %${named === "" ? "" : `; below: ${named}`}`;
  }
}

function kindsIn(node: Node | undefined, into = new Set<string>()): ReadonlySet<string> {
  if (node !== undefined) into.add(node.kind);
  for (const child of node?.children ?? []) kindsIn(child, into);
  return into;
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
    const rates = new Rates();
    const wrong = (await known()).flatMap(({ mangled, tree }) => {
      const parsed = parseSymbol(mangled);
      const expected = `${tree.replace(/, (?:text|index)=.*$/gm, "")}\n`;
      const isRight = parsed !== undefined && kinds(parsed) === expected;
      for (const kind of new Set(expected.match(/(?<=kind=)\w+/g))) rates.add(kind, isRight);
      return isRight ? [] : [mangled];
    });
    // oxlint-disable-next-line no-console -- the pass rate per kind of node is what this test is run for
    console.log(`trees\n${rates.summary("kinds of nodes")}`);
    expect(rates.shares().length).toBeGreaterThan(360);
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
      const table = new Rates();
      const byKind = new Rates();
      const bySource = new Rates();
      const failures: string[] = [];
      for (const { mangled, expected, mode, source } of rows) {
        const actual = shown(mangled, mode === "full" ? FULL : SIMPLIFIED);
        const key = `${source === "broken" ? "broken" : (/^_?(?:\$[sSe]|_?T0|@__swiftmacro_|_?T)/.exec(mangled)?.[0] ?? "")} ${mode}`;
        table.add(key, actual === expected);
        if (source !== "broken") {
          bySource.add(source, actual === expected);
          for (const kind of kindsIn(parseSymbol(mangled))) byKind.add(kind, actual === expected);
        }
        if (actual !== expected && source !== "broken" && !EXCEPTIONS.has(mangled))
          failures.push(`${mode} ${mangled}\n  ${actual}\n  ${expected}`);
      }
      // oxlint-disable-next-line no-console -- how many of each kind pass is what this test is run for
      console.log(`${file}\n${table.lines()}\n${byKind.summary("kinds of nodes")}\n${bySource.summary("sources")}`);
      expect(failures).toEqual([]);
      // Damaged names: what upstream makes of them is no rule, but most of it is the same.
      for (const part of table.shares("broken")) expect(part).toBeGreaterThan(0.97);
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
