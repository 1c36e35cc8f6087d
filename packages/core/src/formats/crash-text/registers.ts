import { MAX_REGISTERS } from "../limits.ts";

/** Cells of a thread state: `x0: 0x0000000000000000`, any number per line, `<unavailable>` under Rosetta. */
const CELL = /(?<![\w])([a-z][a-z0-9]{1,5}): {1,8}(0x[0-9a-f]{1,16})(?![0-9a-f])/g;

/** The names `.ips` uses where the text shortens them. */
const NAMES: ReadonlyMap<string, string> = new Map([["rfl", "rflags"]]);

export function readRegisters(line: string, into: Map<string, bigint>): void {
  for (const [, name = "", value = "0x0"] of line.matchAll(CELL)) {
    if (into.size >= MAX_REGISTERS) return;
    into.set(NAMES.get(name) ?? name, BigInt(value));
  }
}

const PROCESSOR: ReadonlyMap<string, string> = new Map([
  ["Logical CPU", "cpu"],
  ["Error Code", "err"],
  ["Trap Number", "trap"],
]);

/** The three lines under an Intel state; `.ips` keeps them among the registers. */
export function readProcessorLine(label: string, value: string, into: Map<string, bigint>): boolean {
  const name = PROCESSOR.get(label);
  const digits = /^(0x[0-9a-f]{1,16}|\d{1,10})(?=\s|$)/.exec(value)?.[1];
  if (name === undefined) return false;
  if (digits !== undefined) into.set(name, BigInt(digits));
  return true;
}
