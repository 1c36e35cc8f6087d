/** A hub as users run it: a process of its own on a free port and a new data folder, which commands are tested against. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repo } from "./bundle.ts";

const START_MS = 60_000;

export interface RealHub {
  /** What a command needs to know of it: its address and the first API key, which may manage. */
  readonly env: Readonly<Record<"WINDFALL_HUB" | "WINDFALL_KEY", string>>;
  readonly data: string;
  /** Resolves when nothing waits in its inbox. */
  processed(): Promise<void>;
  /** SIGKILL for the process of its event engine, if one runs. */
  killEngine(): void;
  stop(): Promise<void>;
}

export async function startRealHub(): Promise<RealHub> {
  const data = mkdtempSync(join(tmpdir(), "windfall-cli-hub-"));
  const main = join(repo, "packages/hub/src/main.ts");
  const child = spawn(process.execPath, ["--conditions=@windfall/source", main, "--data", data, "--port", "0"], {
    env: { ...process.env, WINDFALL_LOG: "silent" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = await untilReady(child);
  const env = {
    WINDFALL_HUB: /running: (\S+)/.exec(said)?.[1] ?? "",
    WINDFALL_KEY: /\bwfk_\S+/.exec(said)?.[0] ?? "",
  };
  return {
    env,
    data,
    async processed() {
      for (;;) {
        const answer = await fetch(`${env.WINDFALL_HUB}/metrics`, {
          headers: { authorization: `Bearer ${env.WINDFALL_KEY}` },
        });
        if (/^windfall_uploads_waiting 0$/m.test(await answer.text())) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    killEngine() {
      for (const pid of engineOf(child.pid ?? 0)) process.kill(pid, "SIGKILL");
    },
    async stop() {
      child.kill("SIGTERM");
      await new Promise((resolve) => child.once("exit", resolve));
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function untilReady(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`the hub did not come up: ${text}`)), START_MS);
    child.stdout?.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      if (!text.includes("Ctrl+C")) return;
      clearTimeout(timer);
      resolve(text);
    });
    child.on("error", reject).on("exit", (code) => reject(new Error(`the hub ended with ${code}: ${text}`)));
  });
}

function engineOf(pid: number): number[] {
  const { stdout } = spawnSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" });
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, ...args]) => Number(parent) === pid && args.join(" ").includes("embedded/child"))
    .map(([id]) => Number(id));
}
