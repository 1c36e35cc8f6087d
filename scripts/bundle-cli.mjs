/**
 * Makes the CLI one file, `packages/cli/dist/windfall.mjs`, for Node 20 and newer. `npm ci` runs it (`prepare`), so that
 * `node_modules/.bin/windfall` works in a clone with nothing else done; `npm start` runs it when sources changed.
 * What only some commands need (the schemas of the hub's API) is wrapped and evaluated when the command runs.
 */
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Writes the bundle and returns the modules in it. */
export async function bundleCli(file = join(root, "packages", "cli", "dist", "windfall.mjs")) {
  const rolldown = await loadRolldown();
  const bundle = await rolldown({
    input: join(root, "packages", "cli", "src", "main.ts"),
    cwd: root,
    platform: "node",
    resolve: { conditionNames: ["@windfall/source", "node", "import", "module", "default"] },
    tsconfig: false,
    transform: { target: "node20" },
    onLog(level, log, handle) {
      // A package that is not in the bundle would be missing where only the bundle is installed.
      if (log.code === "UNRESOLVED_IMPORT") throw new Error(log.message);
      if (level === "warn") handle(level, log);
    },
  });
  try {
    const { output } = await bundle.write({
      file,
      format: "esm",
      codeSplitting: false,
      minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
      comments: { legal: true, annotation: false, jsdoc: false },
    });
    return output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
  } finally {
    await bundle.close();
  }
}

async function loadRolldown() {
  try {
    return (await import("rolldown")).rolldown;
  } catch (cause) {
    throw new Error(`cannot bundle the CLI: ${cause.message.split("\n")[0]}; run 'npm ci' with Node 20.19 or newer`, {
      cause,
    });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  try {
    await bundleCli();
  } catch (error) {
    process.stderr.write(`windfall: ${error.message}\n`);
    // `npm ci --omit=dev` has no bundler and must not fail for it.
    process.exitCode = process.env.npm_lifecycle_event === "prepare" ? 0 : 1;
  }
}
