/** The edge: the one file of the CLI that knows the process. */
import { isatty } from "node:tty";
import { printable } from "./output/printable.ts";
import { run } from "./run.ts";
import type { Terminal } from "./terminal.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const terminal: Terminal = {
  env: process.env,
  colour: isatty(1) && (process.env["NO_COLOR"] ?? "") === "",
  progress: isatty(2),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  stdin: () => process.stdin,
  node: { version: process.versions.node, path: process.execPath },
  onSignal(handler) {
    for (const signal of SIGNALS) process.on(signal, handler);
    return () => {
      for (const signal of SIGNALS) process.off(signal, handler);
    };
  },
};

// `windfall analyze … | head` closes the pipe early: nothing more to say, and no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(process.exitCode ?? 0);
});

try {
  process.exitCode = await run(process.argv.slice(2), terminal);
} catch (error) {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.err(
    `windfall: a bug of ours, please report it:\n${text
      .split("\n")
      .map((line) => printable(line))
      .join("\n")}\n`,
  );
  process.exitCode = 1;
}
