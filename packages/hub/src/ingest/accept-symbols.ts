/** Takes in debug files: streamed to disk, then looked into; every slice is known by its UUID. Nothing is kept of an upload that is refused. */
import type { ErrorCode, SymbolsAnswer } from "@windfall/api";
import {
  bytesSource,
  chunksOf,
  type DebugFileCandidate,
  findDebugFiles,
  FormatError,
  type FormatErrorCode,
  openSymbolSlices,
  type SymbolSlice,
} from "@windfall/core";
import { fileSource } from "@windfall/core/node";
import { AppError } from "../app-error.ts";
import { type Clock, iso } from "../clock.ts";
import type { Arrival } from "../stores/blobs/arrival.ts";
import type { BlobStore } from "../stores/blobs/blob-store.ts";
import type { SymbolsStore } from "../symbols/store.ts";

export const MAX_SYMBOLS_UPLOAD_BYTES: number = 4 * 1024 ** 3;
const MAX_NAME_LENGTH = 200;

export interface SymbolsIngestDeps {
  readonly blobs: BlobStore;
  readonly symbols: SymbolsStore;
  readonly clock: Clock;
  /** Told when new symbols are there: reports may wait for them. */
  readonly wake: () => void;
}

interface Taken {
  readonly arrival: Arrival;
  readonly path: string;
  readonly slices: readonly SymbolSlice[];
}

export async function acceptSymbols(
  deps: SymbolsIngestDeps,
  chunks: AsyncIterable<Uint8Array>,
  fileName: string,
): Promise<SymbolsAnswer> {
  const upload = await deps.blobs.receive(chunks, { maxBytes: MAX_SYMBOLS_UPLOAD_BYTES });
  const taken: Taken[] = [];
  try {
    if (upload.sizeBytes === 0) throw new AppError("empty-body", "the upload is empty");
    const { skipped } = await lookInto(deps.blobs, upload, fileName, taken);
    if (taken.length === 0) throw new AppError("not-symbols", whyNothing(skipped));
    return { slices: await keepAll(deps, taken), skipped };
  } catch (error) {
    throw error instanceof FormatError ? appError(error) : error;
  } finally {
    for (const { arrival } of taken) await arrival.discard();
    await upload.discard();
  }
}

async function lookInto(
  blobs: BlobStore,
  upload: Arrival,
  fileName: string,
  taken: Taken[],
): Promise<Pick<SymbolsAnswer, "skipped">> {
  const skipped: SymbolsAnswer["skipped"] = [];
  const source = await sourceOf(upload);
  try {
    for await (const file of findDebugFiles(source, fileName)) {
      const arrival = await blobs.receive(chunksOf(file.stream()), { maxBytes: MAX_SYMBOLS_UPLOAD_BYTES });
      const slices = await slicesOf(arrival);
      if (Array.isArray(slices) && slices.length > 0) taken.push({ arrival, path: file.path, slices });
      else {
        await arrival.discard();
        skipped.push({ path: file.path.slice(0, MAX_NAME_LENGTH), reason: reasonOf(slices, file) });
      }
    }
  } finally {
    await source.close?.();
  }
  return { skipped };
}

async function sourceOf({ path, head }: Arrival) {
  return path === undefined ? { ...bytesSource(head), close: undefined } : fileSource(path);
}

async function slicesOf(arrival: Arrival): Promise<readonly SymbolSlice[] | FormatError> {
  const source = await sourceOf(arrival);
  try {
    return await openSymbolSlices(source);
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  } finally {
    await source.close?.();
  }
}

function reasonOf(slices: readonly SymbolSlice[] | FormatError, { kind }: DebugFileCandidate): string {
  if (slices instanceof FormatError) return slices.message;
  return kind === "dsym" ? "has no UUID: no report can name it" : "an object file without a UUID";
}

const whyNothing = (skipped: SymbolsAnswer["skipped"]) =>
  skipped[0] ? `${skipped[0].path}: ${skipped[0].reason}` : "neither a Mach-O file nor a zip with one";

async function keepAll(deps: SymbolsIngestDeps, taken: readonly Taken[]): Promise<SymbolsAnswer["slices"]> {
  const uploadedAt = iso(deps.clock());
  const answers: SymbolsAnswer["slices"] = [];
  const seen = new Set<string>();
  for (const { arrival, path, slices } of taken) {
    const blob = await deps.blobs.keep(arrival);
    for (const { uuid, arch, hasDebugInfo } of slices) {
      const name = path.slice(path.lastIndexOf("/") + 1).slice(0, MAX_NAME_LENGTH);
      const slice = { uuid, arch, name, sizeBytes: arrival.sizeBytes, hasDebugInfo, uploadedAt };
      const duplicate = !(await deps.symbols.add({ ...slice, blob }));
      if (duplicate && seen.has(uuid)) continue;
      seen.add(uuid);
      answers.push({ ...slice, duplicate });
    }
  }
  if (answers.some(({ duplicate }) => !duplicate)) deps.wake();
  return answers;
}

const appError = (error: FormatError) => new AppError(CODES[error.code], error.message, error);

const CODES = {
  "unsafe-path": "unsafe-archive",
  "too-large": "archive-too-large",
  "too-deep": "archive-too-large",
  empty: "not-symbols",
  "not-a-report": "not-symbols",
  "not-mach-o": "not-symbols",
  "not-a-zip": "not-symbols",
  unsupported: "not-symbols",
  truncated: "not-symbols",
  damaged: "not-symbols",
} as const satisfies Record<FormatErrorCode, ErrorCode>;
