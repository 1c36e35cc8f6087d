/**
 * Header and load commands of one little-endian Mach-O file (mach-o/loader.h): only what symbolication needs.
 * Addresses leave here as offsets from the start of `__TEXT`, so kernel images above 2^53 lose nothing.
 */
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import { uuidFromBytes } from "../bytes/uuid.ts";
import type { Problem, Uuid } from "../report.ts";

export const MH_MAGIC = 0xfeed_face;
export const MH_MAGIC_64 = 0xfeed_facf;

/** Real files have some dozens; the largest frameworks a few hundred. */
export const MAX_LOAD_COMMANDS = 10_000;
export const MAX_LOAD_COMMAND_BYTES: number = 8 << 20;
/** Symbols name their section by one byte, so no linked image has more than 255. */
export const MAX_SECTIONS = 4096;

const LC_SEGMENT = 0x1;
const LC_SYMTAB = 0x2;
const LC_SEGMENT_64 = 0x19;
const LC_UUID = 0x1b;
const LC_FUNCTION_STARTS = 0x26;

const S_ATTR_PURE_INSTRUCTIONS = 0x8000_0000;
const S_ATTR_SOME_INSTRUCTIONS = 0x0000_0400;

const FILE_TYPES = {
  1: "object",
  2: "execute",
  4: "core",
  6: "dylib",
  7: "dylinker",
  8: "bundle",
  10: "dsym",
  11: "kext",
} as const;
export type MachOFileType = (typeof FILE_TYPES)[keyof typeof FILE_TYPES] | "other";

export interface MachOHeader {
  readonly is64: boolean;
  readonly cpuType: number;
  readonly cpuSubtype: number;
  readonly fileType: MachOFileType;
  readonly commandCount: number;
  readonly commandBytes: number;
  readonly size: 28 | 32;
}

export interface MachOSection {
  /** At most 16 bytes: `__debug_str_offs`. */
  readonly name: string;
  readonly segment: string;
  /** From the start of `__TEXT`; negative before it. */
  readonly address: number;
  readonly size: number;
  readonly fileOffset: number;
  readonly holdsCode: boolean;
  /** Of a compressed one, whose `size` is that of what comes out: the bytes in the file. */
  readonly packedBytes?: number;
}

export interface SymbolTableLocation {
  readonly offset: number;
  readonly count: number;
  readonly stringsOffset: number;
  readonly stringsSize: number;
}

export interface LoadCommands {
  readonly uuid?: Uuid;
  /** Address of `__TEXT` in the file; 0 in object files, which have no segments by name. */
  readonly textAddress: bigint;
  /** Bytes of `__TEXT`; 0 where there is none. */
  readonly textSize: number;
  /** In the order of the file: symbols number them from 1. */
  readonly sections: readonly MachOSection[];
  readonly symbolTable?: SymbolTableLocation;
  readonly functionStarts?: { readonly offset: number; readonly size: number };
  readonly problems: readonly Problem[];
}

export const MAX_HEADER_SIZE = 32;

export function parseHeader(bytes: Uint8Array): MachOHeader {
  const reader = new Reader(bytes);
  const magic = reader.u32();
  if (magic !== MH_MAGIC && magic !== MH_MAGIC_64) throw new FormatError("not-mach-o", "no Mach-O magic", 0);
  const is64 = magic === MH_MAGIC_64;
  const cpuType = reader.u32();
  const cpuSubtype = reader.u32();
  const fileType = FILE_TYPES[reader.u32() as keyof typeof FILE_TYPES] ?? "other";
  const commandCount = reader.u32();
  const commandBytes = reader.u32();
  return { is64, cpuType, cpuSubtype, fileType, commandCount, commandBytes, size: is64 ? 32 : 28 };
}

/** `bytes` = the load commands alone, perhaps cut short. */
export function parseLoadCommands(bytes: Uint8Array, header: MachOHeader): LoadCommands {
  const problems: Problem[] = [];
  const damaged = (message: string, offset: number) =>
    problems.push({ code: "damaged-symbols", message, where: `offset:${header.size + offset}` });
  const reader = new Reader(bytes);
  const raw: RawSection[] = [];
  let uuid: Uuid | undefined;
  let text: { readonly address: bigint; readonly size: number } | undefined;
  let symbolTable: SymbolTableLocation | undefined;
  let functionStarts: LoadCommands["functionStarts"];

  if (header.commandCount > MAX_LOAD_COMMANDS) damaged(`${header.commandCount} load commands`, 0);
  const count = Math.min(header.commandCount, MAX_LOAD_COMMANDS);
  for (let i = 0; i < count; i++) {
    const start = reader.offset;
    if (reader.remaining < 8) {
      damaged(`load commands end after ${i} of ${header.commandCount}`, start);
      break;
    }
    const kind = reader.u32();
    const size = reader.u32(); // covers these 8 bytes too
    if (size < 8 || start + size > bytes.length) {
      damaged(`load command ${i} has ${size} bytes`, start);
      break;
    }
    const command = new Reader(bytes.subarray(start, start + size), 8);
    try {
      if (kind === LC_UUID) uuid ??= uuidFromBytes(command.slice(16));
      else if (kind === LC_SYMTAB) symbolTable ??= readSymbolTableLocation(command);
      else if (kind === LC_FUNCTION_STARTS) functionStarts ??= { offset: command.u32(), size: command.u32() };
      else if (kind === LC_SEGMENT_64 || kind === LC_SEGMENT) {
        const wide = kind === LC_SEGMENT_64;
        const segment = readSegment(command, wide);
        if (segment.name === "__TEXT") text ??= segment;
        readSections(command, wide, segment.sectionCount, raw);
      }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      damaged(`load command ${i}: ${error.message}`, start);
    }
    reader.offset = start + size;
  }

  const textAddress = text?.address ?? 0n;
  return {
    ...(uuid !== undefined && !/^[0-]+$/.test(uuid) && { uuid }),
    textAddress,
    textSize: text?.size ?? 0,
    sections: raw.map(({ address, ...section }) => ({ ...section, address: Number(address - textAddress) })),
    ...(symbolTable && { symbolTable }),
    ...(functionStarts && { functionStarts }),
    problems,
  };
}

type RawSection = Omit<MachOSection, "address"> & { readonly address: bigint };

interface Segment {
  readonly name: string;
  readonly address: bigint;
  readonly size: number;
  readonly sectionCount: number;
}

function readSegment(command: Reader, wide: boolean): Segment {
  const name = readFixedName(command);
  const address = readAddress(command, wide);
  const size = readSize(command, wide);
  command.skip(wide ? 16 : 8); // file offset and size
  command.skip(8); // protections
  const sectionCount = command.u32();
  command.skip(4); // flags
  return { name, address, size, sectionCount };
}

function readSections(command: Reader, wide: boolean, count: number, sections: RawSection[]): void {
  for (let i = 0; i < count; i++) {
    if (sections.length >= MAX_SECTIONS) throw new FormatError("too-large", `more than ${MAX_SECTIONS} sections`);
    const section = readFixedName(command);
    const segment = readFixedName(command);
    const at = readAddress(command, wide);
    const bytes = readSize(command, wide);
    const fileOffset = command.u32();
    command.skip(12); // alignment, relocations
    const flags = command.u32();
    command.skip(wide ? 12 : 8);
    sections.push({
      name: section,
      segment,
      address: at,
      size: bytes,
      fileOffset,
      holdsCode:
        (flags & (S_ATTR_PURE_INSTRUCTIONS | S_ATTR_SOME_INSTRUCTIONS)) !== 0 ||
        (segment === "__TEXT" && section === "__text"),
    });
  }
}

function readSymbolTableLocation(command: Reader): SymbolTableLocation {
  return { offset: command.u32(), count: command.u32(), stringsOffset: command.u32(), stringsSize: command.u32() };
}

const decoder = new TextDecoder("latin1");

function readFixedName(command: Reader): string {
  const bytes = command.slice(16);
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

const readAddress = (command: Reader, wide: boolean): bigint => (wide ? command.u64() : BigInt(command.u32()));
const readSize = (command: Reader, wide: boolean): number => (wide ? command.u64Number() : command.u32());
