#!/usr/bin/env node
/** The npm bin: runs the one bundled file. In a clone that has none yet, `scripts/bundle-cli.mjs` makes it first. */
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const bundle = new URL("../dist/windfall.mjs", import.meta.url);
if (!existsSync(bundle)) {
  const script = new URL("../../../scripts/bundle-cli.mjs", import.meta.url);
  try {
    if (!existsSync(script)) throw new Error("this copy of windfall has no dist/windfall.mjs: install it again");
    await (await import(script.href)).bundleCli(fileURLToPath(bundle));
  } catch (error) {
    process.stderr.write(`windfall: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
// Node 22.8 and later keep the compiled code between runs.
module.enableCompileCache?.();
await import(bundle.href);
