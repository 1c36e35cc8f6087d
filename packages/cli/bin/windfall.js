#!/usr/bin/env node
/**
 * The npm bin: runs the one bundled file. In a clone that has none yet (an install without scripts) it is made first.
 * Nothing is imported before: a static import of `node:fs` alone costs a fifth of what an empty process takes.
 */
const bundle = new URL("../dist/windfall.mjs", import.meta.url).href;

// Node 22.8 and later keep the compiled code between runs.
process.getBuiltinModule?.("node:module").enableCompileCache?.();
try {
  await import(bundle);
} catch (error) {
  if (error?.code !== "ERR_MODULE_NOT_FOUND" || (error.url ?? bundle) !== bundle) throw error;
  await build();
  await import(bundle);
}

async function build() {
  const script = new URL("../../../scripts/bundle-cli.mjs", import.meta.url).href;
  try {
    await (await import(script)).bundleCli();
  } catch (error) {
    const why =
      error?.code === "ERR_MODULE_NOT_FOUND" && (error.url ?? script) === script
        ? "this copy of windfall is incomplete: install it again"
        : String(error?.message);
    process.stderr.write(`windfall: ${why}\n`);
    process.exit(1);
  }
}
