/** Facts of names come from their grammar: words in a name that look like them change nothing. */
import { expect, test } from "vitest";
import { fixture, gunzip, utf8 } from "../../test/files.ts";
import { factWords, nameFacts, type NameFacts } from "./name-facts.ts";

const NOTHING: Omit<NameFacts, "scheme"> = {
  isMerged: false,
  isSpecialized: false,
  isThunk: false,
  isClosure: false,
  isOutlined: false,
};

test.each<[string, Partial<NameFacts>]>([
  ["$s7harbour4BoatC3rowyyF", { scheme: "swift", module: "harbour" }],
  ["_$s7harbour4BoatC3rowyyFTm", { scheme: "swift", module: "harbour", isMerged: true }],
  ["$s7harbour4BoatC3rowyyFTmTA", { scheme: "swift", module: "harbour", isMerged: true, isThunk: true }],
  ["$s7harbour4BoatC3rowyyFTo", { scheme: "swift", module: "harbour", isThunk: true }],
  ["$s7harbour4BoatC3rowyyYaKFTY0_", { scheme: "swift", module: "harbour", asyncPart: 1 }],
  ["$s7harbour4BoatC3rowyyYaKFTQ1_", { scheme: "swift", module: "harbour", asyncPart: 2 }],
  ["$s7harbour2goyyFyycfU0_", { scheme: "swift", module: "harbour", isClosure: true }],
  ["$s7harbour2goyyFyycfU0_TA", { scheme: "swift", module: "harbour", isClosure: true, isThunk: true }],
  ["$s7harbour2goyyxlFSi_Tg5", { scheme: "swift", module: "harbour", isSpecialized: true }],
  ["$s7harbour4BoatVWOh", { scheme: "swift", module: "harbour", isOutlined: true }],
  ["$sSa7harbourE3rowyyF", { scheme: "swift", module: "harbour" }],
  ["$s7harbour4BoatVAA5CraftA2aDP3rowyyFTW", { scheme: "swift", module: "harbour", isThunk: true }],
  ["$s7harbour21merged_closure_Tm_TY0yyF", { scheme: "swift", module: "harbour" }],
  ["_TFC7harbour4Boat3rowfT_T_", { scheme: "swift", module: "harbour" }],
  ["_ZThn16_N4Boat3rowEv", { scheme: "c++", isThunk: true }],
  ["___ZN4Boat3rowEv_block_invoke", { scheme: "c++", isClosure: true }],
  ["_ZN4Boat3rowEv", { scheme: "c++" }],
  ["_RNvCs15kBYyAo9fc_7harbour3row", { scheme: "rust" }],
  ["___37-[Boat row]_block_invoke_3", { scheme: "objective-c", isClosure: true }],
  ["-[Boat row]", { scheme: "objective-c" }],
])("%s", (name, facts) => {
  expect(nameFacts(name)).toEqual({ ...NOTHING, ...facts });
});

test.each(["", "main", "objc_msgSend", "$s", "$s7harbour", "<deduplicated_symbol>"])("%s has none", (name) => {
  expect(nameFacts(name)?.isMerged ?? false).toBe(false);
  expect(factWords(name)).toEqual([]);
});

test.each([
  ["$s7harbour4BoatC3rowyyFTm", ["merged"]],
  ["$s7harbour4BoatC3rowyyYaKFTY0_", ["async part 1"]],
  ["$s7harbour4BoatC3rowyyYaKFTQ1_", ["async part 2"]],
  ["$s7harbour4BoatC3rowyyF", []],
  ["$s7harbour2TmyyF", []],
])("what a reader must be told of %s: %j", (name, words) => {
  expect(factWords(name)).toEqual(words);
});

test("merged and async parts are told of exactly the names whose full form says so", async () => {
  const names = utf8(await gunzip(await fixture("names/swift.jsonl.gz")))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { mangled: string; full: string; tree: string });
  // The attribute stands in the first two levels of the tree; deeper ones belong to names inside the name.
  const saysSo = (tree: string, kinds: string) => new RegExp(`^(?:  ){1,2}kind=(?:${kinds})\\b`, "m").test(tree);
  const wrong = names.filter(({ mangled, tree }) => {
    const words = factWords(mangled);
    const isMerged = saysSo(tree, "MergedFunction");
    const isPart = saysSo(tree, "AsyncSuspendResumePartialFunction|AsyncAwaitResumePartialFunction");
    return words.includes("merged") !== isMerged || words.some((word) => word.startsWith("async")) !== isPart;
  });
  expect(wrong.map(({ mangled }) => mangled)).toEqual([]);
  expect(names.filter(({ mangled }) => factWords(mangled).length > 0).length).toBeGreaterThan(5);
});
