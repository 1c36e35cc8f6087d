/** The edge: the one file of the CLI that knows the process. */
import { fstatSync, writeSync } from "node:fs";
import { printable } from "./output/printable.ts";
import { run } from "./run.ts";
import type { Terminal } from "./terminal.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const terminal: Terminal = {
  env: process.env,
  colour: isTerminal(1) && (process.env["NO_COLOR"] ?? "") === "",
  progress: isTerminal(2),
  shown: isTerminal(1),
  out: (text) => write(1, text),
  outBytes: (bytes) => write(1, bytes),
  err: (text) => write(2, text),
  stdin: () => process.stdin,
  ...(process.platform === "darwin" && { spotlight: mdfind }),
  node: { version: process.versions.node, path: process.execPath },
  onSignal(handler) {
    for (const signal of SIGNALS) process.on(signal, handler);
    return () => {
      for (const signal of SIGNALS) process.off(signal, handler);
    };
  },
};

run(process.argv.slice(2), terminal).then(
  // All is written by now; to end at once spares taking the heap apart.
  (exit) => process.exit(exit),
  (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const lines = text.split("\n").map((line) => printable(line));
    terminal.err(`windfall: a bug of ours, please report it:\n${lines.join("\n")}\n`);
    process.exitCode = 1;
  },
);

/** `process.stdout` and `node:tty` load Node's network code, a fifth of the time an empty process takes. */
function write(file: 1 | 2, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(file, bytes, done);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // `windfall analyze … | head` closes the pipe early: nothing more to say, and no error.
      if (code === "EPIPE") process.exit(process.exitCode ?? 0);
      if (code !== "EAGAIN") throw error;
      // A pipe that its owner made non-blocking is full.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

async function mdfind(query: string): Promise<string | undefined> {
  const { spawnSync } = await import("node:child_process");
  const { status, stdout } = spawnSync("/usr/bin/mdfind", ["-0", query], { encoding: "utf8", timeout: 10_000 });
  return status === 0 ? stdout : undefined;
}

function isTerminal(file: 1 | 2): boolean {
  try {
    if (!fstatSync(file).isCharacterDevice()) return false;
  } catch {
    // A closed descriptor.
    return false;
  }
  return (file === 1 ? process.stdout : process.stderr).isTTY;
}
