/** Builds the pages into `dist`, which the hub serves: `index.html` for every page, hashed files under `/assets/`. */
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { conditions: ["@windfall/source", ...defaultClientConditions] },
  build: {
    outDir: "dist",
    target: "es2024",
    // Every asset is a file: the hub's policy allows no `data:` address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/ingest", "/healthz"].map((path) => [path, process.env["WINDFALL_HUB"] ?? "http://127.0.0.1:7878"]),
    ),
  },
});
