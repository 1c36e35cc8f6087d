/** The registers of a thread as a `threadState`; flavours other than the two of today's machines have no form in an `.ips`. */
import type { Report, Thread } from "../report.ts";
import { defined, type JsonObject } from "../formats/json-fields.ts";
import { integer } from "./apple-json.ts";

const ARM_NAMES = ["lr", "cpsr", "fp", "sp", "esr", "pc", "far"] as const;
const INTEL_NAMES = "r13 rax rflags cpu r14 rsi r8 cr2 rdx r10 r9 r15 rbx trap err r11 rip rbp rsp r12 rcx rdi".split(
  " ",
);

export function stateOf(
  { registers, crashed }: Thread,
  report: Report,
  faultWords: string | undefined,
): JsonObject | undefined {
  if (registers === undefined || (!crashed && Object.keys(registers).length === 0)) return undefined;
  if (registers["rip"] !== undefined) return intelState(registers, faultWords);
  if (registers["pc"] === undefined || /^arm$/i.test(report.process.cpuType ?? "")) return undefined;
  return armState(registers, faultWords);
}

type Registers = Readonly<Record<string, bigint>>;

function armState(registers: Registers, words: string | undefined): JsonObject | undefined {
  if (registers["x0"] === undefined) return undefined;
  return {
    x: Array.from({ length: 29 }, (_, i) => ({ value: integer(registers[`x${i}`] ?? 0n) })),
    flavor: "ARM_THREAD_STATE64",
    ...cells(registers, ARM_NAMES, { esr: words }),
  };
}

function intelState(registers: Registers, words: string | undefined): JsonObject {
  return { ...cells(registers, INTEL_NAMES, { trap: words }), flavor: "x86_THREAD_STATE" };
}

function cells(
  registers: Registers,
  names: readonly string[],
  words: Readonly<Record<string, string | undefined>>,
): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = registers[name];
      if (value === undefined) return [];
      return [[name, defined({ value: integer(value), description: words[name] }) as JsonObject]];
    }),
  );
}
