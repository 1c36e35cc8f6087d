/**
 * Debug files in what people hand over: a Mach-O as it is, or a zip with dSYMs, an xcarchive or folders of them. A file
 * is known by its first bytes, never by its name. Nothing is unpacked here: a candidate is opened by who wants it.
 */
import { type ByteSource, bytesSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import { chunksOf, openZip, readZipEntry, type Zip, type ZipEntry } from "../bytes/zip.ts";
import { FAT_MAGIC, FAT_MAGIC_64, MAX_FAT_SLICES } from "../macho/fat.ts";
import { MH_MAGIC, MH_MAGIC_64 } from "../macho/load-commands.ts";

export interface DebugFileCandidate {
  /** The name of the file, or the path inside the archive. */
  readonly path: string;
  readonly size: number;
  /** `dsym`: lies in a dSYM bundle. `binary`: any other Mach-O; it may hold a symbol table only. */
  readonly kind: "dsym" | "binary";
  /** Its bytes from the start, each time anew; a zip entry is unpacked on the way. */
  stream(): ReadableStream<Uint8Array>;
  /** For reading here and there; holds a packed entry in memory. Throws `FormatError("too-large")` above the limit. */
  source(): Promise<ByteSource>;
}

/** A packed entry that is unpacked into memory may be this large; larger ones are streamed to a disk. */
export const MAX_UNPACKED_IN_MEMORY: number = 1024 ** 3;

const HEAD_BYTES = 8;
const STREAM_BYTES = 256 * 1024;
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
export async function* findDebugFiles(source: ByteSource, name: string): AsyncGenerator<DebugFileCandidate, void> {
  if (source.size < HEAD_BYTES) return;
  const head = await source.read(0, HEAD_BYTES);
  if (isMachO(head)) {
    yield {
      path: name,
      size: source.size,
      kind: IN_DSYM.test(name) ? "dsym" : "binary",
      stream: () => streamOf(source),
      source: async () => source,
    };
  } else if (ZIP_MAGICS.has(new Reader(head, 0, false).u32())) {
    yield* inZip(await openZip(source));
  }
}

/** Whether a file begins as a thin or universal Mach-O does; `head` is at least its first 8 bytes. */
export function isMachO(head: Uint8Array): boolean {
  if (head.length < HEAD_BYTES) return false;
  const little = new Reader(head).u32();
  if (little === MH_MAGIC || little === MH_MAGIC_64) return true;
  const reader = new Reader(head, 0, false);
  const big = reader.u32();
  // Java's class files share the magic of universal files.
  return (big === FAT_MAGIC || big === FAT_MAGIC_64) && reader.u32() <= MAX_FAT_SLICES;
}

async function* inZip(zip: Zip): AsyncGenerator<DebugFileCandidate, void> {
  const likely = zip.entries.filter(({ path, size }) => size >= HEAD_BYTES && !NEVER_CODE.test(path));
  const inDsym = (entry: ZipEntry) => IN_DSYM.test(entry.path);
  let found = 0;
  for (const entry of [...likely.filter(inDsym), ...likely.filter((other) => !inDsym(other))]) {
    if (!isMachO(await headOf(zip, entry))) continue;
    found++;
    yield {
      path: entry.path,
      size: entry.size,
      kind: inDsym(entry) ? "dsym" : "binary",
      stream: () => zip.open(entry),
      source: () => unpacked(zip, entry),
    };
  }
  const [problem] = zip.problems;
  if (found === 0 && problem !== undefined) throw new FormatError("unsupported", problem.message);
}

async function headOf(zip: Zip, entry: ZipEntry): Promise<Uint8Array> {
  const head = new Uint8Array(HEAD_BYTES);
  let done = 0;
  for await (const chunk of chunksOf(zip.open(entry))) {
    const part = chunk.subarray(0, HEAD_BYTES - done);
    head.set(part, done);
    done += part.length;
    if (done === HEAD_BYTES) break;
  }
  return head;
}

async function unpacked(zip: Zip, entry: ZipEntry): Promise<ByteSource> {
  if (entry.packing === "stored") return zip.storedSource(entry);
  if (entry.size > MAX_UNPACKED_IN_MEMORY) {
    throw new FormatError("too-large", `${entry.path} unpacks to ${entry.size} bytes; unpack the zip first`);
  }
  return bytesSource(await readZipEntry(zip, entry));
}

function streamOf(source: ByteSource): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const length = Math.min(STREAM_BYTES, source.size - at);
        if (length > 0) controller.enqueue(await source.read(at, length));
        at += length;
        if (at === source.size) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
