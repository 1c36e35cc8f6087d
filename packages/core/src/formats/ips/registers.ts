/** `threadState` as register name to value: `x` and `r` are lists, everything else is `{ value }`. */
import type { JsonValue } from "../../report.ts";
import { arrayOf, bigOf, objectOf } from "../json-fields.ts";

/** More registers than any flavour has (arm64 with far, esr and the PAC extras stays below 50). */
const MAX_REGISTERS = 128;

export function parseRegisters(state: JsonValue | undefined): Readonly<Record<string, bigint>> | undefined {
  const source = objectOf(state);
  if (source === undefined) return undefined;
  const registers: [string, bigint][] = [];
  const add = (name: string, entry: JsonValue | undefined) => {
    const value = bigOf(objectOf(entry)?.["value"]);
    if (value !== undefined && registers.length < MAX_REGISTERS) registers.push([name, value]);
  };
  for (const [name, entry] of Object.entries(source)) {
    const list = arrayOf(entry);
    if (list === undefined) {
      // Rosetta nests its scratch registers one deeper: `rosetta: { tmp0: { value } }`.
      const nested = objectOf(entry);
      if (nested !== undefined && nested["value"] === undefined) {
        for (const [inner, value] of Object.entries(nested)) add(inner, value);
      } else add(name, entry);
    } else for (const [i, item] of list.slice(0, MAX_REGISTERS).entries()) add(`${name}${i}`, item);
  }
  return registers.length === 0 ? undefined : Object.fromEntries(registers);
}
