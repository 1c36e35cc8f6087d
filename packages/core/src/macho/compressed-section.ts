/**
 * `__zdebug_*`: sections packed with zlib, as linkers of Go and older tools write them. Eight of the twelve bytes in front are the size
 * unpacked. They appear under their usual names, and are unpacked as far as they are read.
 */
import { type ByteSource, sliceSource, sourceStream } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { forwardSource } from "../bytes/forward-source.ts";
import { Reader } from "../bytes/reader.ts";
import { inflated } from "../bytes/zip-inflate.ts";
import type { Problem } from "../report.ts";
import type { MachOSection } from "./load-commands.ts";

export const MAX_INFLATED_SECTION: number = 1 << 30;
/** zlib reaches no higher ratio. */
const MAX_RATIO = 1032;
const HEADER_BYTES = 12;
const MAGIC = 0x5a4c_4942; // ZLIB
const PREFIX = "__zdebug_";

/** Names in a file are cut to 16 bytes, after the z was put in. */
const NAMES: ReadonlyMap<string, string> = new Map(
  ["info", "abbrev", "line", "str", "ranges", "aranges", "line_str", "str_offsets", "addr", "rnglists"].map((name) => [
    `__zdebug_${name}`.slice(0, 16),
    `__debug_${name}`.slice(0, 16),
  ]),
);

/** The sections as they are unpacked, and what is wrong with those that cannot be. */
export async function findCompressedSections(
  sections: readonly MachOSection[],
  source: ByteSource,
): Promise<{ readonly sections: readonly MachOSection[]; readonly problems: readonly Problem[] }> {
  if (!sections.some(({ name }) => name.startsWith(PREFIX))) return { sections, problems: [] };
  const problems: Problem[] = [];
  const found: MachOSection[] = [];
  for (const section of sections) {
    const name = section.segment === "__DWARF" ? NAMES.get(section.name) : undefined;
    const size = name === undefined ? undefined : await inflatedSize(section, source);
    if (name === undefined) found.push(section);
    else if (size !== undefined) found.push({ ...section, name, size, packedBytes: section.size });
    else {
      // Its place in the list stays: symbols number the sections.
      found.push(section);
      problems.push({ code: "damaged-symbols", message: `${section.name} cannot be unpacked` });
    }
  }
  return { sections: found, problems };
}

async function inflatedSize({ fileOffset, size }: MachOSection, source: ByteSource): Promise<number | undefined> {
  if (size < HEADER_BYTES || fileOffset + size > source.size) return undefined;
  const reader = new Reader(await source.read(fileOffset, HEADER_BYTES), 0, false);
  if (reader.u32() !== MAGIC) return undefined;
  const declared = reader.u64Number();
  return declared <= MAX_INFLATED_SECTION && declared <= MAX_RATIO * size ? declared : undefined;
}

export function inflatedSource(section: MachOSection, packedBytes: number, source: ByteSource): ByteSource {
  const packed = sliceSource(source, section.fileOffset + HEADER_BYTES, packedBytes - HEADER_BYTES);
  const whole = forwardSource({
    path: section.name,
    size: section.size,
    stream: () => inflated(sourceStream(packed), "deflate"),
  });
  return {
    size: section.size,
    async read(offset, length) {
      try {
        return await whole.read(offset, length);
      } catch (error) {
        if (error instanceof FormatError) throw error;
        throw new FormatError("damaged", `${section.name} cannot be unpacked`, section.fileOffset, error);
      }
    },
  };
}
