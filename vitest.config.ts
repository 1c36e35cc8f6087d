/** Two projects: `node` runs every test, `browser` runs core's once more in Chromium. */
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { chromiumPath } from "./scripts/chromium.mjs";

const conditions = ["@windfall/source"];
const corpus = process.env["WINDFALL_CORPUS"] ?? "";

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
        define: { "import.meta.env.WINDFALL_CORPUS": JSON.stringify(corpus) },
        server: { fs: { allow: [".", ...(corpus === "" ? [] : [corpus])] } },
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
