/** The registers of the faulting thread, and on Intel the bytes around its instruction. */
import { arrayOf, bigOf, type JsonObject, numberOf, objectOf, textOf } from "../json-fields.ts";
import type { IpsDocument, TextStyle } from "./document.ts";
import type { TextWriter } from "./text-writer.ts";

export function writeState({ body, style }: IpsDocument, out: TextWriter): void {
  const index = numberOf(body["faultingThread"]);
  const thread = index === undefined ? undefined : objectOf(arrayOf(body["threads"])?.[index]);
  const state = objectOf(thread?.["threadState"]);
  if (index === undefined || thread === undefined || state === undefined) return;
  if (textOf(state["flavor"])?.startsWith("x86") === true) writeIntel(index, thread, state, out);
  else writeArm(index, state, out, style);
}

const value = (state: JsonObject, name: string): bigint => bigOf(objectOf(state[name])?.["value"]) ?? 0n;

const cell = (name: string, bits: bigint, digits = 16): string =>
  `${name.padStart(5)}: 0x${bits.toString(16).padStart(digits, "0")}`;

function writeArm(index: number, state: JsonObject, out: TextWriter, style: TextStyle | undefined): void {
  const general = (arrayOf(state["x"]) ?? []).map((entry) => bigOf(objectOf(entry)?.["value"]) ?? 0n);
  const cells = Array.from({ length: 29 }, (_, i) => cell(`x${i}`, general[i] ?? 0n));
  cells.push(cell("fp", value(state, "fp")), cell("lr", value(state, "lr")));
  out.line(`Thread ${index} crashed with ARM Thread State (64-bit):`);
  for (let i = 0; i < cells.length; i += 4) out.line(` ${cells.slice(i, i + 4).join("")}`);
  const cpsr = value(state, "cpsr");
  const flags = style === undefined ? cell("cpsr", cpsr, 8) : `cpsr: 0x${cpsr.toString(16)}`.padStart(17);
  out.line(` ${cell("sp", value(state, "sp"))}${cell("pc", value(state, "pc"))}${flags}`);
  const esr = objectOf(state["esr"]);
  const description = textOf(esr?.["description"]);
  const far = style === undefined ? cell("far", value(state, "far")) : "";
  out.line(` ${far}${cell("esr", value(state, "esr"), 8)}${description === undefined ? "" : ` ${description}`}`);
  out.blank();
}

const INTEL_ROWS = [
  ["rax", "rbx", "rcx", "rdx"],
  ["rdi", "rsi", "rbp", "rsp"],
  ["r8", "r9", "r10", "r11"],
  ["r12", "r13", "r14", "r15"],
  ["rip", "rflags", "cr2"],
] as const;

function writeIntel(index: number, thread: JsonObject, state: JsonObject, out: TextWriter): void {
  out.line(`Thread ${index} crashed with X86 Thread State (64-bit):`);
  for (const row of INTEL_ROWS) {
    out.line(row.map((name) => cell(name === "rflags" ? "rfl" : name, value(state, name))).join(""));
  }
  out.line("  ");
  const description = textOf(objectOf(state["trap"])?.["description"]) ?? "";
  out.line(`Logical CPU:     ${value(state, "cpu")}`);
  out.line(`Error Code:      0x${value(state, "err").toString(16).padStart(8, "0")} ${description}`);
  out.line(`Trap Number:     ${value(state, "trap")}`);
  out.blank();
  writeInstructions(index, thread, out);
}

const ROW = 16;

function writeInstructions(index: number, thread: JsonObject, out: TextWriter): void {
  const stream = objectOf(objectOf(thread["instructionState"])?.["instructionStream"]);
  const bytes = arrayOf(stream?.["bytes"])?.map((byte) => (numberOf(byte) ?? 0) & 0xff);
  if (bytes === undefined) return;
  const current = numberOf(stream?.["offset"]) ?? -1;
  out.line(`Thread ${index} instruction stream:`);
  for (let start = 0; start < bytes.length; start += ROW) {
    out.line(instructionRow(bytes.slice(start, start + ROW), current - start));
  }
  out.blank();
}

/** `  48 89 e5 53 50 48 89 fb-48 8d …  H..SPH..`; brackets around the current byte replace the blanks beside it. */
function instructionRow(row: readonly number[], marked: number): string {
  let text = "  ";
  for (const [i, byte] of row.entries()) {
    const gap = i === row.length - 1 ? "  " : i === 7 ? "-" : " ";
    if (i === marked) text = `${text.slice(0, -1)}[`;
    text += byte.toString(16).padStart(2, "0");
    text += i === marked ? `]${gap.slice(1)}` : gap;
  }
  const ascii = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
  return `${text}${ascii}${marked >= 0 && marked < row.length ? "\t<==" : ""}`;
}
