/**
 * The system's own images in Xcode's DeviceSupport folders: they lie there under the paths that reports print, so one is tried per version
 * of the system instead of reading the thousands of files of each. The UUID decides, as everywhere: an arm64 slice is none for arm64e.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { FormatError, type Image, openSymbolSlices, type SymbolSlice } from "@windfall/core";
import { lazyFile } from "../files/file-source.ts";

/** Systems since 2022 keep a part of themselves in a disk image of its own. */
const CRYPTEX = /^(?:\/System\/Volumes\/Preboot|\/private\/preboot)\/Cryptexes\/OS\//;

export interface DeviceSupportFile {
  readonly path: string;
  readonly slice: SymbolSlice;
  close(): void;
}

/** `folders`: `… DeviceSupport/<version>/Symbols`. */
export async function findInDeviceSupport(
  folders: readonly string[],
  { uuid, path = "" }: Pick<Image, "uuid" | "path">,
): Promise<DeviceSupportFile | undefined> {
  // A report is a stranger's: its path must not lead out of the folder.
  if (uuid === undefined || !path.startsWith("/") || path.includes("\0") || path.split("/").includes(".."))
    return undefined;
  for (const folder of folders) {
    for (const place of new Set([path, path.replace(CRYPTEX, "/")])) {
      const file = join(folder, place);
      if (!isFile(file)) continue;
      const source = lazyFile(file);
      const slice = (await slicesOf(source)).find((each) => each.uuid === uuid);
      if (slice !== undefined) return { path: file, slice, close: () => source.close() };
      source.close();
    }
  }
  return undefined;
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}

async function slicesOf(source: Parameters<typeof openSymbolSlices>[0]): Promise<readonly SymbolSlice[]> {
  try {
    return await openSymbolSlices(source);
  } catch (error) {
    if (error instanceof FormatError) return [];
    throw error;
  }
}
