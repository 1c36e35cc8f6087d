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
  openSymbolSlices,
  type SliceOptions,
  type SymbolSlice,
} from "@windfall/core";
import { folderFile, headOf, lazyFile } from "../files/file-source.ts";
import { limitMessage, walkFiles } from "../files/walk.ts";

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

/** `onProblem` hears of files that look like debug files and cannot be read. */
export async function* debugFilesIn(
  path: string,
  onProblem: (problem: DebugFileProblem) => void,
  options: SliceOptions = {},
): AsyncGenerator<DebugFile> {
  if (!statSync(path).isDirectory()) {
    yield* inFile(path, true, onProblem, options);
    return;
  }
  const walk = walkFiles(path, {
    enter: (name) => name !== ".git",
    onLimit: (limit, at) =>
      onProblem({ path: at, named: true, error: new FormatError("too-large", limitMessage(limit)) }),
  });
  const files = [...walk];
  const beside = files.filter(({ name }) => /\.(?:plist|bcsymbolmap)$/i.test(name));
  const { wrap } = createDebugMaps(beside.map(({ path, sizeBytes }) => folderFile(path, path, sizeBytes)));
  for (const file of files) {
    const isArchive = /\.zip$/i.test(file.name);
    if (isArchive || isMachO(headOf(file.path, HEAD_BYTES))) yield* inFile(file.path, false, onProblem, options, wrap);
  }
}

async function* inFile(
  path: string,
  named: boolean,
  onProblem: (problem: DebugFileProblem) => void,
  options: SliceOptions,
  wrap: DebugMaps["wrap"] = (slice) => slice,
): AsyncGenerator<DebugFile> {
  const source = lazyFile(path);
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
