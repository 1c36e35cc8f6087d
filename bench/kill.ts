/**
 * Whether an acknowledgement holds: kill -9 of the hub and of its event engine, at random moments and while something is on its way to
 * the events, under load. Ends with 1 when anything is lost or counted twice. `--hub N --engine N` for fewer kills than 200 and 50.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Counted, killRounds } from "../packages/hub/test/kill-rounds.ts";

const { values } = parseArgs({
  options: { hub: { type: "string", default: "200" }, engine: { type: "string", default: "50" } },
});
const hubKills = whole("--hub", values.hub);
const engineKills = whole("--engine", values.engine);
/** Of each sender, so that the sum stays one that can be counted in seconds afterwards. */
const PAUSE_MS = 25;
const TELL_EVERY = 25;

const folder = await mkdtemp(join(tmpdir(), "windfall-kill-"));
const started = performance.now();
try {
  const count = await killRounds({
    dataFolder: join(folder, "data"),
    hub: [join(import.meta.dirname, "../packages/hub/dist/main.js")],
    hubKills,
    engineKills,
    pauseMs: PAUSE_MS,
    tell: (round, of) => {
      if (round % TELL_EVERY === 0) process.stderr.write(`${round} of ${of} kills\n`);
    },
  });
  const exact: [name: string, counted: Counted][] = [
    ["uploads acknowledged", count.uploads],
    ["reports", count.reports],
    ["reports lost", { expected: 0, found: count.lost.length }],
    ["reports twice", { expected: 0, found: count.doubled.length }],
    ["uploads set aside", { expected: 0, found: count.setAside }],
    ["usage: users", count.usage.users],
    ["usage: users who crashed", count.usage.usersCrashed],
    ["usage: sessions", count.usage.sessions],
    ["usage: sessions that crashed", count.usage.sessionsCrashed],
  ];
  const pages = Object.entries(count.pages).map(([status, times]) => `${status === "0" ? "none" : status} × ${times}`);
  print([
    ["", "must be", "found", ""],
    ...exact.map(([name, { expected, found }]) => [
      name,
      String(expected),
      String(found),
      expected === found ? "" : "WRONG",
    ]),
  ]);
  process.stdout.write(`
kills: ${hubKills} of the hub, ${engineKills} of its engine; ${count.batchesInterrupted} hit a batch on its way to the events, ${count.afterArrival} of them when its rows were there
slowest restart: ${Math.round(count.slowestRestartMs)} ms; answers to a reader: ${pages.join(", ")}; last exit code: ${count.exitCode}
${Math.round((performance.now() - started) / 1000)} s on ${cpus().length} × ${cpus()[0]?.model ?? "?"}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}
`);
  if (count.exitCode !== 0 || exact.some(([, { expected, found }]) => expected !== found)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function whole(flag: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  process.stderr.write(`${flag}: ${text} is no count\n`);
  return process.exit(2);
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
    process.stdout.write(`${cells.join("  ").trimEnd()}\n`);
  }
}
