/** Small DWARF sections for tests, written as the standard lays them out. */
import { bytesSource, type ByteSource } from "../src/bytes/byte-source.ts";
import type { FindSection } from "../src/dwarf/sections.ts";
import { ByteBuilder } from "./byte-builder.ts";

export interface BuiltAbbrev {
  readonly tag: number;
  readonly children?: boolean;
  /** Attribute, form, and the value of an implicit constant. */
  readonly attributes: readonly (readonly [attribute: number, form: number, implicit?: number])[];
}

/** Abbreviations with the codes 1, 2, … */
export function buildAbbrevs(abbrevs: readonly BuiltAbbrev[]): Uint8Array {
  const out = new ByteBuilder();
  for (const [i, { tag, children = false, attributes }] of abbrevs.entries()) {
    out.uleb(i + 1, tag).u8(children ? 1 : 0);
    for (const [attribute, form, implicit] of attributes) {
      out.uleb(attribute, form);
      if (implicit !== undefined) out.sleb(implicit);
    }
    out.u8(0, 0);
  }
  return out.u8(0).done();
}

export interface BuiltUnit {
  readonly version: number;
  readonly addressSize?: 4 | 8;
  readonly abbrevOffset?: number;
  readonly entries: (out: ByteBuilder) => void;
}

export function buildUnit({ version, addressSize = 8, abbrevOffset = 0, entries }: BuiltUnit): Uint8Array {
  return new ByteBuilder()
    .sized((out) => {
      out.u16(version);
      if (version >= 5) out.u8(1, addressSize).u32(abbrevOffset);
      else out.u32(abbrevOffset).u8(addressSize);
      entries(out);
    })
    .done();
}

export interface BuiltLines {
  readonly version: number;
  readonly addressSize?: 4 | 8;
  /** Without the compilation directory, which version 5 lists first. */
  readonly directories?: readonly string[];
  /** Name and directory number. */
  readonly files?: readonly (readonly [name: string, directory: number])[];
  readonly minimumInstruction?: number;
  readonly program: (out: ByteBuilder) => void;
}

export const OPCODE_BASE = 13;
const OPERAND_COUNTS = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

export function buildLines(lines: BuiltLines): Uint8Array {
  const { version, addressSize = 8, directories = [], files = [["a.c", 0]], minimumInstruction = 1 } = lines;
  return new ByteBuilder()
    .sized((out) => {
      out.u16(version);
      if (version >= 5) out.u8(addressSize, 0);
      out.sized((header) => {
        header.u8(minimumInstruction);
        if (version >= 4) header.u8(1);
        header.u8(1, -5, 14, OPCODE_BASE).raw(OPERAND_COUNTS);
        if (version >= 5) {
          header
            .u8(1)
            .uleb(1, 0x08)
            .uleb(directories.length + 1)
            .text("/comp");
          for (const directory of directories) header.text(directory);
          header.u8(2).uleb(1, 0x08, 2, 0x0b).uleb(files.length);
          for (const [name, directory] of files) header.text(name).u8(directory);
        } else {
          for (const directory of directories) header.text(directory);
          header.u8(0);
          for (const [name, directory] of files) header.text(name).uleb(directory, 0, 0);
          header.u8(0);
        }
      });
      lines.program(out);
    })
    .done();
}

/** Extended opcodes. */
export const setAddress = (out: ByteBuilder, address: number | bigint, size: 4 | 8 = 8): ByteBuilder =>
  out
    .u8(0)
    .uleb(size + 1)
    .u8(2)
    .address(address, size);
export const endSequence = (out: ByteBuilder): ByteBuilder => out.u8(0).uleb(1).u8(1);
/** Advances both and makes a row. */
export const row = (out: ByteBuilder, address: number, line: number): ByteBuilder =>
  out.u8(2).uleb(address).u8(3).sleb(line).u8(1);

export function sections(of: Readonly<Record<string, Uint8Array | ByteSource>>): FindSection {
  return (name) => {
    const section = of[name];
    return section instanceof Uint8Array ? bytesSource(section) : section;
  };
}
