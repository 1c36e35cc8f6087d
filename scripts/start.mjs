/** `npm start [-- --data DIR --port N]`: installs and builds what is missing, then becomes the hub. */
import { join } from "node:path";
import { become, ensureBuilt, ensureInstalled, root } from "./toolchain.mjs";

ensureInstalled();
ensureBuilt();
// The young heap is kept small: by itself it grows to several times what the hub holds.
become("node", [
  "--max-semi-space-size=16",
  join(root, "packages", "hub", "dist", "main.js"),
  ...process.argv.slice(2),
]);
