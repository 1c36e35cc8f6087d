/** `threadState` as register name to value: `x` and `r` are lists, everything else is `{ value }`. */
import type { JsonValue } from "../../report.ts";
import { arrayOf, bigOf, objectOf } from "../json-fields.ts";
import { MAX_REGISTERS } from "../limits.ts";

/** Made once: putting a name together and finding it among the known ones takes longer than reading the value. */
const NUMBERED: ReadonlyMap<string, readonly string[]> = new Map(
  ["x", "r"].map((name) => [name, Array.from({ length: 32 }, (_, i) => `${name}${i}`)]),
);

export function parseRegisters(state: JsonValue | undefined): Readonly<Record<string, bigint>> | undefined {
  const source = objectOf(state);
  if (source === undefined) return undefined;
  // Every thread has some: written straight into the record, without a pair for each. One named `__proto__` is not taken up.
  const registers: Record<string, bigint> = {};
  let count = 0;
  const add = (name: string, entry: JsonValue | undefined) => {
    const value = bigOf(objectOf(entry)?.["value"]);
    if (value === undefined || count === MAX_REGISTERS) return;
    registers[name] = value;
    count++;
  };
  for (const name of Object.keys(source)) {
    const entry = source[name];
    const list = arrayOf(entry);
    if (list === undefined) {
      // Rosetta nests its scratch registers one deeper: `rosetta: { tmp0: { value } }`.
      const nested = objectOf(entry);
      if (nested !== undefined && nested["value"] === undefined) {
        for (const inner of Object.keys(nested)) add(inner, nested[inner]);
      } else add(name, entry);
    } else {
      const names = NUMBERED.get(name);
      for (let i = 0; i < list.length && i < MAX_REGISTERS; i++) add(names?.[i] ?? `${name}${i}`, list[i]);
    }
  }
  return count === 0 ? undefined : registers;
}
