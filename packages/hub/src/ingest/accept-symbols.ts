/** Takes in debug files, plain or gzipped: streamed to disk, then looked into; every slice is known by its UUID. Nothing is kept of an upload that is refused. */
import type { ErrorCode, SymbolsAnswer } from "@windfall/api";
import {
  type ArchiveFacts,
  archivesInZip,
  chunksOf,
  findDebugFiles,
  FormatError,
  type FormatErrorCode,
  type LesserContents,
  MAX_ZIP_RATIO,
  openSymbolSlices,
  type Problem,
  type SymbolSlice,
  type TreeFile,
} from "@windfall/core";
import { AppError } from "../app-error.ts";
import { type Clock, iso } from "../clock.ts";
import type { Arrival } from "../stores/blobs/arrival.ts";
import type { BlobId, BlobStore } from "../stores/blobs/blob-store.ts";
import type { Exclusively } from "../symbols/exclusive.ts";
import type { BuildImage } from "../builds/register.ts";
import { isZip } from "./accept-zip.ts";
import { arrivalSource } from "./arrival-source.ts";
import { spoolZip } from "./spool-zip.ts";
import type { SymbolsStore } from "../symbols/store.ts";
import { type RatioLimit, unpacked } from "./unpack.ts";

export const MAX_SYMBOLS_UPLOAD_BYTES: number = 4 * 1024 ** 3;
/** Of a gzipped one: as for what lies in a zip. */
const GZIP_LIMIT: RatioLimit = { ratio: MAX_ZIP_RATIO, freeBytes: 4 * 1024 * 1024 };
/** All debug files of one upload together, unpacked. */
export const MAX_SYMBOLS_UNPACKED_BYTES: number = 16 * 1024 ** 3;
/** A large app with all its frameworks has some hundreds. */
export const MAX_DEBUG_FILES = 5_000;
/** Of each file; the rest goes through the disk. */
const MEMORY_BYTES = 64 * 1024;
const MAX_NAME_LENGTH = 200;
/** Xcode keeps the images of a device's OS below `<version>/Symbols`, each under its own path. */
const IN_DEVICE_SUPPORT = /(?:^|\/)Symbols\/(?:System|usr|Developer|Library|private)\//;
const TAR_MAGIC_AT = 257;
const TAR_MAGIC = "ustar";

export interface SymbolsIngestDeps {
  readonly blobs: BlobStore;
  readonly symbols: SymbolsStore;
  readonly clock: Clock;
  /** Told when new symbols are there: reports may wait for them. */
  readonly wake: () => void;
  /** Told of every slice that is new. */
  readonly added?: (file: { readonly blob: BlobId; readonly uuid: string }) => void;
  /** Runs alone, of everything that adds or removes debug files: a blob must not go between being kept and being named. */
  readonly exclusively?: Exclusively;
  /** Makes the build of an archive known, and gives the id of its app. */
  readonly registerArchive?: (archive: ArchiveBuild, images: readonly BuildImage[]) => Promise<string>;
}

/** What an archive says of itself. */
export type ArchiveBuild = ArchiveFacts & Required<Pick<ArchiveFacts, "bundleId" | "version" | "build">>;

interface Taken {
  readonly arrival: Arrival;
  readonly path: string;
  readonly slices: readonly TakenSlice[];
}

type TakenSlice = SymbolSlice & { readonly holds?: LesserContents };

export async function acceptSymbols(
  deps: SymbolsIngestDeps,
  chunks: AsyncIterable<Uint8Array>,
  fileName: string,
): Promise<SymbolsAnswer> {
  const plain = unpacked(chunks, MAX_SYMBOLS_UPLOAD_BYTES, GZIP_LIMIT);
  const upload = await deps.blobs.receive(plain, { maxBytes: MAX_SYMBOLS_UPLOAD_BYTES });
  const taken: Taken[] = [];
  try {
    if (upload.sizeBytes === 0) throw new AppError("empty-body", "the upload is empty");
    const { skipped } = await lookInto(deps.blobs, upload, fileName, taken);
    if (taken.length === 0) throw new AppError("not-symbols", whyNothing(skipped, upload.head));
    const slices = await keepAll(deps, taken);
    const builds = await registerArchives(deps, upload, taken);
    return { slices, skipped, ...(builds.length > 0 && { builds }) };
  } catch (error) {
    throw error instanceof FormatError ? appError(error) : error;
  } finally {
    for (const { arrival } of taken) await arrival.discard();
    await upload.discard();
  }
}

/** An archive says which build it is: it is known from now on, with the images it is made of. */
async function registerArchives(
  { registerArchive }: SymbolsIngestDeps,
  upload: Arrival,
  taken: readonly Taken[],
): Promise<NonNullable<SymbolsAnswer["builds"]>> {
  if (registerArchive === undefined || !isZip(upload)) return [];
  const builds: NonNullable<SymbolsAnswer["builds"]> = [];
  const source = await arrivalSource(upload);
  try {
    for (const { path, facts } of await archivesInZip(source)) {
      const { bundleId, version, build } = facts;
      if (bundleId === undefined || version === undefined || build === undefined) continue;
      const images = taken
        .filter((file) => path === "" || file.path.startsWith(`${path}/`))
        .flatMap(({ path, slices }) => slices.map(({ uuid, arch }) => ({ uuid, arch, name: nameOf(path) })));
      const appId = await registerArchive({ ...facts, bundleId, version, build }, images);
      builds.push({ appId, bundleId, version, build });
    }
  } finally {
    await source.close();
  }
  return builds;
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1).slice(0, MAX_NAME_LENGTH);

async function lookInto(
  blobs: BlobStore,
  upload: Arrival,
  fileName: string,
  taken: Taken[],
): Promise<Pick<SymbolsAnswer, "skipped">> {
  const skipped: SymbolsAnswer["skipped"] = [];
  let files = 0;
  let unpackedBytes = 0;
  const source = await arrivalSource(upload);
  try {
    const skip = (path: string, reason: string) =>
      void skipped.push({ path: path.slice(0, MAX_NAME_LENGTH), reason: reason.slice(0, MAX_NAME_LENGTH) });
    const options = {
      spool: (file: TreeFile) => spoolZip(blobs, file, MAX_SYMBOLS_UPLOAD_BYTES),
      onProblem: ({ message, where = "" }: Problem) => skip(where.replace(/^zip:/, ""), message),
    };
    for await (const file of findDebugFiles(source, fileName, options)) {
      if (++files > MAX_DEBUG_FILES) throw new FormatError("too-large", `more than ${MAX_DEBUG_FILES} debug files`);
      const arrival = await blobs.receive(chunksOf(file.stream()), {
        maxBytes: MAX_SYMBOLS_UNPACKED_BYTES - unpackedBytes,
        memoryBytes: MEMORY_BYTES,
      });
      unpackedBytes += arrival.sizeBytes;
      const { slices, reason } = await slicesOf(arrival);
      if (slices.length > 0) taken.push({ arrival, path: file.path, slices });
      else {
        await arrival.discard();
        skipped.push({ path: shown(file.path), reason });
      }
    }
  } finally {
    await source.close();
  }
  return { skipped };
}

/** A stranger's name for a file: lists, terminals and logs show it. Control characters, and those that turn the writing round, would act there. */
const shown = (name: string): string =>
  name
    .slice(0, MAX_NAME_LENGTH)
    .toWellFormed()
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");

/** Slices that a report could use; when there is none, why. */
async function slicesOf(arrival: Arrival): Promise<{ slices: readonly TakenSlice[]; reason: string }> {
  const source = await arrivalSource(arrival);
  try {
    const slices = await openSymbolSlices(source);
    const isBroken = (slice: SymbolSlice) => !slice.hasDebugInfo && (slice.problems?.length ?? 0) > 0;
    const good: TakenSlice[] = [];
    for (const slice of slices.filter((slice) => !isBroken(slice))) {
      good.push(slice.contents === undefined ? slice : { ...slice, holds: await slice.contents() });
    }
    return {
      slices: good,
      reason: slices[0]?.problems?.[0]?.message ?? "has no UUID: no report can name it",
    };
  } catch (error) {
    if (error instanceof FormatError) return { slices: [], reason: error.message };
    throw error;
  } finally {
    await source.close();
  }
}

function whyNothing([first]: SymbolsAnswer["skipped"], head: Uint8Array): string {
  if (first) return `${first.path}: ${first.reason}`;
  const magic = Buffer.from(head.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + TAR_MAGIC.length)).toString("latin1");
  if (magic === TAR_MAGIC) return "a tar archive is not looked into: send a zip, or the files one by one";
  return "neither a Mach-O file nor a zip with one";
}

async function keepAll(deps: SymbolsIngestDeps, taken: readonly Taken[]): Promise<SymbolsAnswer["slices"]> {
  const uploadedAt = iso(deps.clock());
  const answers: SymbolsAnswer["slices"] = [];
  const seen = new Set<string>();
  const exclusively: Exclusively = deps.exclusively ?? ((work) => work());
  for (const { arrival, path, slices } of taken) {
    await exclusively(() => keepOne(arrival, path, slices));
  }
  if (answers.some(({ duplicate }) => !duplicate)) deps.wake();
  return answers;

  async function keepOne(arrival: Arrival, path: string, slices: readonly TakenSlice[]): Promise<void> {
    const system = IN_DEVICE_SUPPORT.test(path);
    const blob = await deps.blobs.keep(arrival);
    for (const { uuid, arch, hasDebugInfo, holds } of slices) {
      const name = shown(path.slice(path.lastIndexOf("/") + 1));
      const slice = {
        uuid,
        arch,
        name,
        sizeBytes: arrival.sizeBytes,
        hasDebugInfo,
        uploadedAt,
        ...(holds !== undefined && { contents: holds }),
        ...(system && { system: true as const }),
      };
      const duplicate = !(await deps.symbols.add({ ...slice, blob }));
      if (duplicate && seen.has(uuid)) continue;
      seen.add(uuid);
      answers.push({ ...slice, duplicate });
      if (!duplicate) deps.added?.({ blob, uuid });
    }
  }
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
