/**
 * Becomes the hub's own program. The hub needs Node 24 and brings a native engine, so it is never loaded into this process: in a
 * clone `scripts/start.mjs` installs and builds what is missing and runs it, elsewhere an installed `@windfall/hub` is run.
 * Node's own modules are imported where they are used: in the one bundled file every static import is paid for by every command.
 */
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CliFailure } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

const NODE_FLOOR = 24;
/** As `scripts/start.mjs`: by itself the young heap grows to several times what the hub holds. */
const HUB_FLAGS = ["--max-semi-space-size=16"];

/** Runs the hub with `args` to its end: its signals, its exit code. */
export async function becomeHub(args: readonly string[], terminal: Terminal): Promise<number> {
  return become(await launchOf(terminal), args, terminal);
}

interface Launch {
  readonly node: string;
  readonly nodeFlags: readonly string[];
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
}

async function launchOf(terminal: Terminal): Promise<Launch> {
  const given = terminal.env["WINDFALL_NODE"];
  if (given !== undefined && given !== "" && (await majorOf(given)) < NODE_FLOOR) {
    throw new CliFailure("no-node", `WINDFALL_NODE is ${given}, which is no Node ${NODE_FLOOR} or newer`, 1);
  }
  const start = join(here(), "..", "..", "..", "scripts", "start.mjs");
  if (existsSync(start)) {
    // The clone's script fetches Node 24 itself where this one is older; one that was named is put first on its PATH.
    const node = given === undefined || given === "" ? terminal.node.path : given;
    const path = [dirname(node), terminal.env["PATH"]].filter(Boolean).join(delimiter);
    return { node, nodeFlags: [], script: start, env: { ...terminal.env, PATH: path } };
  }
  return {
    node: await newNode(terminal, given),
    nodeFlags: HUB_FLAGS,
    script: await installedHub(),
    env: { ...terminal.env },
  };
}

/** The folder of this code: `dist` of the bundle, or `src`. */
function here(): string {
  const folder = dirname(fileURLToPath(import.meta.url));
  return folder;
}

async function newNode(terminal: Terminal, given: string | undefined): Promise<string> {
  if (given !== undefined && given !== "") return given;
  if (Number.parseInt(terminal.node.version, 10) >= NODE_FLOOR) return terminal.node.path;
  for (const name of ["node24", "node"]) {
    if ((await majorOf(name)) >= NODE_FLOOR) return name;
  }
  throw new CliFailure(
    "no-node",
    `the hub needs Node ${NODE_FLOOR} or newer and this is ${terminal.node.version}: install it from nodejs.org, or name one in WINDFALL_NODE`,
    1,
  );
}

async function majorOf(node: string): Promise<number> {
  const { spawnSync } = await import("node:child_process");
  const { stdout, status } = spawnSync(node, ["--version"], { encoding: "utf8" });
  return status === 0 ? Number.parseInt(stdout.replace(/^v/, ""), 10) : 0;
}

/** Installed beside this package, or in the project it is run from. */
async function installedHub(): Promise<string> {
  const { createRequire } = await import("node:module");
  for (const from of [import.meta.url, join(process.cwd(), "package.json")]) {
    try {
      return createRequire(from).resolve("@windfall/hub/main");
    } catch {
      // Not installed there; the failure below names the way out.
    }
  }
  throw new CliFailure(
    "no-hub",
    "the hub is not installed: run 'npm install --global @windfall/hub', or use a clone of Windfall",
    1,
  );
}

/** Its signals, its exit code. */
async function become(
  { node, nodeFlags, script, env }: Launch,
  flags: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { spawn } = await import("node:child_process");
  return new Promise((resolve, reject) => {
    const child = spawn(node, [...nodeFlags, script, ...flags], {
      env,
      stdio: ["inherit", "inherit", "inherit", "ipc"],
    });
    const release = terminal.onSignal((signal) => child.kill(signal));
    child.on("error", (cause) => reject(new CliFailure("no-node", `cannot start ${node}: ${cause.message}`, 1, cause)));
    child.on("exit", (code, signal) => {
      release();
      resolve(code ?? (signal === "SIGINT" ? 130 : 143));
    });
  });
}
