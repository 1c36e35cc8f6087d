/**
 * Reports as large as wanted, made by repeating what a fixture has most of: threads, processes, diagnostics, sampled trees. Their content
 * stays what the system writes; only the number of it grows.
 */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** JSON without what the text of a number loses: bases of kernel images pass 2^53. */
const LONG_INTEGER = /([:,[]\s*)(\d{16,})(?=\s*[,\]}])/g;

/** `input` with the list (or the object keyed by numbers) at `path` repeated until the whole is about `bytes` long. */
export function growJson(input: string, path: readonly string[], bytes: number): string {
  const header = /^\{[^\n]*\}\n(?=\s*[{[])/.exec(input)?.[0] ?? "";
  // Behind the body of a panic stands a profile of the machine.
  const end = input.lastIndexOf("\n}") + 2;
  const body = JSON.parse(input.slice(header.length, end).replaceAll(LONG_INTEGER, '$1"BIG$2"')) as Json;
  const target = at(body, path);
  const once = Object.entries(target);
  const size = JSON.stringify(target, null, 2).length;
  const rounds = Math.max(1, Math.round((bytes - input.length) / size) + 1);
  let next = 100_000;
  for (let round = 1; round < rounds; round++) {
    for (const [, value] of once) {
      if (Array.isArray(target)) target.push(value);
      else target[String(next++)] = value;
    }
  }
  return header + JSON.stringify(body, null, 2).replaceAll(/"BIG(\d+)"/g, "$1");
}

/** `input` with its lines from the first that `from` fits to the one before the first that `to` fits repeated. */
export function growText(input: string, from: RegExp, to: RegExp, bytes: number): string {
  const lines = input.split("\n");
  const start = lines.findIndex((line) => from.test(line));
  const end = lines.findIndex((line, i) => i > start && to.test(line));
  if (start < 0 || end < 0) throw new Error(`nothing to repeat between ${from} and ${to}`);
  const block = `${lines.slice(start, end).join("\n")}\n`;
  const rounds = Math.max(1, Math.round((bytes - input.length) / block.length) + 1);
  return [...lines.slice(0, start), block.repeat(rounds).trimEnd(), ...lines.slice(end)].join("\n");
}

function at(value: Json, path: readonly string[]): Json[] | { [key: string]: Json } {
  let found = value;
  for (const key of path) {
    if (found === null || typeof found !== "object") break;
    found = Array.isArray(found) ? (found[Number(key)] ?? null) : (found[key] ?? null);
  }
  if (found === null || typeof found !== "object") throw new Error(`nothing to repeat at ${path.join("/")}`);
  return found;
}
