/**
 * Debug files below the paths a user names: a dSYM bundle, a folder of them however nested or named, an .xcarchive, a zip, one
 * Mach-O. A file is known by its first bytes. Of each only the header is read until somebody looks an address up in it.
 */
import { statSync } from "node:fs";
import {
  createDebugMaps,
  type DebugMaps,
  findDebugFiles,
  FormatError,
  forwardSource,
  isMachO,
  mayHoldCode,
  openSymbolSlices,
  type SliceOptions,
  type SymbolSlice,
} from "@windfall/core";
import { folderFile, headOf, lazyFile, type OnRead } from "../files/file-source.ts";
import { limitMessage, type Walk, walkFiles } from "../files/walk.ts";

export interface DebugFile {
  /** As the user would name it; `App.dSYM.zip!/…/App` in a zip. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly slices: readonly SymbolSlice[];
  stream(): ReadableStream<Uint8Array>;
  /** Closes the file; a slice opens it again when it is asked. */
  close(): void;
}

export interface DebugFileProblem {
  readonly path: string;
  /** Whether the user named this very file, so that passing it over would hide a mistake. */
  readonly named: boolean;
  readonly error: FormatError;
}

const HEAD_BYTES = 8;

export type OnProblem = (problem: DebugFileProblem) => void;

export interface DebugFilesOptions extends SliceOptions, Pick<Walk, "enter" | "maxDepth" | "maxEntries"> {
  /** Whether to look into a zip of this name that nobody named; into all unless told. */
  readonly lookInto?: (name: string) => boolean;
  readonly onRead?: OnRead;
}

/** A file that may hold debug information, not opened yet. */
export interface MayBeDebugFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly named: boolean;
  readonly wrap: DebugMaps["wrap"];
}

/** `onProblem` hears of files that look like debug files and cannot be read. */
export async function* debugFilesIn(
  path: string,
  onProblem: OnProblem,
  options: DebugFilesOptions = {},
): AsyncGenerator<DebugFile> {
  for (const file of candidatesIn(path, onProblem, options)) yield* debugFilesOf(file, onProblem, options);
}

/** Files below `path` that may be debug files or zips of them, by their names alone; `path` itself where it is a file. */
export function* candidatesIn(
  path: string,
  onProblem: OnProblem,
  { enter = () => true, maxDepth, maxEntries, lookInto = () => true }: DebugFilesOptions = {},
): Generator<MayBeDebugFile> {
  const status = statSync(path);
  if (!status.isDirectory()) {
    yield { path, sizeBytes: status.size, modifiedMs: status.mtimeMs, named: true, wrap: (slice) => slice };
    return;
  }
  const walk = walkFiles(path, {
    enter: (name, at) => name !== ".git" && enter(name, at),
    ...(maxDepth !== undefined && { maxDepth }),
    ...(maxEntries !== undefined && { maxEntries }),
    onLimit: (limit, at) =>
      onProblem({ path: at, named: true, error: new FormatError("too-large", limitMessage(limit)) }),
  });
  const files = [...walk];
  const beside = files.filter(({ name }) => /\.(?:plist|bcsymbolmap)$/i.test(name));
  const { wrap } = createDebugMaps(beside.map(({ path, sizeBytes }) => folderFile(path, path, sizeBytes)));
  for (const { name, ...file } of files) {
    if (isZip(name) ? lookInto(name) : mayHoldCode(name)) yield { ...file, named: false, wrap };
  }
}

const isZip = (path: string): boolean => /\.zip$/i.test(path);

/** What of it is a debug file: itself, or what lies in the zip that it is. */
export async function* debugFilesOf(
  { path, named, wrap }: MayBeDebugFile,
  onProblem: OnProblem,
  options: DebugFilesOptions = {},
): AsyncGenerator<DebugFile> {
  // A file that was named is opened, so that it is told why it is none.
  if (!named && !isZip(path) && !isMachO(headOf(path, HEAD_BYTES, options.onRead))) return;
  const source = lazyFile(path, options.onRead);
  try {
    for await (const candidate of findDebugFiles(source, path)) {
      const inZip = candidate.path !== path;
      const shown = inZip ? `${path}!/${candidate.path}` : path;
      const bytes = inZip ? forwardSource(candidate) : source;
      try {
        const slices = (await openSymbolSlices(bytes, options)).map(inZip ? candidate.wrap : wrap);
        yield {
          path: shown,
          sizeBytes: candidate.size,
          slices,
          stream: () => candidate.stream(),
          close: () => source.close(),
        };
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        onProblem({ path: shown, named: named && !inZip, error });
      }
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    onProblem({ path, named, error });
  } finally {
    source.close();
  }
}
