/**
 * Makes the CLI one file, `packages/cli/dist/windfall.mjs`, for Node 20 and newer. `npm ci` runs it (`prepare.mjs`), so that
 * `node_modules/.bin/windfall` works in a clone with nothing else done; `npm start` runs it when sources changed.
 *
 * Start-up is what `analyze` is measured by, so two things are done for it. Node's modules come from `process.getBuiltinModule`:
 * a static import of `node:fs` reads each of its exports, and one of them loads all of Node's streams. The contract of the
 * hub, which only uploads need and which is as large as the rest, is kept as text and compiled when it is imported.
 */
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const OPTIONS = {
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
};
/** Node before 20.16 lacks the first. Not in a module: an `await` there would make the loading of every other module asynchronous. */
const BANNER = `const __builtin=process.getBuiltinModule??(await import("node:module")).createRequire(import.meta.url);`;
const OUTPUT = {
  format: "esm",
  codeSplitting: false,
  minify: true,
  comments: { legal: true, annotation: false, jsdoc: false },
};

/** Writes the bundle; returns the modules that are in it as code, and those that are in it as text. */
export async function bundleCli(file = join(root, "packages", "cli", "dist", "windfall.mjs")) {
  const rolldown = await loadRolldown();
  const text = [];
  const plugins = [builtinModules(), asText("@windfall/api", rolldown, text)];
  const input = join(root, "packages", "cli", "src", "main.ts");
  const bundle = await rolldown({ ...OPTIONS, input, plugins });
  try {
    const { output } = await bundle.generate({ ...OUTPUT, banner: BANNER });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, ascii(output[0].code));
    return { code: output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : [])), text };
  } finally {
    await bundle.close();
  }
}

/** Static imports of Node's modules, without the cost of Node's view of them as ECMAScript modules. */
function builtinModules() {
  const prefix = "\0builtin:";
  return {
    name: "builtin-modules",
    resolveId(id, importer, { kind }) {
      if (id.startsWith("\0") || !isBuiltin(id) || kind === "dynamic-import") return undefined;
      return importer?.startsWith(prefix) ? { id, external: true } : prefix + id;
    },
    async load(id) {
      if (!id.startsWith(prefix)) return undefined;
      const name = id.slice(prefix.length);
      const names = Object.keys(await import(name)).filter((key) => key !== "default");
      return [
        `const builtin = __builtin(${JSON.stringify(name)});`,
        ...names.map((key) => `export const ${key} = /* @__PURE__ */ (() => builtin.${key})();`),
      ].join("\n");
    },
  };
}

/** A package bundled apart and kept as the text of a module. `modules` takes what it is made of. */
function asText(name, rolldown, modules) {
  const id = `\0text:${name}`;
  return {
    name: "as-text",
    resolveId: (wanted) => (wanted === name ? id : undefined),
    async load(wanted) {
      if (wanted !== id) return undefined;
      const bundle = await rolldown({ ...OPTIONS, platform: "neutral", input: name });
      const { output } = await bundle.generate(OUTPUT);
      await bundle.close();
      modules.push(...output[0].moduleIds);
      const names = output[0].exports.filter((key) => key !== "default");
      // A data URL has no folder: the text may import nothing. It is asked for by a name, so that traces show one.
      if (output[0].imports.length > 0) throw new Error(`${name} imports ${output[0].imports.join(", ")}`);
      return [
        `const text = ${JSON.stringify(`${output[0].code}\n//# sourceURL=${name}`)};`,
        // Asked of the global object, or the minifier does it now and the text becomes half as long again.
        `const loaded = await import("data:text/javascript," + globalThis.encodeURIComponent(text));`,
        ...names.map((key) => `export const ${key} = loaded.${key};`),
      ].join("\n");
    },
  };
}

/** V8 reads a file with one character beyond Latin-1 as twice as many bytes. Such characters stand in literals only. */
function ascii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
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
    process.exitCode = 1;
  }
}
