/** `npm run check`: format, lint (with layers), types, unused code. All of them run; any failure fails the whole. */
import { spawnSync } from "node:child_process";
import { ensureInstalled, environment, root, say } from "./toolchain.mjs";

/** @type {[name: string, command: string, args: string[], wayOut: string][]} */
const CHECKS = [
  ["format", "oxfmt", ["--check", "."], "npm run format"],
  ["lint and layers", "oxlint", ["--type-aware", "--deny-warnings"], "see above"],
  ["types", "tsc", ["-b"], "see above"],
  ["web types", "tsc", ["-p", "packages/web"], "see above"],
  ["unused code", "knip", ["--no-progress"], "see above"],
];

ensureInstalled();
const env = environment();
const failed = CHECKS.filter(([name, command, args, wayOut]) => {
  const { status } = spawnSync(command, args, { cwd: root, env, stdio: "inherit" });
  if (status !== 0) say(`check failed: ${name} (${wayOut})`);
  return status !== 0;
});
process.exit(failed.length === 0 ? 0 : 1);
