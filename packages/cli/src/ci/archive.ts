/** What an archive, an app or a folder of dSYMs says of the build it is: Info.plist, and every image that a report may name. */
import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { archiveFacts, type ArchiveFacts, FormatError } from "@windfall/core";
import { debugFilesIn, type DebugFileProblem } from "../symbols/debug-files.ts";

export interface BuildImage {
  readonly uuid: string;
  readonly arch: string;
  readonly name: string;
}

/** What the property lists of a folder say; nothing for a zip, whose inside is looked at for debug files only. */
export async function factsAt(path: string): Promise<ArchiveFacts> {
  if (!statSync(path).isDirectory()) return {};
  return archiveFacts(async (inside) => {
    const file = join(path, inside);
    const status = statSync(file, { throwIfNoEntry: false });
    if (!status?.isFile()) return undefined;
    if (status.size > MAX_INFO_BYTES) throw new FormatError("too-large", `${file} is larger than any Info.plist`);
    return readFileSync(file);
  });
}

const MAX_INFO_BYTES = 4 * 1024 * 1024;

/** Apple's own files that an archive carries along: nobody has a dSYM of them. */
const APPLES = /(?:^|\/)(?:SwiftSupport|WatchKitSupport2?|_WatchKitStub)\/|\/libswift\w+\.dylib$/;
/** As many as the hub takes. */
export const MAX_BUILD_IMAGES = 2_000;

export async function imagesIn(
  path: string,
  onProblem: (problem: DebugFileProblem) => void,
): Promise<readonly BuildImage[]> {
  const images = new Map<string, BuildImage>();
  for await (const file of debugFilesIn(path, onProblem)) {
    file.close();
    if (APPLES.test(file.path)) continue;
    for (const { uuid, arch } of file.slices) {
      if (!images.has(uuid)) images.set(uuid, { uuid, arch, name: basename(file.path) });
      if (images.size > MAX_BUILD_IMAGES) throw new FormatError("too-large", `more than ${MAX_BUILD_IMAGES} images`);
    }
  }
  return [...images.values()];
}
