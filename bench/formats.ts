/**
 * What reading reports costs, warm: MB/s for each format, milliseconds for 100 KB, speed against `JSON.parse` alone on the same `.ips`
 * bodies, and the memory that large ones take: `node --conditions=@windfall/source bench/formats.ts [ROUNDS]`. Times are those of the
 * processor, garbage collection included, so that a busy machine changes them little.
 */
import { parseReports } from "@windfall/core";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { INPUTS } from "./formats/inputs.ts";

const MIN_ROUNDS = 15;
const rounds = Math.max(MIN_ROUNDS, Number(process.argv[2] ?? 31) || 0);
const HUNDRED_KB = 100 * 1024;
const LARGE = [4, 16].map((megabytes) => megabytes * 1024 * 1024);

/** As Node comes, and with a small young generation: by itself the engine lets that grow to tens of megabytes before it looks what is left. */
const HEAPS = [
  ["as Node comes", []],
  ["young generation of 2 MB", ["--max-semi-space-size=2"]],
] as const;

const reports = new URL("../fixtures/reports/", import.meta.url);
const encode = (text: string) => new TextEncoder().encode(text);

console.log(
  `${rounds} interleaved rounds, medians; ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}; Node ${process.version}\n`,
);
speeds();
ratio();
memory();

function speeds(): void {
  const jobs = INPUTS.map(({ format, make }) => {
    const bytes = encode(make(HUNDRED_KB));
    const [first] = parseReports(bytes);
    return { format, bytes, kind: first?.value.kind ?? "?", run: () => parseReports(bytes) };
  });
  const times = interleaved(jobs.map(({ run }) => run));
  console.log(["format".padEnd(24), "read as".padEnd(12), "     KB", "     MB/s", "ms for 100 KB"].join(" "));
  for (const [i, { format, bytes, kind }] of jobs.entries()) {
    const ms = median(times[i] ?? []);
    console.log(
      [
        format.padEnd(24),
        kind.padEnd(12),
        (bytes.length / 1024).toFixed(0).padStart(7),
        (bytes.length / 1000 / ms).toFixed(0).padStart(9),
        ((ms * HUNDRED_KB) / bytes.length).toFixed(2).padStart(13),
      ].join(" "),
    );
  }
}

/** All `.ips` fixtures whose parts `JSON.parse` takes; and the one of 100 KB. */
function ratio(): void {
  const files = readdirSync(reports, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ips"))
    .map((name) => readFileSync(new URL(name, reports)))
    .flatMap((bytes) => {
      const text = bytes.toString("utf8");
      const end = text.indexOf("\n");
      const parts = [text.slice(0, end), text.slice(end)];
      return parts.every(isJson) ? [{ bytes, parts }] : [];
    });
  const large = files.filter(({ bytes }) => bytes.length > HUNDRED_KB * 0.9);
  console.log(`\n${"against JSON.parse alone".padEnd(37)} ${"KB".padStart(7)}  JSON.parse      all   ratio`);
  for (const [name, list] of [
    [`${files.length} .ips fixtures`, files],
    ["the one of 100 KB", large],
  ] as const) {
    const bytes = list.reduce((sum, file) => sum + file.bytes.length, 0);
    const [alone = [], all = []] = interleaved([
      () => list.forEach(({ parts }) => parts.forEach((part) => void JSON.parse(part))),
      () => list.forEach((file) => void parseReports(file.bytes)),
    ]);
    const speed = (ms: number) => `${(bytes / 1000 / ms).toFixed(0)} MB/s`;
    console.log(
      [
        name.padEnd(37),
        (bytes / 1024).toFixed(0).padStart(7),
        speed(median(alone)).padStart(11),
        speed(median(all)).padStart(8),
        `${((100 * median(alone)) / median(all)).toFixed(0)} %`.padStart(7),
      ].join(" "),
    );
  }
}

function memory(): void {
  const folder = mkdtempSync(join(tmpdir(), "windfall-bench-"));
  const script = new URL("formats/memory.ts", import.meta.url).pathname;
  const [small, large] = [join(folder, "small"), join(folder, "large")];
  const peakOf = (file: string, heap: readonly string[]): number => {
    const run = spawnSync(process.execPath, [...heap, "--conditions=@windfall/source", script, file], {
      encoding: "utf8",
    });
    if (run.status !== 0) throw new Error(`reading ${file} ended with ${run.status}: ${run.stderr}`);
    return Number(run.stdout);
  };
  const heads = HEAPS.map(([name]) => name.padStart(27)).join("");
  console.log(`\n${"memory, times the file".padEnd(37)} ${"MB".padStart(7)}${heads}`);
  try {
    for (const { format, make } of INPUTS) {
      writeFileSync(small, make(0));
      for (const size of LARGE) {
        const text = encode(make(size));
        writeFileSync(large, text);
        // What a small report of the same format takes is not the file's; the bytes of the file are: a caller holds them too.
        const times = HEAPS.map(([, heap]) => (peakOf(large, heap) - peakOf(small, heap)) / text.length);
        console.log(
          [
            format.padEnd(37),
            (text.length / 1e6).toFixed(1).padStart(7),
            ...times.map((value) => value.toFixed(1).padStart(26)),
          ].join(" "),
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** Milliseconds of each run of each job, taken in turns, so that a busy machine is busy for all of them. */
function interleaved(jobs: readonly (() => void)[]): readonly number[][] {
  const times = jobs.map((): number[] => []);
  const repeats = jobs.map(repeatsFor);
  for (let round = 0; round < rounds; round++) {
    for (const [i, job] of jobs.entries()) {
      const count = repeats[i] ?? 1;
      const start = cpuMs();
      for (let run = 0; run < count; run++) job();
      times[i]?.push((cpuMs() - start) / count);
    }
  }
  return times;
}

/** Warms the job, and says how often it fits into some milliseconds: shorter times are noise. */
function repeatsFor(job: () => void): number {
  const WARM_MS = 400;
  const RUN_MS = 30;
  let count = 0;
  const start = cpuMs();
  while (cpuMs() - start < WARM_MS) {
    job();
    count++;
  }
  return Math.max(1, Math.round((count * RUN_MS) / WARM_MS));
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
