/**
 * Static archives (ar.h, in the form of Apple's and LLVM's tools): object files one after the other. Names stand in a header of fixed
 * width or, as `#1/LENGTH`, in front of the file.
 *
 *     !<arch>\n { name16 date12 uid6 gid6 mode8 size10 `\n bytes… }…
 */
import { type ByteSource, sliceSource } from "../bytes/byte-source.ts";

const MAGIC = "!<arch>\n";
const HEADER_BYTES = 60;
const END = "`\n";
/** The largest libraries have some 10,000. */
export const MAX_ARCHIVE_MEMBERS = 65_536;

const decoder = new TextDecoder("latin1");

/** `head` = at least its first 8 bytes. */
export function isArchive(head: Uint8Array): boolean {
  return decoder.decode(head.subarray(0, MAGIC.length)) === MAGIC;
}

/** The files in it; one that is cut short ends the list. */
export async function readArchiveMembers(source: ByteSource): Promise<readonly ByteSource[]> {
  const members: ByteSource[] = [];
  let at = MAGIC.length;
  while (at + HEADER_BYTES <= source.size && members.length < MAX_ARCHIVE_MEMBERS) {
    const header = decoder.decode(await source.read(at, HEADER_BYTES));
    const size = Number(header.slice(48, 58));
    const longName = /^#1\/(\d+)/.exec(header);
    const nameBytes = longName === null ? 0 : Number(longName[1]);
    const start = at + HEADER_BYTES;
    if (header.slice(58) !== END || !(size >= nameBytes) || start + size > source.size) break;
    members.push(sliceSource(source, start + nameBytes, size - nameBytes));
    at = start + size + (size % 2);
  }
  return members;
}
