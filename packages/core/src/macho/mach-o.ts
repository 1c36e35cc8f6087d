/** Mach-O files, thin or universal: their slices, each with what is needed to find symbols in it. */
import { type ByteSource, sliceSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import type { Problem } from "../report.ts";
import { archName } from "./arch.ts";
import { isArchive, readArchiveMembers } from "./archive.ts";
import { findCompressedSections, inflatedSource } from "./compressed-section.ts";
import { FAT_MAGIC, FAT_MAGIC_64, readFatSlices } from "./fat.ts";
import {
  type LoadCommands,
  type MachOFileType,
  type MachOSection,
  MAX_HEADER_SIZE,
  MAX_LOAD_COMMAND_BYTES,
  MH_MAGIC,
  MH_MAGIC_64,
  parseHeader,
  parseLoadCommands,
} from "./load-commands.ts";

/** One architecture of a file. `uuid` is absent in object files. */
export interface MachOSlice extends LoadCommands {
  /** arm64, arm64e, arm64_32, armv7, x86_64, … */
  readonly arch: string;
  readonly is64: boolean;
  readonly fileType: MachOFileType;
  /** This slice alone: every offset in it counts from its own start. */
  readonly source: ByteSource;
}

/** Every readable slice. Throws `FormatError("not-mach-o")` for other files, and what went wrong where no slice is readable. */
export async function openMachO(source: ByteSource): Promise<readonly MachOSlice[]> {
  if (source.size < 4) throw new FormatError(source.size === 0 ? "empty" : "not-mach-o", `${source.size} bytes`);
  const start = await source.read(0, 4);
  const bigEndian = new Reader(start, 0, false).u32();
  const isFat = bigEndian === FAT_MAGIC || bigEndian === FAT_MAGIC_64;
  const parts = isFat ? await readFatSlices(source) : [source];
  const slices: MachOSlice[] = [];
  let firstError: FormatError | undefined;
  for (const part of parts) {
    for (const file of await filesOf(part)) {
      try {
        slices.push(await openThin(file));
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        firstError ??= error;
      }
    }
  }
  if (slices.length === 0) throw firstError ?? new FormatError("not-mach-o", "a universal file without slices");
  return slices;
}

/** A static archive, which may also be a slice of a universal file, is as many files as it has members. */
async function filesOf(source: ByteSource): Promise<readonly ByteSource[]> {
  if (source.size < 8 || !isArchive(await source.read(0, 8))) return [source];
  const members: ByteSource[] = [];
  for (const member of await readArchiveMembers(source)) {
    if (member.size < 4) continue;
    const magic = new Reader(await member.read(0, 4)).u32();
    // Its index, and bitcode, are no Mach-O files.
    if (magic === MH_MAGIC || magic === MH_MAGIC_64) members.push(member);
  }
  if (members.length === 0) throw new FormatError("not-mach-o", "an archive without object files");
  return members;
}

/** Sections of a segment by name; names in the file are cut to 16 bytes, so the one asked for is too. */
export function findSection(slice: MachOSlice, segment: string, name: string): MachOSection | undefined {
  const cut = name.slice(0, 16);
  return slice.sections.find((section) => section.segment === segment && section.name === cut);
}

/** The bytes of a section; of one that reaches past the end of the file, what is there. */
export function sectionSource(slice: MachOSlice, section: MachOSection): ByteSource {
  if (section.packedBytes !== undefined) return inflatedSource(section, section.packedBytes, slice.source);
  const start = Math.min(section.fileOffset, slice.source.size);
  return sliceSource(slice.source, start, Math.min(section.size, slice.source.size - start));
}

/** Enough for header and commands of nearly every file, so one read does. */
const FIRST_READ = 8192;

async function openThin(source: ByteSource): Promise<MachOSlice> {
  let bytes = await source.read(0, Math.min(FIRST_READ, source.size));
  if (bytes.length < 4) throw new FormatError("truncated", `a slice of ${bytes.length} bytes`);
  const magic = new Reader(bytes, 0, false).u32();
  if (magic === MH_MAGIC || magic === MH_MAGIC_64)
    throw new FormatError("unsupported", "a big-endian Mach-O (PowerPC)");
  const header = parseHeader(bytes.subarray(0, MAX_HEADER_SIZE));
  if (header.commandBytes > MAX_LOAD_COMMAND_BYTES) {
    throw new FormatError("too-large", `${header.commandBytes} bytes of load commands`, 20);
  }
  const end = Math.min(header.size + header.commandBytes, source.size);
  if (end > bytes.length) bytes = await source.read(0, end);
  const commands = parseLoadCommands(bytes.subarray(header.size, end), header);
  const problems: Problem[] = [...commands.problems];
  for (const section of commands.sections) {
    if (section.segment === "__DWARF" && section.fileOffset + section.size > source.size) {
      problems.push({ code: "damaged-symbols", message: `${section.name} reaches past the end of the file` });
    }
  }
  const { sections, problems: packed } = await findCompressedSections(commands.sections, source);
  problems.push(...packed);
  return {
    ...commands,
    sections,
    problems,
    arch: archName(header.cpuType, header.cpuSubtype),
    is64: header.is64,
    fileType: header.fileType,
    source,
  };
}
