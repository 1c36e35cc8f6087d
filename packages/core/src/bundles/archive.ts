/**
 * What an `.xcarchive`, an app or an upload of either says of the build it is: `Info.plist` of the archive, and of the app in it.
 *
 *     Info.plist     ApplicationProperties { ApplicationPath, CFBundleIdentifier, CFBundleShortVersionString, CFBundleVersion }
 *     Products/      Applications/Harbor.app/[Contents/]Info.plist
 *     dSYMs/         BCSymbolMaps/<UUID>.bcsymbolmap
 */
import type { ByteSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { zipLevels } from "../bytes/file-levels.ts";
import { MAX_PLIST_BYTES } from "../bytes/plist/limits.ts";
import { readPlist } from "../bytes/plist/plist.ts";
import { readTreeFile, type TreeFile } from "../bytes/tree-file.ts";
import { defined, type JsonObject, objectOf, textOf } from "../formats/json-fields.ts";
import type { JsonValue } from "../report.ts";

export interface ArchiveFacts {
  readonly bundleId?: string;
  readonly name?: string;
  readonly version?: string;
  readonly build?: string;
  readonly platform?: string;
}

export interface FoundArchive {
  /** Of the archive among the files; empty where they are its own. */
  readonly path: string;
  readonly facts: ArchiveFacts;
}

/**
 * The facts of one bundle, by a reader that gives the bytes behind a path inside it. Throws `FormatError` for a damaged
 * property list: a build without a name would be a wrong one.
 */
export async function archiveFacts(read: (path: string) => Promise<Uint8Array | undefined>): Promise<ArchiveFacts> {
  const archive = await plistAt(read, "Info.plist");
  const application = objectOf(archive?.["ApplicationProperties"]);
  if (application === undefined) {
    return factsOf(archive?.["CFBundleIdentifier"] === undefined ? await bundlePlist(read, "") : archive);
  }
  const inside = textOf(application["ApplicationPath"]);
  const app = inside === undefined ? undefined : await bundlePlist(read, `Products/${inside}/`);
  // What the archive says of itself is what was uploaded; the app adds its platform and the name people see.
  return { ...factsOf(app), ...factsOf(application) };
}

/** Archives of one upload; more is a backup of a disk. */
export const MAX_ARCHIVES = 1_000;

/**
 * Every archive among files, with what it says of itself; one that says nothing is left out.
 *
 * @example
 * const [archive] = await findArchives(files);
 */
export async function findArchives(files: readonly TreeFile[]): Promise<readonly FoundArchive[]> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const found: FoundArchive[] = [];
  for (const { path } of files) {
    const root = /^(?:(.*\.xcarchive)\/)?Info\.plist$/i.exec(path);
    if (root === null || found.length >= MAX_ARCHIVES) continue;
    const folder = root[1] ?? "";
    const facts = await archiveFacts(async (inside) => {
      const file = byPath.get(folder === "" ? inside : `${folder}/${inside}`);
      return file && readTreeFile(file, MAX_PLIST_BYTES);
    }).catch((error: unknown) => {
      if (error instanceof FormatError) return {};
      throw error;
    });
    if (Object.keys(facts).length > 0) found.push({ path: folder, facts });
  }
  return found;
}

/** The archives of an uploaded zip; of zips in it none. Throws `FormatError` when the zip cannot be read. */
export async function archivesInZip(source: ByteSource): Promise<readonly FoundArchive[]> {
  for await (const { files } of zipLevels(source)) return findArchives(files);
  return [];
}

/** `App.app/Info.plist`; a Mac app keeps it in `Contents`. */
async function bundlePlist(
  read: (path: string) => Promise<Uint8Array | undefined>,
  folder: string,
): Promise<JsonObject | undefined> {
  return (await plistAt(read, `${folder}Contents/Info.plist`)) ?? plistAt(read, `${folder}Info.plist`);
}

async function plistAt(
  read: (path: string) => Promise<Uint8Array | undefined>,
  path: string,
): Promise<JsonObject | undefined> {
  const bytes = await read(path);
  if (bytes === undefined) return undefined;
  const value = objectOf(readPlist(bytes).value);
  if (value === undefined) throw new FormatError("damaged", `${path} is no dictionary`);
  return value;
}

/** A dSYM has an Info.plist too, with a bundle id that is none. */
const DSYM_PREFIX = "com.apple.xcode.dsym.";

function factsOf(plist: JsonObject | undefined): ArchiveFacts {
  if (!plist) return {};
  const bundleId = text(plist["CFBundleIdentifier"]);
  if (bundleId?.startsWith(DSYM_PREFIX) === true) return {};
  return defined({
    bundleId,
    name: text(plist["CFBundleDisplayName"]) ?? text(plist["CFBundleName"]),
    version: text(plist["CFBundleShortVersionString"]),
    build: text(plist["CFBundleVersion"]),
    platform: PLATFORMS[text(plist["DTPlatformName"]) ?? ""],
  });
}

function text(value: JsonValue | undefined): string | undefined {
  const found = textOf(value)?.trim();
  return found === "" ? undefined : found;
}

const PLATFORMS: Readonly<Record<string, string>> = {
  iphoneos: "iOS",
  macosx: "macOS",
  appletvos: "tvOS",
  watchos: "watchOS",
  xros: "visionOS",
};
