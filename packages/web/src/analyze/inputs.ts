/** What a file that was handed over holds, told by its first bytes: debug files, a report, or an archive of both. */
import {
  blobSource,
  type ByteSource,
  findDebugFiles,
  FormatError,
  forwardSource,
  MAX_REPORT_BYTES,
  openSymbolSlices,
  reportName,
  reportsInZip,
  type SymbolSlice,
} from "@windfall/core";
import type { GivenFile } from "./messages.ts";

export type Input =
  | {
      readonly kind: "symbols";
      readonly path: string;
      readonly sizeBytes: number;
      readonly slices: readonly SymbolSlice[];
    }
  | ReportInput
  | { readonly kind: "unreadable"; readonly path: string; readonly error: FormatError };

export interface ReportInput {
  readonly kind: "report";
  readonly path: string;
  /** Whether it must be a report: a .txt or .json of an archive or a folder may be anything. */
  readonly mustBeReport: boolean;
  read(): Promise<Uint8Array>;
}

/** `PK`, then a local header or the end record of an empty archive. */
const ZIP_MAGICS: ReadonlySet<string> = new Set(["80 75 3 4", "80 75 5 6"]);

export async function* inputsOf({ path, file, found: isFound }: GivenFile): AsyncGenerator<Input, void> {
  const source = blobSource(file);
  const magic = (await source.read(0, Math.min(4, source.size))).join(" ");
  if (!ZIP_MAGICS.has(magic)) {
    let isDebugFile = false;
    for await (const input of debugFilesIn(source, path)) {
      isDebugFile = true;
      yield input;
    }
    const mustBeReport = isFound === undefined || reportName(path) === "report";
    if (!isDebugFile) yield { kind: "report", path, mustBeReport, read: () => readReport(source) };
    return;
  }
  let found = 0;
  for await (const input of debugFilesIn(source, path)) {
    found++;
    yield input;
  }
  for await (const input of reportsIn(source, path)) {
    found++;
    yield input;
  }
  if (found === 0) {
    const error = new FormatError("not-a-report", "there is no report and no debug file in this archive");
    yield { kind: "unreadable", path, error };
  }
}

async function* debugFilesIn(source: ByteSource, given: string): AsyncGenerator<Input, void> {
  try {
    for await (const candidate of findDebugFiles(source, given)) {
      const isPacked = candidate.path !== given;
      const path = isPacked ? `${given}!/${candidate.path}` : given;
      try {
        // Of a packed file only the header is unpacked here; most binaries of an archive are never asked.
        const opened = await openSymbolSlices(isPacked ? forwardSource(candidate) : source);
        const slices = opened.map(candidate.wrap);
        if (slices.length > 0 || !isPacked) yield { kind: "symbols", path, sizeBytes: candidate.size, slices };
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        yield { kind: "unreadable", path, error };
      }
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    yield { kind: "unreadable", path: given, error };
  }
}

async function* reportsIn(source: ByteSource, given: string): AsyncGenerator<ReportInput, void> {
  try {
    for await (const { path, mustBeReport, read } of reportsInZip(source)) {
      yield { kind: "report", path: `${given}!/${path}`, mustBeReport, read };
    }
  } catch (error) {
    // The search for debug files has told it.
    if (!(error instanceof FormatError)) throw error;
  }
}

async function readReport(source: ByteSource): Promise<Uint8Array> {
  if (source.size > MAX_REPORT_BYTES) throw tooLarge(source.size);
  return source.read(0, source.size);
}

const tooLarge = (size: number): FormatError =>
  new FormatError("too-large", `${size} bytes; a report has at most ${MAX_REPORT_BYTES}`);
