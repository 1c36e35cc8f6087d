/** What an archive, an app or a folder of dSYMs says of the build it is: Info.plist, and every image that a report may name. */
import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { FormatError } from "@windfall/core";
import { debugFilesIn, type DebugFileProblem } from "../symbols/debug-files.ts";
import { MAX_PLIST_BYTES, type PlistTexts, readPlist } from "./plist.ts";

export interface BuildImage {
  readonly uuid: string;
  readonly arch: string;
  readonly name: string;
}

export interface ArchiveFacts {
  readonly bundleId?: string;
  readonly name?: string;
  readonly version?: string;
  readonly build?: string;
  readonly platform?: string;
}

/** What the property lists say; nothing for a zip, whose inside is looked at for debug files only. */
export function archiveFacts(path: string): ArchiveFacts {
  if (!statSync(path).isDirectory()) return {};
  const archive = plistAt(join(path, "Info.plist"));
  const application = archive?.["ApplicationProperties"];
  if (application === undefined || typeof application === "string") {
    return factsOf(archive?.["CFBundleIdentifier"] === undefined ? bundlePlist(path) : archive);
  }
  const inside = application["ApplicationPath"];
  const app = typeof inside === "string" ? bundlePlist(join(path, "Products", inside)) : undefined;
  // What the archive says of itself is what was uploaded; the app adds its platform and the name people see.
  return { ...factsOf(app), ...factsOf(application) };
}

/** `App.app/Info.plist`; a Mac app keeps it in `Contents`. */
const bundlePlist = (path: string): PlistTexts | undefined =>
  plistAt(join(path, "Contents", "Info.plist")) ?? plistAt(join(path, "Info.plist"));

function plistAt(path: string): PlistTexts | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status?.isFile()) return undefined;
  if (status.size > MAX_PLIST_BYTES) throw new FormatError("too-large", `${path} is larger than any Info.plist`);
  return readPlist(readFileSync(path));
}

/** A dSYM has an Info.plist too, with a bundle id that is none. */
const DSYM_PREFIX = "com.apple.xcode.dsym.";

function factsOf(plist: PlistTexts | undefined): ArchiveFacts {
  if (!plist) return {};
  const text = (key: string): string | undefined => {
    const value = plist[key];
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const bundleId = text("CFBundleIdentifier");
  if (bundleId?.startsWith(DSYM_PREFIX)) return {};
  const facts: Record<keyof ArchiveFacts, string | undefined> = {
    bundleId,
    name: text("CFBundleDisplayName") ?? text("CFBundleName"),
    version: text("CFBundleShortVersionString"),
    build: text("CFBundleVersion"),
    platform: PLATFORMS[text("DTPlatformName") ?? ""],
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

const PLATFORMS: Readonly<Record<string, string>> = {
  iphoneos: "iOS",
  macosx: "macOS",
  appletvos: "tvOS",
  watchos: "watchOS",
  xros: "visionOS",
};

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
