/**
 * Zips inside zips: App Store Connect packs dSYMs that way, people pack what they were sent. Each zip is one level, the outer one
 * first, so that who looks for files that belong together sees all files of one place at once. A zip that packs itself, or a thousand
 * copies of itself, ends at a limit; one that is broken costs itself and is told.
 */
import type { Problem } from "../report.ts";
import { type ByteSource, bytesSource } from "./byte-source.ts";
import { FormatError } from "./errors.ts";
import { readTreeFile, type TreeFile } from "./tree-file.ts";
import { openZip, readZipEntry, type Zip, type ZipEntry } from "./zip.ts";
import { MAX_NESTED_BYTES, MAX_ZIP_NESTING, MAX_ZIP_TOTAL_BYTES, MAX_ZIPS } from "./zip-limits.ts";

/** The files of one place. */
export interface FileLevel {
  /** Of the zip; empty for the outermost level. */
  readonly path: string;
  readonly files: readonly TreeFile[];
  /** What is not among the files, and why. */
  readonly problems: readonly Problem[];
}

/** Where a zip inside a zip is unpacked to be read; closed when its files have been looked at. */
export interface SpooledZip {
  readonly source: ByteSource;
  close?(): Promise<void> | void;
}

export interface FileLevelsOptions {
  /** Memory if not told, which refuses a zip of more than `MAX_NESTED_BYTES`. */
  readonly spool?: (file: TreeFile) => Promise<SpooledZip>;
}

/**
 * The levels of a zip. Throws `FormatError` when the zip itself cannot be read; what is wrong with zips in it is a problem of the
 * level that follows.
 *
 * @example
 * for await (const { files } of zipLevels(blobSource(upload))) console.log(files.map(({ path }) => path));
 */
export async function* zipLevels(source: ByteSource, options: FileLevelsOptions = {}): AsyncGenerator<FileLevel, void> {
  const zip = await openZip(source);
  const budget = { zips: 1, bytes: totalBytes(zip) };
  const level = { path: "", files: filesOf(zip, ""), problems: zip.problems };
  yield level;
  yield* inside(level.files, 1, budget, options);
}

/** The same for files of a folder: they are the outermost level. */
export async function* folderLevels(
  files: readonly TreeFile[],
  options: FileLevelsOptions = {},
): AsyncGenerator<FileLevel, void> {
  yield { path: "", files, problems: [] };
  yield* inside(files, 0, { zips: 0, bytes: 0 }, options);
}

interface Budget {
  zips: number;
  bytes: number;
}

async function* inside(
  files: readonly TreeFile[],
  depth: number,
  budget: Budget,
  options: FileLevelsOptions,
): AsyncGenerator<FileLevel, void> {
  for (const file of files) {
    if (!/\.zip$/i.test(file.path)) continue;
    const spooled = await orProblem(() => spool(file, depth, budget, options));
    if (spooled instanceof FormatError) {
      yield failed(file, spooled);
      continue;
    }
    try {
      const zip = await orProblem(() => openWithin(spooled.source, budget));
      if (zip instanceof FormatError) yield failed(file, zip);
      else {
        const level = { path: file.path, files: filesOf(zip, `${file.path}!/`), problems: zip.problems };
        yield level;
        yield* inside(level.files, depth + 1, budget, options);
      }
    } finally {
      await spooled.close?.();
    }
  }
}

const failed = (file: TreeFile, { code, message }: FormatError): FileLevel => ({
  path: file.path,
  files: [],
  problems: [
    {
      code: code === "too-large" || code === "too-deep" ? "limit-reached" : "missing-part",
      message: `${file.path}: ${message}`,
      where: `zip:${file.path}`,
    },
  ],
});

async function orProblem<T>(work: () => Promise<T>): Promise<T | FormatError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
}

async function spool(
  file: TreeFile,
  depth: number,
  budget: Budget,
  { spool: toPlace }: FileLevelsOptions,
): Promise<SpooledZip> {
  if (depth >= MAX_ZIP_NESTING)
    throw new FormatError("too-deep", `more than ${MAX_ZIP_NESTING} zips inside one another`);
  if (++budget.zips > MAX_ZIPS) throw new FormatError("too-large", `more than ${MAX_ZIPS} zips`);
  if (toPlace !== undefined && depth > 0) return toPlace(file);
  // In a folder it is a source already; in a zip it has to be unpacked.
  if (depth === 0) return { source: await file.source() };
  return { source: bytesSource(await readTreeFile(file, MAX_NESTED_BYTES)) };
}

async function openWithin(source: ByteSource, budget: Budget): Promise<Zip> {
  const zip = await openZip(source);
  budget.bytes += totalBytes(zip);
  if (budget.bytes > MAX_ZIP_TOTAL_BYTES) {
    throw new FormatError("too-large", `the zips together hold more than ${MAX_ZIP_TOTAL_BYTES} bytes`);
  }
  return zip;
}

const totalBytes = ({ entries }: Zip): number => entries.reduce((sum, { size }) => sum + size, 0);

function filesOf(zip: Zip, prefix: string): readonly TreeFile[] {
  return zip.entries.map((entry) => ({
    path: `${prefix}${entry.path}`,
    size: entry.size,
    stream: () => zip.open(entry),
    source: () => entrySource(zip, entry),
  }));
}

/** A packed entry that is unpacked into memory may be this large; larger ones are streamed to a disk. */
export const MAX_UNPACKED_IN_MEMORY: number = 1024 ** 3;

async function entrySource(zip: Zip, entry: ZipEntry): Promise<ByteSource> {
  if (entry.packing === "stored") return zip.storedSource(entry);
  if (entry.size > MAX_UNPACKED_IN_MEMORY) {
    throw new FormatError("too-large", `${entry.path} unpacks to ${entry.size} bytes; unpack the zip first`);
  }
  return bytesSource(await readZipEntry(zip, entry));
}
