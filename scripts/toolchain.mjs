/**
 * What every command of a fresh clone needs before it can run: Node 24, the packages, the build. Plain Node 20, no dependency.
 * Each step leaves a stamp of its inputs behind, so that a second run redoes nothing.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const NODE_FLOOR = 24;
const runtimeBin = join(root, "runtime", "node_modules", ".bin");
const stamps = join(root, "node_modules", ".windfall");

export const say = (text) => process.stderr.write(`windfall: ${text}\n`);

/** Ends the process with one sentence: what went wrong and the way out. */
export function fail(text) {
  say(text);
  process.exit(1);
}

/** PATH with Node 24 and the workspace's own commands first. */
export function environment(extra = {}) {
  const path = [ensureNode24(), join(root, "node_modules", ".bin"), process.env.PATH ?? ""].filter(Boolean);
  return { ...process.env, PATH: path.join(delimiter), ...extra };
}

/**
 * The folder of a Node of version 24 or newer, for PATH; empty where the system's own is new enough.
 * Elsewhere Node 24 is installed from the npm registry into `runtime/`, once.
 */
export function ensureNode24() {
  if (majorOf(process.version) >= NODE_FLOOR) return "";
  const node = join(runtimeBin, "node");
  const fresh = () => existsSync(node) && majorOf(versionOf(node)) >= NODE_FLOOR;
  if (!fresh()) {
    say(
      `this machine has Node ${process.version}; bringing Node ${NODE_FLOOR} into runtime/ (about 50 MB, under a minute)`,
    );
    npm(["ci"], join(root, "runtime"));
    if (!fresh()) {
      fail(
        `no Node ${NODE_FLOOR} for ${process.platform}-${process.arch} in the npm registry: install Node ${NODE_FLOOR} from nodejs.org and run this again`,
      );
    }
  }
  return runtimeBin;
}

/** The packages of the lock file, installed. */
export function ensureInstalled() {
  const installed = existsSync(join(root, "node_modules", ".package-lock.json"));
  if (installed && isDone("install", lockHash())) return;
  const env = environment();
  say(
    `installing packages (${installed ? "the lock file changed" : "about 300 MB to download, 800 MB on disk, most of it the event engine; one to five minutes"})`,
  );
  npm(["ci"], root, env);
  markInstalled();
}

/** Called by `prepare` too, so that an `npm ci` by hand counts. */
export function markInstalled() {
  markDone("install", lockHash());
}

/** Everything that runs from `dist/`: core, api, hub (tsc), the pages (Vite), the CLI (one file). */
export function ensureBuilt() {
  const inputs = hashFiles(sources());
  if (isDone("build", inputs)) return;
  say("building (about ten seconds)");
  const env = environment();
  run("tsc", ["-b", ...["core", "core/tsconfig.node.json", "api", "hub"].map((name) => join("packages", name))], {
    env,
  });
  run("vite", ["build", "--logLevel", "warn"], { env, cwd: join(root, "packages", "web") });
  run("node", [join("scripts", "bundle-cli.mjs")], { env });
  markDone("build", inputs);
}

/** Runs a command to its end with this terminal; a failure ends this process with the same code. */
export function run(command, args, { env = environment(), cwd = root } = {}) {
  const { status, error } = spawnSync(command, args, { cwd, env, stdio: "inherit" });
  if (error) fail(`cannot run ${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** Becomes another command: its signals, its exit code. The channel tells the other one when this process is gone, however it ended. */
export function become(command, args, env = environment()) {
  const child = spawn(command, args, { env, stdio: ["inherit", "inherit", "inherit", "ipc"] });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  process.on("disconnect", () => child.kill("SIGTERM"));
  child.on("error", (error) => fail(`cannot run ${command}: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
}

function npm(args, cwd, env = process.env) {
  const started = Date.now();
  const flags = ["--no-audit", "--no-fund", "--loglevel=error"];
  const { status, error } = spawnSync("npm", [...args, ...flags], {
    cwd,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (error) fail(`cannot run npm: ${error.message}`);
  if (status !== 0)
    fail(
      `npm ${args.join(" ")} failed in ${relative(process.cwd(), cwd) || "."} (see above); check the network and run this again`,
    );
  say(`installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

function majorOf(version) {
  return Number(/^v?(\d+)/.exec(version)?.[1] ?? 0);
}

function versionOf(node) {
  return spawnSync(node, ["--version"], { encoding: "utf8" }).stdout ?? "";
}

function sources() {
  const roots = ["core", "api", "hub", "web", "cli"].map((name) => join(root, "packages", name));
  const top = ["package-lock.json", "tsconfig.base.json", "scripts/bundle-cli.mjs"].map((name) => join(root, name));
  return [...roots.flatMap((folder) => walk(folder)), ...top];
}

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.name === "dist" || entry.name === "node_modules" || entry.name.endsWith(".test.ts")) return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? walk(path) : [path];
    });
}

const lockHash = () => hashFiles([join(root, "package-lock.json")]);

function hashFiles(paths) {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(`${relative(root, path)}\0${statSync(path).size}\0`).update(readFileSync(path));
  return hash.digest("hex");
}

const isDone = (step, inputs) => existsSync(join(stamps, step)) && readFileSync(join(stamps, step), "utf8") === inputs;

function markDone(step, inputs) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, step), inputs);
}

/** Forgets what was done, for a build from scratch. */
export function forget(step) {
  rmSync(join(stamps, step), { force: true });
}
