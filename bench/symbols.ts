/**
 * Packed symbols against `llvm-gsymutil-19` and `llvm-symbolizer-19` of the same run, on real dSYMs: building, size, look-ups, one report.
 * Contenders are interleaved in every round and medians compared: `npm run bench:symbols [-- ROUNDS [NAME=DSYM …]]`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { ByteSource } from "../packages/core/src/bytes/byte-source.ts";
import { type MachOSlice, openMachO } from "../packages/core/src/macho/mach-o.ts";
import { fileSource } from "../packages/core/src/node.ts";
import type { ImageOffset } from "../packages/core/src/report.ts";
import { openSymcache } from "../packages/core/src/symbols/symcache/symcache.ts";

const GSYMUTIL = "llvm-gsymutil-19";
const SYMBOLIZER = "llvm-symbolizer-19";
const MIN_ROUNDS = 5;
const ADDRESSES = 100_000;
const BIG_BYTES = 40e6;
const REPORT_FRAMES = 1_000;

const root = new URL("..", import.meta.url).pathname;
const [roundsText, ...more] = process.argv.slice(2);
const rounds = Math.max(MIN_ROUNDS, Number(roundsText ?? MIN_ROUNDS));
const files: readonly (readonly [name: string, path: string])[] = [
  ["Swift, 1 MB", join(root, "fixtures/dsyms/bench-1mb/Fleet.dSYM/Contents/Resources/DWARF/Fleet")],
  ...more.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const),
];

for (const tool of [GSYMUTIL, SYMBOLIZER]) {
  if (spawnSync(tool, ["--version"]).status !== 0) {
    console.log(`${tool} is missing: apt-get install llvm-19. Nothing can be compared without it.`);
    process.exit(0);
  }
}
const scratch = mkdtempSync(join(tmpdir(), "windfall-bench-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
// Compiled, as people run it: stripping the types of a source file at each start is no work of ours.
const compiled = compile();

console.log(
  `${rounds} interleaved rounds, medians; ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, load ${loadavg()[0]?.toFixed(1) ?? ""} at the start; Node ${process.version}\n`,
);
console.log("| file | measure | ours | theirs | ratio | ship |\n|---|---|---|---|---|---|");
for (const [name, path] of files) await measure(name, path);
console.log(`\nload ${loadavg()[0]?.toFixed(1) ?? ""} at the end`);

async function measure(name: string, path: string): Promise<void> {
  if (!existsSync(path)) {
    console.log(`| ${name} | not there: ${path} | | | | |`);
    return;
  }
  await using source = await fileSource(path);
  const [slice] = await openMachO(source);
  if (slice === undefined) throw new Error(`${path}: no slice`);
  const isBig = statSync(path).size >= BIG_BYTES;
  const symcache = join(scratch, "a.symcache");
  const gsym = join(scratch, "a.gsym");
  const addresses = join(scratch, "addresses");
  const forGsym = join(scratch, "addresses-gsym");
  const random = randomAddresses(slice, ADDRESSES);
  writeFileSync(addresses, random.map((address) => `0x${address.toString(16)}\n`).join(""));
  writeFileSync(forGsym, random.map((address) => `0x${address.toString(16)} ${gsym}\n`).join(""));

  const arch = ["--arch", slice.arch];
  rmSync(gsym, { force: true });
  const runs: Record<string, Run[]> = {};
  const note = (key: string, run: Run) => void (runs[key] ??= []).push(run);
  for (let round = 0; round <= rounds; round++) {
    const all: readonly (readonly [string, readonly string[], string?])[] = [
      ["floor", [process.execPath, "-e", "0"]],
      ["pack", [process.execPath, compiled.pack, path, symcache]],
      ["convert", [GSYMUTIL, "--quiet", "--num-threads=1", ...arch, `--convert=${path}`, `--out-file=${gsym}`]],
      ["look up", [process.execPath, compiled.lookUp, symcache], addresses],
      ["gsym look up", [GSYMUTIL, "--addresses-from-stdin"], forGsym],
      [
        "symbolizer",
        [SYMBOLIZER, `--obj=${path}`, `--default-arch=${slice.arch}`, "--inlines", "--no-demangle"],
        addresses,
      ],
    ];
    for (const [key, command, input] of all) {
      const run = timed(command, input);
      // The first round warms the page cache.
      if (round > 0 && run !== undefined) note(key, run);
    }
  }
  const warm = spawnSync(process.execPath, [compiled.pack, path, symcache, "9"], { encoding: "utf8" }).stdout;
  const warmMs = median(warm.trim().split(" ").slice(4).map(Number));

  const of = (key: string, what: keyof Run) => median((runs[key] ?? []).map((run) => run[what]));
  const row = (measure: string, ours: number, theirs: number, unit: string, ship: string) => {
    const digits = unit === "ms" ? 0 : 2;
    const against = Number.isNaN(theirs) ? "fails" : `${theirs.toFixed(digits)} ${unit}`;
    const ratio = Number.isNaN(theirs) ? "–" : `**${(ours / theirs).toFixed(2)}**`;
    console.log(`| ${name} | ${measure} | ${ours.toFixed(digits)} ${unit} | ${against} | ${ratio} | ${ship} |`);
  };
  const floor = of("floor", "ms");
  row("build, wall, cold process / gsymutil", of("pack", "ms"), of("convert", "ms"), "ms", isBig ? "0.75" : "–");
  row("the same net of `node -e 0`", of("pack", "ms") - floor, of("convert", "ms"), "ms", isBig ? "–" : "2.5");
  row("the same, processor time", of("pack", "cpu"), of("convert", "cpu"), "ms", "–");
  row("build, warm process / gsymutil", warmMs, of("convert", "ms"), "ms", "0.6");
  row("build / symbolizer on 100,000 addresses", of("pack", "ms"), of("symbolizer", "ms"), "ms", isBig ? "0.5" : "–");
  row("the same, processor time", of("pack", "cpu"), of("symbolizer", "cpu"), "ms", "–");
  row("build, peak memory / gsymutil", of("pack", "mb"), of("convert", "mb"), "MB", isBig ? "0.6" : "–");
  row(
    "size / GSYM",
    statSync(symcache).size / 1e6,
    existsSync(gsym) && runs["convert"] ? statSync(gsym).size / 1e6 : Number.NaN,
    "MB",
    "1.0",
  );
  row(
    "100,000 look-ups as text / gsymutil",
    of("look up", "ms"),
    of("gsym look up", "ms"),
    "ms",
    isBig ? "0.33" : "0.6",
  );
  row("the same, processor time", of("look up", "cpu"), of("gsym look up", "cpu"), "ms", "–");
  row("100,000 look-ups as text / symbolizer", of("look up", "ms"), of("symbolizer", "ms"), "ms", isBig ? "0.2" : "–");
  await inProcess(name, symcache, slice);
}

/** Open and 1,000 frames of one report; and how many look-ups a second when all is warm. */
async function inProcess(name: string, path: string, slice: MachOSlice): Promise<void> {
  const base = Number(slice.textAddress);
  const offsets = randomAddresses(slice, ADDRESSES).map((address) => (address - base) as ImageOffset);
  // A report has the same callers again and again: a tenth of its frames are different ones.
  const report = Array.from({ length: REPORT_FRAMES }, (_, i) => offsets[i % (REPORT_FRAMES / 10)]!);
  const times: number[] = [];
  let read = 0;
  for (let round = 0; round <= rounds; round++) {
    await using file = await fileSource(path);
    read = 0;
    const counted: ByteSource = {
      size: file.size,
      read: (offset, length) => {
        read += length;
        return file.read(offset, length);
      },
    };
    const begin = performance.now();
    await (await openSymcache(counted)).resolve(report);
    if (round > 0) times.push(performance.now() - begin);
  }
  await using file = await fileSource(path);
  const opened = await openSymcache(file);
  const bulk: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const begin = performance.now();
    await opened.resolve(offsets);
    if (round > 0) bulk.push(performance.now() - begin);
  }
  console.log(
    `| ${name} | open + 1,000 frames (100 different), in process | ${median(times).toFixed(1)} ms | – | – | 20 ms |`,
  );
  console.log(`| ${name} | bytes read for that | ${Math.round(read / 1024)} KB | – | – | 1,024 KB |`);
  const rate = ADDRESSES / (median(bulk) / 1000) / 1e6;
  console.log(`| ${name} | look-ups with their frames as objects, warm | ${rate.toFixed(2)} M/s | – | – | – |`);
}

interface Run {
  readonly ms: number;
  readonly cpu: number;
  readonly mb: number;
}

/** Wall, processor time and peak memory of one process, as GNU time counts them. */
function timed([command = "", ...args]: readonly string[], input?: string): Run | undefined {
  const script = `exec env time -f '%U %S %M' "$0" "$@" > /dev/null${input === undefined ? "" : ` < '${input}'`}`;
  const begin = performance.now();
  const { stderr, status } = spawnSync("sh", ["-c", script, command, ...args], { encoding: "utf8" });
  const ms = performance.now() - begin;
  // gsymutil ends with a fault on some files that we read.
  if (status !== 0 && (command === GSYMUTIL || command === SYMBOLIZER)) return undefined;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  const [user = 0, system = 0, kilobytes = 0] = (stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  return { ms, cpu: (user + system) * 1000, mb: kilobytes / 1024 };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** In `__text`, aligned as instructions are, the same ones each time. */
function randomAddresses(slice: MachOSlice, count: number): readonly number[] {
  const text = slice.sections.find(({ name }) => name === "__text");
  if (text === undefined) throw new Error("no __text");
  const step = slice.arch.startsWith("arm64") ? 4 : slice.arch.startsWith("arm") ? 2 : 1;
  let state = 42;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const offset = Math.floor((state / 2 ** 32) * (text.size / step)) * step;
    return Number(slice.textAddress) + text.address + offset;
  });
}

/** The two programs beside this file as JavaScript, over core as it is built. */
function compile(): { readonly pack: string; readonly lookUp: string } {
  const built = (name: string): string => {
    const out = join(scratch, `${name}.mjs`);
    const { status, stderr } = spawnSync(
      join(root, "node_modules/.bin/rolldown"),
      [join(root, `bench/symbols/${name}.ts`), "--file", out, "--platform", "node", "--format", "esm"],
      { encoding: "utf8" },
    );
    if (status !== 0) throw new Error(stderr);
    return out;
  };
  return { pack: built("pack"), lookUp: built("look-up") };
}
