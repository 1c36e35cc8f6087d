/**
 * What one `windfall analyze` costs from a cold process: a 100 KB report with its 1 MB dSYM, next to a Node process that does nothing.
 * Rounds are interleaved, medians are compared: `node --conditions=@windfall/source bench/analyze.ts [ROUNDS]`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { bundleCli } from "../scripts/bundle-cli.mjs";

const MIN_ROUNDS = 11;
const rounds = Math.max(MIN_ROUNDS, Number(process.argv[2] ?? 15));

const root = new URL("..", import.meta.url).pathname;
const report = join(root, "fixtures/reports/bench-100kb/input.ips");
const dsym = join(root, "fixtures/dsyms/bench-1mb/Fleet.dSYM");
const bundle = join(root, "packages/cli/dist/windfall.mjs");
const bin = join(root, "packages/cli/bin/windfall.js");
const analyze = ["analyze", report, "--symbols", dsym];

await bundleCli(bundle);

interface Contender {
  readonly name: string;
  readonly args: readonly string[];
}
const baseline: Contender = { name: "node -e 0", args: ["-e", "0"] };
const contenders: readonly Contender[] = [
  baseline,
  { name: "windfall analyze (as npm starts it)", args: [bin, ...analyze] },
  { name: "the same, JSON", args: [bin, ...analyze, "--format", "json"] },
  { name: "the bundle alone, no compile cache", args: [bundle, ...analyze] },
  { name: "windfall --version", args: [bin, "--version"] },
];

const size = (path: string) => `${Math.round(statSync(path).size / 1024)} KB`;
console.log(
  `${rounds} interleaved rounds of cold processes, medians; ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}; report ${size(report)}, debug file ${size(join(dsym, "Contents/Resources/DWARF/Fleet"))}, bundle ${size(bundle)}\n`,
);
console.log(["node".padEnd(10), "command".padEnd(36), "median", "least", "ratio", "net of node"].join("  "));
for (const node of nodes()) measure(node);

function measure({ path, version }: Node): void {
  const times = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  // The first round warms the page cache and Node's compile cache and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const contender of contenders) {
      const ms = timeOf(path, contender);
      if (round > 0) times.get(contender)?.push(ms);
    }
  }
  const base = median(times.get(baseline) ?? []);
  for (const [{ name }, list] of times) {
    const middle = median(list);
    console.log(
      [
        version.padEnd(10),
        name.padEnd(36),
        middle.toFixed(1).padStart(6),
        Math.min(...list)
          .toFixed(1)
          .padStart(5),
        `${(middle / base).toFixed(2)}x`.padStart(5),
        `${(middle - base).toFixed(1)} ms`.padStart(11),
      ].join("  "),
    );
  }
}

function timeOf(node: string, { name, args }: Contender): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(node, args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  return ms;
}

interface Node {
  readonly path: string;
  readonly version: string;
}

/** This Node, and the system's own where that is another one. */
function nodes(): readonly Node[] {
  const found: Node[] = [{ path: process.execPath, version: process.version }];
  for (const path of ["/usr/bin/node", "/usr/local/bin/node", "/opt/homebrew/bin/node"]) {
    if (!existsSync(path)) continue;
    const version = spawnSync(path, ["--version"], { encoding: "utf8" }).stdout.trim();
    if (version !== "" && !found.some((node) => node.version === version)) found.push({ path, version });
  }
  return found;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
