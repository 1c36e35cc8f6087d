/** One process that answers addresses (hex, one a line on standard input) from a symcache with text: `node look-up.ts SYMCACHE < ADDRESSES`. */
import { readFileSync } from "node:fs";
import { fileSource } from "../../packages/core/src/node.ts";
import type { ImageOffset } from "../../packages/core/src/report.ts";
import { openSymcache } from "../../packages/core/src/symbols/symcache/symcache.ts";

await using source = await fileSource(process.argv[2] ?? "");
const slice = await openSymcache(source, { outermostName: "symbol-table" });
const base = Number(slice.textAddress);
const offsets = readFileSync(0, "latin1")
  .trim()
  .split("\n")
  .map((line) => (Number.parseInt(line, 16) - base) as ImageOffset);
/** As many as a server would take at once; all answers together would fill the memory. */
const CHUNK = 10_000;
for (let at = 0; at < offsets.length; at += CHUNK) {
  let out = "";
  for (const frames of await slice.resolve(offsets.slice(at, at + CHUNK))) {
    for (const { name, file = "??", line = 0 } of frames ?? []) out += `${name}\n${file}:${line}\n`;
    out += "\n";
  }
  process.stdout.write(out);
}
