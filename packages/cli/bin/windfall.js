#!/usr/bin/env node
/**
 * The npm bin: runs the one bundled file. In a clone that has none yet (an install without scripts) it is made first.
 * Nothing is imported before: a static import of `node:fs` alone costs a fifth of what an empty process takes.
 */
const bundle = new URL("../dist/windfall.mjs", import.meta.url).href;

cacheCompiledCode();
try {
  await import(bundle);
} catch (error) {
  if (error?.code !== "ERR_MODULE_NOT_FOUND" || (error.url ?? bundle) !== bundle) throw error;
  await build();
  await import(bundle);
}

/**
 * Node 22.8 and later keep compiled code between runs, but only what is compiled when the file is loaded. So every function is
 * compiled then, once, instead of each at its first call in every run.
 */
function cacheCompiledCode() {
  const { enableCompileCache, constants } = process.getBuiltinModule?.("node:module") ?? {};
  const { ENABLED, ALREADY_ENABLED } = constants?.compileCacheStatus ?? {};
  const status = enableCompileCache?.().status;
  if (status !== undefined && (status === ENABLED || status === ALREADY_ENABLED)) {
    process.getBuiltinModule("node:v8").setFlagsFromString("--no-lazy");
  }
}

async function build() {
  const script = new URL("../../../scripts/bundle-cli.mjs", import.meta.url).href;
  try {
    await (await import(script)).bundleCli();
  } catch (error) {
    const incomplete = error?.code === "ERR_MODULE_NOT_FOUND" && (error.url ?? script) === script;
    const why = incomplete ? "this copy of windfall is incomplete: install it again" : String(error?.message);
    process.stderr.write(`windfall: ${why}\n`);
    process.exit(1);
  }
}
