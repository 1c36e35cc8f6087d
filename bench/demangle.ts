/**
 * What demangling costs: names a second, cold and warm, C++ and Rust beside the WebAssembly library `gecko-profiler-demangle` in the same
 * rounds; the weight of the bundle; and the memory that a million names leave: `npm run bench:demangle -- [ROUNDS]`. With
 * `WINDFALL_CORPUS` the names are those of real binaries, else our own. Times are those of the processor, garbage collection included, so
 * that a busy machine changes them little.
 */
import { demangle } from "@windfall/core/demangle";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { cxxNames, hasCorpus, rustNames, shuffled, swiftNames } from "./demangle/names.ts";

const MIN_ROUNDS = 5;
const WARM_UP_ROUNDS = 3;
/** A round takes at least this many names, so that a clock tick is nothing of it. */
const NAMES_A_ROUND = 20_000;
const COLD_NAMES = 2000;
const MANY = 1_000_000;

const root = fileURLToPath(new URL("../", import.meta.url));

interface Job {
  readonly label: string;
  readonly names: readonly string[];
  readonly ours: (name: string) => string;
  readonly peer?: (name: string) => string;
}

let characters = 0;
const simplified = (name: string) => demangle(name);
const full = (name: string) => demangle(name, { form: "full" });

const [first = "", second = ""] = process.argv.slice(2);
if (first === "--cold") await cold(second);
else await all(Math.max(MIN_ROUNDS, Number(first) || 11));

async function jobs(): Promise<readonly Job[]> {
  const swift = shuffled(swiftNames());
  const peer = await loadPeer();
  return [
    { label: "Swift, simplified", names: swift, ours: simplified },
    { label: "Swift, full", names: swift, ours: full },
    { label: "C++", names: shuffled(cxxNames()), ours: simplified, peer },
    { label: "Rust", names: shuffled(rustNames()), ours: simplified, peer },
  ];
}

async function all(rounds: number): Promise<void> {
  console.log(
    `${rounds} interleaved rounds, medians; ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}; Node ${process.version}; ${hasCorpus ? "names of the corpus" : "our own names"}\n`,
  );
  console.log(
    "names".padEnd(20) + ["different", "cold /s", "warm /s", "wasm, warm /s", "ours : wasm"].map(pad).join(""),
  );
  for (const job of await jobs()) {
    const { ours, peer } = warm(job, rounds);
    console.log(
      job.label.padEnd(20) +
        [
          count(job.names.length),
          count(coldRate(job.label)),
          count(ours),
          peer === undefined ? "–" : count(peer),
          peer === undefined ? "–" : (ours / peer).toFixed(2),
        ]
          .map(pad)
          .join(""),
    );
  }
  await weight();
  memory();
}

function pad(text: string): string {
  return text.padStart(15);
}
function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function warm({ names: list, ours, peer }: Job, rounds: number): { ours: number; peer: number | undefined } {
  const passes = Math.max(1, Math.ceil(NAMES_A_ROUND / list.length));
  const runs = [ours, ...(peer === undefined ? [] : [peer])];
  const rates = runs.map((): number[] => []);
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [i, run] of runs.entries()) {
      const ms = cpu(() => {
        for (let pass = 0; pass < passes; pass++) for (const name of list) read(run(name));
      });
      if (round >= 0) rates[i]?.push((passes * list.length * 1000) / ms);
    }
  }
  const [own = [], others] = rates;
  return { ours: median(own), peer: others && median(others) };
}

/** A text that is put together lazily is put together when it is read: that belongs to its cost. */
function read(text: string): void {
  characters += text.charCodeAt(text.length - 1);
}

function coldRate(label: string): number {
  const rates = Array.from({ length: MIN_ROUNDS }, () => {
    const { stdout, stderr } = spawnSync(process.execPath, [
      ...process.execArgv,
      process.argv[1] ?? "",
      "--cold",
      label,
    ]);
    const rate = Number(stdout);
    if (!(rate > 0)) throw new Error(String(stderr));
    return rate;
  });
  return median(rates);
}

/** The first names of a fresh process. */
async function cold(label: string): Promise<void> {
  const job = (await jobs()).find((candidate) => candidate.label === label);
  const list = job?.names.slice(0, COLD_NAMES) ?? [];
  const ms = cpu(() => {
    for (const name of list) read(job?.ours(name) ?? "");
  });
  console.log((list.length * 1000) / ms);
}

async function weight(): Promise<void> {
  console.log(`\n${"bundle, minified".padEnd(20)}${["KB", "KB gzipped"].map(pad).join("")}`);
  const parts = { all: "index.ts", Swift: "swift/demangle.ts", "C++": "itanium/demangle.ts", Rust: "rust/v0.ts" };
  for (const [label, file] of Object.entries(parts)) {
    const bundle = await rolldown({
      input: join(root, "packages/core/src/demangle", file),
      platform: "browser",
      logLevel: "silent",
    });
    const { output } = await bundle.generate({ format: "esm", minify: true });
    const code = output.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("");
    const sizes = [code.length, gzipSync(code, { level: 9 }).length].map((bytes) => (bytes / 1000).toFixed(1));
    console.log(label.padEnd(20) + sizes.map(pad).join(""));
  }
}

/** The heap after a tenth of a million names, and after the rest. */
function memory(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const list = [...swiftNames(), ...cxxNames(), ...rustNames()];
  const heap = () => {
    collect();
    collect();
    return process.memoryUsage().heapUsed / 1e6;
  };
  let length = 0;
  let at = 0;
  const run = (upTo: number) => {
    for (; at < upTo; at++) length += demangle(list[at % list.length] ?? "").length;
  };
  run(MANY / 10);
  const before = heap();
  run(MANY);
  const after = heap();
  console.log(
    `\nheap after ${count(MANY / 10)} names ${before.toFixed(1)} MB, after ${count(MANY)} ${after.toFixed(1)} MB (${count(length)} characters made)`,
  );
}

/** The library's glue asks for its module by an import that Node has no loader for: it is given by hand. */
async function loadPeer(): Promise<(name: string) => string> {
  const folder = new URL("../node_modules/gecko-profiler-demangle/", import.meta.url);
  const glue = (await import(new URL("index_bg.js", folder).href)) as Glue;
  const module = new WebAssembly.Module(readFileSync(new URL("index_bg.wasm", folder)));
  const { exports } = new WebAssembly.Instance(module, { "./index_bg.js": glue });
  glue["__wbg_set_wasm"]?.(exports);
  (exports as Record<string, () => void>)["__wbindgen_start"]?.();
  return (name) => String(glue["demangle_any"]?.(name));
}

type Glue = Readonly<Record<string, (argument: unknown) => unknown>>;

function cpu(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
