/**
 * What it costs to find one UUID in a folder of 1,000 dSYMs of 1 MB, from a cold process: when the folder is new, and when the index knows
 * it. Next to a Node process that does nothing: `node --conditions=@windfall/source bench/symbol-index.ts [ROUNDS]`.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withStrangeUuid } from "../fixtures/hostile/symbols.ts";
import { bundleCli } from "../scripts/bundle-cli.mjs";

const FILES = 1000;
const FILE_BYTES = 1 << 20;
/** More than the headers; the rest of each file is a hole. */
const HEAD_BYTES = 16_384;
const rounds = Math.max(5, Number(process.argv[2] ?? 5));

const root = new URL("..", import.meta.url).pathname;
const dsym = join(root, "fixtures/dsyms/harbor-ios-arm64-d4/Harbor.dSYM/Contents/Resources/DWARF/Harbor");
const wanted = "4c4c44ce-5555-3144-a1af-caee1217c80a";
const folder = mkdtempSync(join(tmpdir(), "windfall-index-"));
const bundle = join(folder, "windfall.mjs");
const home = join(folder, "home");
const find = [bundle, "symbols", "find", wanted, join(folder, "dsyms")];
const index = join(home, ".cache/windfall/symbols.index");

try {
  await bundleCli(bundle);
  mkdirSync(home);
  fill();
  const times = { "node -e 0": [], "new folder": [], "known folder": [] } as Record<string, number[]>;
  for (let round = 0; round < rounds; round++) {
    times["node -e 0"]?.push(timeOf(["-e", "0"]));
    rmSync(index, { force: true });
    times["new folder"]?.push(timeOf(find));
    times["known folder"]?.push(timeOf(find));
  }
  const floor = median(times["node -e 0"] ?? []);
  console.log(
    `${FILES} dSYMs of ${FILE_BYTES >> 20} MB, ${rounds} interleaved rounds, medians; index ${statSync(index).size >> 10} KB\n`,
  );
  for (const [name, all] of Object.entries(times)) {
    const ms = median(all);
    console.log(
      `${name.padEnd(14)} ${ms.toFixed(0).padStart(6)} ms  net of node ${(ms - floor).toFixed(0).padStart(6)} ms`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function fill(): void {
  const bytes = readFileSync(dsym);
  for (let i = 0; i < FILES; i++) {
    const at = join(folder, `dsyms/App${i}.dSYM/Contents/Resources/DWARF`);
    mkdirSync(at, { recursive: true });
    writeFileSync(
      join(at, `App${i}`),
      (i === FILES - 1 ? bytes : withStrangeUuid(bytes, i + 1)).subarray(0, HEAD_BYTES),
    );
    truncateSync(join(at, `App${i}`), FILE_BYTES);
  }
}

function timeOf(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { env: { HOME: home }, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
