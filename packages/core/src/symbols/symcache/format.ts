/**
 * The packed form of one slice's symbols, made once from DWARF and symbol table and then asked by reading a few blocks.
 * `docs/formats/symcache.md` describes it byte by byte.
 *
 *     header 192 │ page checksums │ entries │ nodes │ symbols │ names │ files │ problems
 *                                 └── the body, in pages of 2 KiB, one checksum each ──┘
 *
 * A reader takes only its own version: another one is built again from the debug file.
 */
import { FormatError } from "../../bytes/errors.ts";
import { Reader } from "../../bytes/reader.ts";
import { parseUuid, uuidFromBytes } from "../../bytes/uuid.ts";
import { xxh32 } from "../../bytes/xxh32.ts";
import type { Uuid } from "../../report.ts";
import type { LesserContents } from "../provider.ts";
import { ByteWriter } from "./byte-writer.ts";

/** Grows whenever what is written, or what it means, changes. */
export const SYMCACHE_VERSION = 1;

/** As in PNG: bytes that a transfer as text would change. */
const MAGIC: readonly number[] = [0x89, 0x57, 0x53, 0x43, 0x0d, 0x0a, 0x1a, 0x0a];

export const HEADER_BYTES = 192;
export const PAGE_BYTES = 2048;
/** 4 GiB in all: every place in the file is a 32-bit number. */
export const MAX_PAGES = 2_097_152;

export const ENTRIES_PER_BLOCK = 64;
export const SYMBOLS_PER_BLOCK = 64;
export const STRINGS_PER_BLOCK = 16;

/** What a byte before each entry says of it. The three highest bits tell the line. */
export const ENTRY_HAS_ROW = 1;
export const ENTRY_HAS_NODE = 2;
export const ENTRY_SAME_NODE = 4;
export const ENTRY_SAME_FILE = 8;
export const ENTRY_SAME_START = 16;
/** The line by its difference to the last one that was not 0. */
export const LINE_EXPLICIT = 0;
export const LINE_ZERO = 1;
export const LINE_DELTAS: readonly number[] = [NaN, NaN, 0, 1, 2, 3, -1, -2];

/** Nodes: what is in the lowest two bits of their first number. */
export const NODE_INLINED = 1;
/** A function whose name does not say which one: the symbol that begins with it has the whole name. */
export const NODE_PARTIAL_NAME = 2;

/** Where a symbol has one more than the number of its name: nothing begins here, what was before ends. */
export const END_OF_CODE = 0;

/** In the order of the file. */
export const SECTIONS = [
  "entryIndex",
  "entries",
  "nodes",
  "symbolIndex",
  "symbols",
  "nameIndex",
  "names",
  "fileIndex",
  "files",
  "problems",
] as const;
export type SectionName = (typeof SECTIONS)[number];

export interface SectionRange {
  /** From the start of the file. */
  readonly start: number;
  readonly end: number;
}

export interface SymcacheHeader {
  readonly uuid: Uuid | undefined;
  readonly arch: string;
  readonly textAddress: bigint;
  readonly textSize: number;
  readonly hasDebugInfo: boolean;
  /** Of a slice without DWARF. */
  readonly contents: LesserContents | undefined;
  /** Addresses are written divided by 2 to this. */
  readonly shift: number;
  readonly sections: Readonly<Record<SectionName, SectionRange>>;
}

export interface OpenedHeader extends SymcacheHeader {
  readonly bodyStart: number;
  readonly size: number;
  readonly pageChecksums: Uint32Array;
}

const MAX_ARCH_BYTES = 16;
const FLAG_DEBUG_INFO = 1;
const CONTENTS: readonly LesserContents[] = ["names", "debug-map", "nothing"];

/** The file from what it is made of. */
export function assemble(
  header: Omit<SymcacheHeader, "sections">,
  contents: Readonly<Record<SectionName, Uint8Array>>,
): Uint8Array {
  const bodySize = SECTIONS.reduce((sum, name) => sum + contents[name].length, 0);
  const pages = Math.ceil(bodySize / PAGE_BYTES);
  if (pages > MAX_PAGES) throw new FormatError("too-large", `${bodySize} bytes of symbols`);
  const bodyStart = HEADER_BYTES + 4 * pages;
  const file = new Uint8Array(bodyStart + bodySize);

  const head = new ByteWriter(HEADER_BYTES);
  for (const byte of MAGIC) head.u8(byte);
  head.u32(SYMCACHE_VERSION);
  head.u32(0); // the checksum comes here
  head.u32(
    (header.hasDebugInfo ? FLAG_DEBUG_INFO : 0) |
      ((header.contents === undefined ? 0 : CONTENTS.indexOf(header.contents) + 1) << 1) |
      (header.shift << 8),
  );
  head.u32(pages);
  head.u32(file.length);
  const uuid = (header.uuid ?? "").replaceAll("-", "").padEnd(32, "0");
  for (let i = 0; i < 32; i += 2) head.u8(Number.parseInt(uuid.slice(i, i + 2), 16));
  head.u32(Number(header.textAddress & 0xffff_ffffn));
  head.u32(Number(header.textAddress >> 32n));
  head.u32(header.textSize % 0x1_0000_0000);
  head.u32(Math.floor(header.textSize / 0x1_0000_0000));
  for (let i = 0; i < MAX_ARCH_BYTES; i++) head.u8(header.arch.charCodeAt(i) & 0x7f);
  let at = bodyStart;
  for (const name of SECTIONS) {
    head.u32(at);
    head.u32(contents[name].length);
    file.set(contents[name], at);
    at += contents[name].length;
  }
  file.set(head.written());
  const view = new DataView(file.buffer);
  for (let page = 0; page < pages; page++) {
    const start = bodyStart + page * PAGE_BYTES;
    view.setUint32(HEADER_BYTES + 4 * page, xxh32(file.subarray(start, start + PAGE_BYTES)), true);
  }
  view.setUint32(CHECKSUM_AT, xxh32(file.subarray(0, bodyStart)), true);
  return file;
}

const CHECKSUM_AT = 12;
const PAGES_AT = 20;

export function isSymcache(head: Uint8Array): boolean {
  return head.length >= MAGIC.length && MAGIC.every((byte, i) => head[i] === byte);
}

/** Bytes from the start that hold header and checksums; `head` has at least `HEADER_BYTES`. */
export function headSize(head: Uint8Array): number {
  if (!isSymcache(head)) throw new FormatError("damaged", "no packed symbols", 0);
  const reader = new Reader(head, MAGIC.length);
  const version = reader.u32();
  if (version !== SYMCACHE_VERSION) {
    throw new FormatError("unsupported", `packed symbols of version ${version}, not ${SYMCACHE_VERSION}`);
  }
  reader.offset = PAGES_AT;
  const pages = reader.u32();
  if (pages > MAX_PAGES) throw new FormatError("damaged", `packed symbols of ${pages} pages`);
  return HEADER_BYTES + 4 * pages;
}

/** `bytes` = header and checksums; `size` = that of the file. */
export function parseHeader(bytes: Uint8Array, size: number): OpenedHeader {
  const reader = new Reader(bytes, CHECKSUM_AT);
  const checksum = reader.u32();
  const blank = bytes.slice();
  blank.fill(0, CHECKSUM_AT, CHECKSUM_AT + 4);
  if (xxh32(blank) !== checksum) throw new FormatError("damaged", "the header of packed symbols is damaged", 0);
  const flags = reader.u32();
  const pages = reader.u32();
  const declared = reader.u32();
  if (declared !== size) throw new FormatError("damaged", `packed symbols of ${declared} bytes in a file of ${size}`);
  const uuid = parseUuid(uuidFromBytes(reader.slice(16)));
  const textAddress = reader.u64();
  const textSize = reader.u64Number();
  const name = new Reader(reader.slice(MAX_ARCH_BYTES));
  const sections = {} as Record<SectionName, SectionRange>;
  for (const section of SECTIONS) {
    const start = reader.u32();
    const end = start + reader.u32();
    if (end > size) throw new FormatError("damaged", "a section of packed symbols lies past their end");
    sections[section] = { start, end };
  }
  const pageChecksums = new Uint32Array(pages);
  reader.offset = HEADER_BYTES;
  for (let i = 0; i < pages; i++) pageChecksums[i] = reader.u32();
  return {
    uuid,
    arch: name.cstring(),
    textAddress,
    textSize,
    hasDebugInfo: (flags & FLAG_DEBUG_INFO) !== 0,
    contents: CONTENTS[((flags >> 1) & 3) - 1],
    shift: (flags >> 8) & 0xff,
    sections,
    bodyStart: HEADER_BYTES + 4 * pages,
    size,
    pageChecksums,
  };
}
