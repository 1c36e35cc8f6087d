/** Small Mach-O files for tests: header, segments with sections, symbols, as mach-o/loader.h lays them out. */
import { ByteBuilder } from "./byte-builder.ts";

export interface BuiltSection {
  readonly segment: string;
  readonly name: string;
  readonly address?: number | bigint;
  /** Of a section that lies in the file. */
  readonly bytes?: Uint8Array;
  readonly size?: number;
  readonly flags?: number;
}

export interface BuiltSymbol {
  readonly name: string;
  readonly type?: number;
  /** Numbered from 1 over all sections. */
  readonly section?: number;
  readonly description?: number;
  readonly value: number | bigint;
}

export interface BuiltMachO {
  readonly is64?: boolean;
  readonly cpu?: readonly [type: number, subtype: number];
  readonly fileType?: number;
  readonly uuid?: Uint8Array | undefined;
  readonly textAddress?: number | bigint;
  readonly sections?: readonly BuiltSection[];
  readonly symbols?: readonly BuiltSymbol[];
  /** Distances between the starts of functions, as LC_FUNCTION_STARTS has them. */
  readonly functionStarts?: Uint8Array;
  readonly commandCount?: number;
}

export const CODE = 0x8000_0400;
export const UUID_BYTES: Uint8Array = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
const HEADER_SPACE = 4096;

export function buildMachO(file: BuiltMachO): Uint8Array {
  const wide = file.is64 ?? true;
  const size: 4 | 8 = wide ? 8 : 4;
  const sections = file.sections ?? [];
  const space = HEADER_SPACE + sections.length * 80;
  const body = new ByteBuilder();
  const commands = new ByteBuilder();
  let count = 0;

  const segments = [...new Set(["__TEXT", ...sections.map(({ segment }) => segment)])];
  for (const segment of segments) {
    const own = sections.filter((section) => section.segment === segment);
    commands.u32(wide ? 0x19 : 1, (wide ? 72 : 56) + own.length * (wide ? 80 : 68)).name(segment);
    const address = segment === "__TEXT" ? (file.textAddress ?? 0) : 0;
    commands.address(address, size).address(0x10_0000, size).address(0, size).address(0, size);
    commands.u32(5, 5, own.length, 0);
    for (const section of own) {
      const offset = section.bytes ? space + body.length : 0;
      if (section.bytes) body.raw(section.bytes);
      commands.name(section.name).name(segment);
      commands.address(section.address ?? 0, size).address(section.size ?? section.bytes?.length ?? 0, size);
      commands.u32(offset, 0, 0, 0, section.flags ?? 0, 0, 0);
      if (wide) commands.u32(0);
    }
    count++;
  }
  if (file.uuid) {
    commands.u32(0x1b, 24).raw(file.uuid);
    count++;
  }
  if (file.functionStarts) {
    commands.u32(0x26, 16, space + body.length, file.functionStarts.length);
    body.raw(file.functionStarts);
    count++;
  }
  if (file.symbols) {
    const strings = new ByteBuilder().u8(0);
    const table = new ByteBuilder();
    for (const symbol of file.symbols) {
      table.u32(strings.length).u8(symbol.type ?? 0x0f, symbol.section ?? 1);
      table.u16(symbol.description ?? 0).address(symbol.value, size);
      strings.text(symbol.name);
    }
    commands.u32(2, 24, space + body.length, file.symbols.length);
    body.raw(table.done());
    commands.u32(space + body.length, strings.length);
    body.raw(strings.done());
    count++;
  }
  const [type, subtype] = file.cpu ?? (wide ? [0x0100_000c, 0] : [12, 9]);
  const header = new ByteBuilder().u32(wide ? 0xfeed_facf : 0xfeed_face, type, subtype, file.fileType ?? 10);
  header.u32(file.commandCount ?? count, commands.length, 0);
  if (wide) header.u32(0);
  const start = header.raw(commands.done());
  return start
    .zeros(space - start.length)
    .raw(body.done())
    .done();
}
