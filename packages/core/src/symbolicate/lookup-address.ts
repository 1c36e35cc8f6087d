/**
 * Which address to look up for a frame. Only the first frame of a thread is a program counter; the others are return
 * addresses, which point *behind* the call: after a call that never returns that is already the next function.
 * What is shown stays the address of the report.
 */
import type { Frame, Image, ImageOffset, Report, Thread } from "../report.ts";

/** `pc`: the instruction itself. `return-address`: the one behind a call. */
export type AddressKind = "pc" | "return-address";

/** Under these a pc register that differs from frame 0 means that the writer left out the frame of the fault. */
const SIGNALS_OF_A_FAULT: ReadonlySet<string> = new Set(["SIGILL", "SIGBUS", "SIGSEGV"]);
const PC_REGISTERS = ["pc", "rip", "eip"] as const;
/** Pointer authentication uses the bits above; user space of macOS needs 47, that of iOS 36 to 39. */
const ADDRESS_BITS_47 = (1n << 47n) - 1n;

/** `undefined` for `arch` is answered by one byte less: inside the call on every processor. */
export function lookupOffset(offset: ImageOffset, kind: AddressKind, arch: string | undefined): ImageOffset {
  const family = archFamily(arch);
  const entry = family === "armv7" ? offset - (offset & 1) : offset;
  if (kind === "pc") return entry as ImageOffset;
  return Math.max(0, entry - callBytes(entry, family)) as ImageOffset;
}

const CALL_BYTES: Readonly<Record<ArchFamily, number>> = { arm64: 4, armv7: 2, x86: 1, unknown: 1 };

function callBytes(offset: number, family: ArchFamily): number {
  // No instruction of arm64 starts at an odd address: this is "entry + 1" of a Swift resume function, an async frame.
  return family === "arm64" && (offset & 3) === 1 ? 1 : CALL_BYTES[family];
}

/**
 * One kind per physical frame of a backtrace (without the inlined ones), innermost first.
 * The frame that a signal handler interrupted stands behind the kernel's trampoline and is exact.
 */
export function addressKinds(frames: readonly Frame[], first: AddressKind): readonly AddressKind[] {
  return frames.map((_, i) => {
    const inner = frames[i - 1];
    if (inner === undefined) return first;
    return isSignalTrampoline(inner) ? "pc" : "return-address";
  });
}

/** What frame 0 of a thread holds. */
export function firstAddressKind(thread: Thread, report: Report): AddressKind {
  const first = thread.frames[0];
  if (thread.startsAtCall) return "return-address";
  if (!thread.crashed || first === undefined || !SIGNALS_OF_A_FAULT.has(report.exception?.signal ?? "")) return "pc";
  const pc = PC_REGISTERS.map((name) => thread.registers?.[name]).find((value) => value !== undefined);
  if (pc === undefined) return "pc";
  return comparable(pc) === comparable(first.address) ? "pc" : "return-address";
}

/** The architecture of an image: its own, else what the process says (the image lines of macOS have none). */
export function archOf(image: Image, report: Report): string | undefined {
  if (image.arch !== undefined && archFamily(image.arch) !== "unknown") return image.arch;
  const cpu = report.process.cpuType ?? "";
  if (/^arm-?64/i.test(cpu)) return "arm64";
  if (/^arm\b/i.test(cpu)) return "armv7";
  if (/^x86-64/i.test(cpu)) return "x86_64";
  if (/^x86\b/i.test(cpu)) return "i386";
  return undefined;
}

type ArchFamily = "arm64" | "armv7" | "x86" | "unknown";

function archFamily(arch: string | undefined): ArchFamily {
  if (arch === undefined) return "unknown";
  if (arch.startsWith("arm64")) return "arm64";
  if (arch.startsWith("armv")) return "armv7";
  if (arch.startsWith("x86_64") || arch === "i386") return "x86";
  return "unknown";
}

function isSignalTrampoline(frame: Frame): boolean {
  return frame.symbol?.function === "_sigtramp" || frame.symbol?.linkageName === "_sigtramp";
}

/** Without authentication bits and the Thumb bit, which a register may carry and a frame not. */
function comparable(address: bigint): bigint {
  return address & ADDRESS_BITS_47 & ~1n;
}
