/**
 * How well reports are grouped: ours beside what other tools do, on made-up apps and on real Swift builds with known bugs.
 * `npm run bench:grouping [SEEDS…] [--wrong]`; the labelled builds are looked for under `$WINDFALL_CORPUS/swift/grouping`.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { classify, signatureOf } from "@windfall/core";
import { BASELINES } from "./grouping/baselines.ts";
import type { LabelledReport } from "./grouping/labelled.ts";
import { changesIn, givenBaseline, lagerhausSet, scoredByJudge } from "./grouping/lagerhaus.ts";
import { metamorphic } from "./grouping/metamorphic.ts";
import { intervals, type Interval, type Keyed, scoresOf, stability } from "./grouping/scores.ts";
import { syntheticSet } from "./grouping/synthetic/set.ts";
import { mistakes } from "./grouping/mistakes.ts";

/** Tuning looks at seeds 1 to 9 only. */
const REPORTED_SEEDS = [101, 102, 103, 104, 105, 106];
const BUGS_PER_SEED = 60;
const ROUNDS = 1000;
const REPORTS_FROM_SCRATCH = 100_000;
const SYNTHETIC_BUILDS = ["0", "1", "2", "3", "4", "5"];
const REAL_BUILDS = ["v1", "v2", "v3", "v4", "v5"];

const flags = process.argv.slice(2);
const given = flags.map(Number).filter((seed) => seed > 0);
const showWrong = flags.includes("--wrong");
const seeds = given.length > 0 ? given : REPORTED_SEEDS;

type KeyOf = (labelled: LabelledReport) => string;
const ours: KeyOf = ({ analysis }) => analysis.signature.key;
const contenders: readonly (readonly [string, KeyOf])[] = [
  ["windfall", ours],
  ...BASELINES.map(({ name, keyOf }): [string, KeyOf] => [name, ({ analysis }) => keyOf(analysis.report)]),
];

const synthetic = (await Promise.all(seeds.map((seed) => syntheticSet(seed, BUGS_PER_SEED)))).flat();
tell(`synthetic, seeds ${seeds.join(" ")}`, synthetic, contenders, SYNTHETIC_BUILDS);
console.log("\nChanges to one report (right of tried)");
for (const { name, mustChange, right, of } of metamorphic(synthetic)) {
  console.log(`  ${mustChange ? "must" : "must not"} change: ${name.padEnd(34)} ${right} of ${of}`);
}
if (showWrong) console.log(mistakes(synthetic));

const folder = join(process.env["WINDFALL_CORPUS"] ?? "", "swift/grouping");
if (process.env["WINDFALL_CORPUS"] !== undefined && existsSync(folder)) await judge();
else console.log("\nReal Swift builds: not at hand (WINDFALL_CORPUS)");
fromScratch(synthetic);

async function judge(): Promise<void> {
  const real = await lagerhausSet(folder);
  const given5 = [1, 2, 3, 4, 5].map((number): [string, KeyOf] => {
    const keys = givenBaseline(folder, number);
    return [`given baseline ${number}`, ({ id }) => keys.get(id) ?? id];
  });
  const all = [...contenders, ...given5];
  tell("real Swift builds", real, all, REAL_BUILDS);
  const categories = new Map(
    real.map(({ id, analysis }) => [id, analysis.diagnosis.hypotheses[0]?.id ?? analysis.report.kind]),
  );
  const tables = all.map(([name, keyOf]) => {
    const judged =
      scoredByJudge(folder, new Map(real.map((labelled) => [labelled.id, keyOf(labelled)])), categories) ?? "";
    return { name, judged, changes: new Map(changesIn(judged).map((change) => [change.name, change])), keyOf };
  });
  console.log("\nStays from build to build, by kind of change (the set's own scorer)");
  for (const { name, same, of } of changesIn(tables[0]?.judged ?? "")) {
    const cells = tables.map(({ changes }) => {
      const cell = changes.get(name);
      return (cell === undefined ? "-" : (cell.same / cell.of).toFixed(2)).padStart(5);
    });
    console.log(`  ${name.padEnd(40)} ${cells.join(" ")}   (${same} of ${of})`);
  }
  const agree = tables.every(({ judged, keyOf }) => agrees(judged, real, keyOf));
  console.log(`Our scorer agrees with the set's on every figure: ${agree ? "yes" : "NO"}`);
  if (!agree) process.exitCode = 1;
  console.log(
    tables[0]?.judged
      .split("\n")
      .filter((line) => line.startsWith("Category") || line.startsWith("  "))
      .join("\n"),
  );
  if (showWrong) console.log(mistakes(real));
}

function agrees(judged: string, real: readonly LabelledReport[], keyOf: KeyOf): boolean {
  const rows = keyed(
    real.filter(({ isMissing }) => !isMissing),
    keyOf,
  );
  const consecutive = changesIn(judged).find(({ name }) => name === "all consecutive builds");
  const mine = stability(rows, REAL_BUILDS);
  if (consecutive === undefined) return false;
  const figure = (mode: string, name: string) =>
    Number(new RegExp(`^dSYM held\\t${mode}\\t${name}\\t(.+)$`, "m").exec(judged)?.[1]);
  const near = (a: number, b: number) => Math.abs(a - b) < 1e-9;
  return (
    [false, true].every((lenient) => {
      const scores = scoresOf(rows, lenient);
      const mode = lenient ? "lenient" : "strict";
      return (
        near(figure(mode, "precision"), scores.precision) &&
        near(figure(mode, "recall"), scores.recall) &&
        near(figure(mode, "b3_precision"), scores.bcubedPrecision) &&
        near(figure(mode, "b3_recall"), scores.bcubedRecall) &&
        near(figure(mode, "over_split"), scores.overSplit) &&
        near(figure(mode, "over_merge"), scores.overMerge)
      );
    }) &&
    consecutive.same <= consecutive.of &&
    mine.of > 0
  );
}

function tell(
  title: string,
  set: readonly LabelledReport[],
  all: readonly (readonly [string, KeyOf])[],
  builds: readonly string[],
): void {
  const held = set.filter(({ isMissing }) => !isMissing);
  const bugs = new Set(set.map(({ bug }) => bug)).size;
  console.log(
    `\n${title}: ${set.length} reports of ${bugs} bugs, ${set.length - held.length} without their dSYM; 95 % intervals over bugs`,
  );
  console.log(
    `  ${"dSYM held".padEnd(38)} precision            recall               lenient p/r   B-cubed p/r   split merge  stable  with missing p/r`,
  );
  for (const [name, keyOf] of all) {
    const rows = keyed(held, keyOf);
    const { precision, recall, bcubedPrecision, bcubedRecall, overSplit, overMerge } = scoresOf(rows);
    const lenient = scoresOf(rows, true);
    const whole = scoresOf(keyed(set, keyOf));
    const drawn = intervals(rows, ROUNDS);
    const { same, of } = stability(rows, builds);
    console.log(
      `  ${name.padEnd(38)} ${precision.toFixed(3)} ${range(drawn.precision)}  ${recall.toFixed(3)} ${range(drawn.recall)}  ${two(lenient.precision, lenient.recall)}   ${two(bcubedPrecision, bcubedRecall)}   ${overSplit.toFixed(2)}  ${overMerge.toFixed(2)}   ${(same / of).toFixed(3)}   ${two(whole.precision, whole.recall)}`,
    );
  }
  const waiting = set.filter(({ later }) => later !== undefined);
  const rightLater = waiting.filter(
    ({ bug, later }) => later !== undefined && later.signature.key === mostOf(held, bug),
  );
  const honest = waiting.filter(({ analysis }) => analysis.signature.confidence === "provisional").length;
  console.log(
    `  without dSYM: ${waiting.length}, ${honest} of them provisional; when it comes ${rightLater.length} have the key of their bug`,
  );
}

function mostOf(set: readonly LabelledReport[], bug: string): string | undefined {
  const counts = new Map<string, number>();
  for (const labelled of set)
    if (labelled.bug === bug) counts.set(ours(labelled), (counts.get(ours(labelled)) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

function keyed(set: readonly LabelledReport[], keyOf: KeyOf): readonly Keyed[] {
  return set.map((labelled) => ({
    bug: labelled.bug,
    family: labelled.family,
    build: labelled.build,
    key: `${appOf(labelled)}${keyOf(labelled)}`,
  }));
}

/** Groups are per app, and each seed of the synthetic set is one. */
function appOf({ id }: LabelledReport): string {
  return /^\d+\/B/.test(id) ? `${id.split("/")[0] ?? ""} ` : "";
}

/** Classification and grouping of that many symbolicated reports on one core. */
function fromScratch(set: readonly LabelledReport[]): void {
  const start = performance.now();
  const keys = new Set<string>();
  for (let n = 0; n < REPORTS_FROM_SCRATCH; n++) {
    const report = set[n % set.length]?.analysis.report;
    if (report !== undefined) keys.add(signatureOf(report, classify(report)).key);
  }
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `\n${REPORTS_FROM_SCRATCH} symbolicated reports classified and grouped on one core: ${seconds.toFixed(1)} s, ${keys.size} groups, ${Math.round(process.memoryUsage.rss() / 1e6)} MB`,
  );
}

function range({ low, high }: Interval): string {
  return `(${low.toFixed(3)}-${high.toFixed(3)})`;
}

function two(a: number, b: number): string {
  return `${a.toFixed(3)} ${b.toFixed(3)}`;
}
