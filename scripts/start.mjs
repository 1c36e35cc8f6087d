/** `npm start [-- --data DIR --port N]`: installs and builds what is missing, then becomes the hub. */
import { join } from "node:path";
import { become, ensureBuilt, ensureInstalled, root } from "./toolchain.mjs";

ensureInstalled();
ensureBuilt();
become("node", [join(root, "packages", "hub", "dist", "main.js"), ...process.argv.slice(2)]);
