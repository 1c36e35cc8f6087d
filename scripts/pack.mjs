/**
 * `prepack` and `postpack` of the packages: what goes into a package is built first, and the hub's own holds the pages too. They lie in
 * its `dist` only while it is packed, or a clone would go on serving them when they are old.
 */
import { cpSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, fail, root } from "./toolchain.mjs";

const [when] = process.argv.slice(2);
const pages = join(root, "packages", "hub", "dist", "web");
const isHub = process.env.npm_package_name === "@windfall/hub";

if (when === "before") {
  ensureInstalled();
  ensureBuilt();
  if (isHub) {
    remove(pages);
    cpSync(join(root, "packages", "web", "dist"), `${pages}.part`, { recursive: true });
    // At once, or a hub that starts now would find half of them.
    renameSync(`${pages}.part`, pages);
  }
} else if (when === "after") {
  if (isHub) remove(pages);
} else {
  fail("usage: node scripts/pack.mjs before|after, as npm runs it in a package");
}

function remove(folder) {
  rmSync(`${folder}.part`, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}
