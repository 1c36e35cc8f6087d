/**
 * Debug files in what people hand over: a Mach-O as it is, or a zip with dSYMs, an xcarchive or folders of them. A file
 * is known by its first bytes, never by its name. Nothing but zips inside zips is unpacked here: a candidate is opened by who wants it.
 */
import { type ByteSource, sourceStream } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { type FileLevelsOptions, zipLevels } from "../bytes/file-levels.ts";
import { Reader } from "../bytes/reader.ts";
import type { TreeFile } from "../bytes/tree-file.ts";
import { chunksOf } from "../bytes/zip.ts";
import type { Problem } from "../report.ts";
import { isArchive } from "../macho/archive.ts";
import { FAT_MAGIC, FAT_MAGIC_64, MAX_FAT_SLICES } from "../macho/fat.ts";
import { MH_MAGIC, MH_MAGIC_64 } from "../macho/load-commands.ts";
import { createDebugMaps, type DebugMaps } from "./debug-maps.ts";

/** Its path is the name of the file, or where it lies in the archive. */
export interface DebugFileCandidate extends TreeFile {
  /** `dsym`: lies in a dSYM bundle. `binary`: any other Mach-O; it may hold a symbol table only. */
  readonly kind: "dsym" | "binary";
  /** Its slices in the words of what lies beside it: `<UUID>.plist`, BCSymbolMaps. */
  readonly wrap: DebugMaps["wrap"];
}

export interface DebugFilesOptions extends FileLevelsOptions {
  /** Hears of zips in the zip that cannot be read. */
  readonly onProblem?: (problem: Problem) => void;
}

const HEAD_BYTES = 8;
const ZIP_MAGICS: ReadonlySet<number> = new Set([0x504b_0304, 0x504b_0506]);
const IN_DSYM = /\.dSYM\/Contents\/Resources\/DWARF\/[^/]+$/;
/** What lies beside the code in archives by the thousand. Opening each only to see that would cost a read per file. */
const NEVER_CODE =
  /\.(yml|plist|bcsymbolmap|strings|stringsdict|car|nib|storyboardc|png|jpe?g|json|xml|html|swiftmodule|swiftinterface|swiftdoc|abi\.json|h|modulemap|mobileprovision|txt|md|ttf|otf|caf|mp[34])$/i;

/**
 * Every file in `source` that could be a Mach-O: those of dSYM bundles first, other binaries after them. Nothing when it
 * is neither Mach-O nor zip. Throws `FormatError` for a zip that is damaged, unsafe or too large, or encrypted throughout.
 *
 * @example
 * for await (const file of findDebugFiles(blobSource(upload), upload.name)) console.log(file.path);
 */
export async function* findDebugFiles(
  source: ByteSource,
  name: string,
  options: DebugFilesOptions = {},
): AsyncGenerator<DebugFileCandidate, void> {
  if (source.size < HEAD_BYTES) return;
  const head = await source.read(0, HEAD_BYTES);
  if (isMachO(head)) {
    yield {
      path: name,
      size: source.size,
      kind: IN_DSYM.test(name) ? "dsym" : "binary",
      stream: () => sourceStream(source),
      source: async () => source,
      wrap: (slice) => slice,
    };
  } else if (ZIP_MAGICS.has(new Reader(head, 0, false).u32())) {
    yield* inZip(source, options);
  }
}

/** Whether it is worth opening a file of this name to see if it is code. */
export function mayHoldCode(name: string): boolean {
  return !NEVER_CODE.test(name);
}

/** Whether a file begins as a thin or universal Mach-O or a static archive does; `head` is at least its first 8 bytes. */
export function isMachO(head: Uint8Array): boolean {
  if (head.length < HEAD_BYTES) return false;
  const little = new Reader(head).u32();
  if (little === MH_MAGIC || little === MH_MAGIC_64) return true;
  const reader = new Reader(head, 0, false);
  const big = reader.u32();
  // Java's class files share the magic of universal files.
  if (isArchive(head)) return true;
  return (big === FAT_MAGIC || big === FAT_MAGIC_64) && reader.u32() <= MAX_FAT_SLICES;
}

async function* inZip(
  source: ByteSource,
  { onProblem, ...options }: DebugFilesOptions,
): AsyncGenerator<DebugFileCandidate, void> {
  const problems: Problem[] = [];
  let found = 0;
  for await (const level of zipLevels(source, options)) {
    problems.push(...level.problems);
    for (const problem of level.problems) onProblem?.(problem);
    const likely = level.files.filter(({ path, size }) => size >= HEAD_BYTES && mayHoldCode(path));
    const { wrap } = createDebugMaps(level.files);
    const inDsym = ({ path }: TreeFile) => IN_DSYM.test(path);
    for (const file of [...likely.filter(inDsym), ...likely.filter((other) => !inDsym(other))]) {
      if (!isMachO(await headOf(file))) continue;
      found++;
      yield { ...file, kind: inDsym(file) ? "dsym" : "binary", wrap };
    }
  }
  const [problem] = problems;
  if (found === 0 && problem !== undefined) throw new FormatError("unsupported", problem.message);
}

async function headOf(file: TreeFile): Promise<Uint8Array> {
  const head = new Uint8Array(HEAD_BYTES);
  let done = 0;
  for await (const chunk of chunksOf(file.stream())) {
    const part = chunk.subarray(0, HEAD_BYTES - done);
    head.set(part, done);
    done += part.length;
    if (done === HEAD_BYTES) break;
  }
  return head;
}
