/** `npm run bench:NAME`: builds, then runs `bench/NAME.ts` under Node 24; it prints one table and exits 0. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { become, ensureBuilt, ensureInstalled, fail, root } from "./toolchain.mjs";

const [name = "", ...rest] = process.argv.slice(2);
const file = join(root, "bench", `${name}.ts`);
if (!existsSync(file)) fail(`no benchmark '${name}': see bench/`);
ensureInstalled();
ensureBuilt();
become("node", ["--conditions=@windfall/source", file, ...rest]);
