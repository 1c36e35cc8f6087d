/** The bundle as a user runs it: a process of its own, under Node 20 where the system has one. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleCli } from "../../../scripts/bundle-cli.mjs";

export const repo: string = fileURLToPath(new URL("../../../", import.meta.url));
export const fixtures: string = join(repo, "fixtures");

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Windfall {
  /** Where the bundle and what a test writes lie. */
  readonly folder: string;
  readonly modules: Awaited<ReturnType<typeof bundleCli>>;
  run(args: readonly string[], options?: RunOptions): Outcome;
  dispose(): void;
}

export interface RunOptions {
  readonly node?: string;
  readonly input?: Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** As `windfall … | head -0` does. */
  readonly closeStdout?: boolean;
}

export async function createWindfall(): Promise<Windfall> {
  const folder = mkdtempSync(join(tmpdir(), "windfall-cli-"));
  const bundle = join(folder, "windfall.mjs");
  const modules = await bundleCli(bundle);
  return {
    folder,
    modules,
    run(args, { node = process.execPath, input, env, cwd = repo, closeStdout = false } = {}) {
      const command = [node, bundle, ...args];
      // The shell's pipe is closed before the first byte comes.
      const [file = "", ...rest] = closeStdout
        ? ["sh", "-c", '{ sleep 0.1; "$@"; echo $? >&2; } | true', "sh", ...command]
        : command;
      const { status, stdout, stderr, error } = spawnSync(file, rest, {
        cwd,
        env: { PATH: process.env["PATH"] ?? "", ...env },
        input: input ?? "",
        encoding: "utf8",
        maxBuffer: 256 * 1024 * 1024,
        timeout: 60_000,
      });
      if (error) throw error;
      if (closeStdout) return { status: Number(stderr), stdout, stderr: stderr.replace(/^\d+\n$/, "") };
      return { status, stdout, stderr };
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The Node that runs the tests and, where the system has one, Node 20. */
export function nodesToTest(): readonly string[] {
  const old = ["/usr/bin/node", "/usr/local/bin/node"].find(
    (path) => existsSync(path) && spawnSync(path, ["--version"], { encoding: "utf8" }).stdout.startsWith("v20."),
  );
  return old === undefined ? [process.execPath] : [process.execPath, old];
}
