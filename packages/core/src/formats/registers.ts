/** Registers by name, as reporters other than Apple's write them: a number, decimal text or hex. */
import type { JsonValue } from "../report.ts";
import { bigOf, objectOf } from "./json-fields.ts";
import { MAX_REGISTERS } from "./limits.ts";

export function parseRegisters(value: JsonValue | undefined): Readonly<Record<string, bigint>> | undefined {
  const pairs = Object.entries(objectOf(value) ?? {})
    .slice(0, MAX_REGISTERS)
    .flatMap(([name, entry]) => {
      const register =
        typeof entry === "number" && entry < 0 ? BigInt.asUintN(64, BigInt(Math.trunc(entry))) : bigOf(entry);
      return register === undefined ? [] : [[name, register] as const];
    });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}
