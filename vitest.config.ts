/** Two projects: `node` runs every test, `browser` runs core's once more in Chromium. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig, type Plugin } from "vitest/config";
import { chromiumPath } from "./scripts/chromium.mjs";

const conditions = ["@windfall/source"];
const corpus = process.env["WINDFALL_CORPUS"] ?? "";

/**
 * Test inputs for the browser, byte for byte, at `/@bytes/fixtures/…` and `/@bytes/corpus/…`. By itself the server takes
 * a file without an extension for a script: every debug file is one.
 */
const testInputs: Plugin = {
  name: "test-inputs",
  configureServer(server) {
    const roots = { fixtures: fileURLToPath(new URL("fixtures", import.meta.url)), corpus };
    server.middlewares.use("/@bytes", (request, response) => {
      const [, root, path = ""] = /^\/(fixtures|corpus)\/(.+)$/.exec(decodeURIComponent(request.url ?? "")) ?? [];
      const folder = root === "fixtures" || root === "corpus" ? roots[root] : "";
      const bytes =
        folder === "" || path.includes("..") ? Promise.reject(new Error(path)) : readFile(`${folder}/${path}`);
      bytes.then(
        (found) => response.end(found),
        () => response.writeHead(404).end(),
      );
    });
  },
};

export default defineConfig({
  resolve: { conditions: [...conditions, "module", "browser", "development|production"] },
  ssr: { resolve: { conditions: [...conditions, "module", "node", "development|production"] } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
          environment: "node",
          testTimeout: 60_000,
          hookTimeout: 60_000,
          execArgv: ["--conditions=@windfall/source"],
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["e2e/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // The steps of a journey build on each other.
          sequence: { concurrent: false },
        },
      },
      {
        extends: true,
        define: { "import.meta.env.WINDFALL_CORPUS": JSON.stringify(corpus) },
        plugins: [testInputs],
        test: {
          name: "browser",
          include: ["packages/core/src/**/*.test.ts"],
          exclude: ["packages/core/src/**/*.node.test.ts"],
          testTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: chromiumPath(),
                args:
                  process.getuid?.() === 0 ? ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] : [],
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
