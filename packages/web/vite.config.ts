/**
 * Builds the pages into `dist`, which the hub serves: `index.html` for its views, `analyze.html` for the page of one dropped
 * file, hashed files under `/assets/`; and `dist/analyze/`, that page again as a folder of static files.
 */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { build, defaultClientConditions, defineConfig, type Plugin } from "vite";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const conditions = ["@windfall/source", ...defaultClientConditions];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), folderOfFiles()],
  resolve: { conditions },
  build: {
    outDir: "dist",
    target: "es2024",
    // What is bundled keeps its licences beside it.
    license: { fileName: "third-party-licenses.md" },
    // Every asset is a file: the hub's policy allows no `data:` address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [path("index.html"), path("analyze.html")],
      output: {
        // `no-eval.ts` has to run before any schema is made: that holds inside one file, not from one file to another.
        codeSplitting: { groups: [{ name: "api", test: /packages\/api\/|\/node_modules\/zod\/|\/hub\/no-eval\.ts$/ }] },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/ingest", "/healthz"].map((path) => [path, process.env["WINDFALL_HUB"] ?? "http://127.0.0.1:7878"]),
    ),
  },
});

/**
 * `dist/analyze/`: what a browser opens from a disk. Classic script, relative addresses, no hash in a name, the worker inside
 * the script.
 */
function folderOfFiles(): Plugin {
  return {
    name: "folder-of-files",
    apply: "build",
    closeBundle: {
      sequential: true,
      async handler() {
        await build({
          configFile: false,
          root: import.meta.dirname,
          base: "./",
          logLevel: "warn",
          plugins: [react(), classicScript()],
          resolve: { conditions },
          worker: { format: "iife" },
          build: {
            outDir: "dist/analyze",
            emptyOutDir: true,
            target: "es2024",
            modulePreload: false,
            cssCodeSplit: false,
            // One file on purpose.
            chunkSizeWarningLimit: 4096,
            rolldownOptions: {
              input: path("analyze-static.html"),
              output: { format: "iife", entryFileNames: "analyze.js", assetFileNames: "analyze[extname]" },
            },
          },
        });
      },
    },
  };
}

/** Modules, and whatever is asked for with `crossorigin`, do not load from a disk. */
function classicScript(): Plugin {
  return {
    name: "classic-script",
    transformIndexHtml: {
      order: "post",
      handler: (html) =>
        html.replaceAll(/ type="module" crossorigin/g, " defer").replaceAll(/ crossorigin(?=[ >])/g, ""),
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const page = bundle["analyze-static.html"];
        if (page) page.fileName = "index.html";
      },
    },
  };
}
