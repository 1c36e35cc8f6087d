/** One process that packs the symbols of a debug file: `node pack.ts FILE OUT [REPEATS]`. Prints the milliseconds of each repeat. */
import { writeFileSync } from "node:fs";
import { openMachO } from "../../packages/core/src/macho/mach-o.ts";
import { fileSource } from "../../packages/core/src/node.ts";
import { buildSymcache } from "../../packages/core/src/symbols/symcache/build.ts";

const [file = "", out = "", repeats = "1"] = process.argv.slice(2);
const times: number[] = [];
for (let i = 0; i < Number(repeats); i++) {
  const begin = performance.now();
  await using source = await fileSource(file);
  const [slice] = await openMachO(source);
  if (slice === undefined) throw new Error(`${file}: no slice`);
  writeFileSync(out, await buildSymcache(slice));
  times.push(performance.now() - begin);
}
console.log(times.join(" "));
