/**
 * Where symbols lie on a developer's Mac, below the home folder: what Xcode archived and built, what it copied of the systems of devices
 * that were plugged in, and what a browser downloaded from App Store Connect. Nothing of it need be there.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readPlist } from "@windfall/core";
import type { DebugFilesOptions } from "./debug-files.ts";

export interface SymbolPlace {
  readonly kind: "archives" | "derived-data" | "device-support" | "downloads";
  /** Folders that are there. */
  readonly folders: readonly string[];
  readonly options: DebugFilesOptions;
}

const DEVELOPER = "Library/Developer/Xcode";
const PREFERENCES = "Library/Preferences/com.apple.dt.Xcode.plist";
const DEVICE_SUPPORT = ["iOS", "watchOS", "tvOS", "visionOS", "xrOS"].map((platform) => `${platform} DeviceSupport`);

/** A Downloads folder may hold anything. */
export const MAX_DOWNLOADS_DEPTH = 8;
export const MAX_DOWNLOADS_ENTRIES = 50_000;
/** Names of zips that App Store Connect, CI systems and people give to dSYMs; others are not opened unasked. */
const SYMBOLS_ZIP = /dsym|xcarchive|symbols/i;

/** In the order in which they are searched. */
export function macPlaces(home: string): readonly SymbolPlace[] {
  const { archives, derivedData } = customPlaces(home);
  const noZips: DebugFilesOptions = { lookInto: () => false };
  return [
    { kind: "archives", folders: existing([archives ?? join(home, DEVELOPER, "Archives")]), options: noZips },
    {
      kind: "derived-data",
      folders: below(derivedData ?? join(home, DEVELOPER, "DerivedData"), [
        "Build/Products",
        "Build/Intermediates.noindex/ArchiveIntermediates",
      ]),
      options: noZips,
    },
    {
      kind: "device-support",
      folders: DEVICE_SUPPORT.flatMap((name) => below(join(home, DEVELOPER, name), ["Symbols"])),
      options: noZips,
    },
    {
      kind: "downloads",
      folders: existing([join(home, "Downloads")]),
      options: {
        maxDepth: MAX_DOWNLOADS_DEPTH,
        maxEntries: MAX_DOWNLOADS_ENTRIES,
        enter: (name) => name !== "node_modules",
        lookInto: (name) => SYMBOLS_ZIP.test(name),
      },
    },
  ];
}

/** In Xcode's settings, Locations, both can be put elsewhere. */
function customPlaces(home: string): { readonly archives?: string; readonly derivedData?: string } {
  try {
    const { value } = readPlist(new Uint8Array(readFileSync(join(home, PREFERENCES))));
    if (value === null || typeof value !== "object" || Array.isArray(value)) return {};
    const settings = value as Readonly<Record<string, unknown>>;
    const folder = (key: string) => {
      const path = settings[key];
      return typeof path === "string" && path.startsWith("/") ? path : undefined;
    };
    const [archives, derivedData] = [
      folder("IDECustomDistributionArchivesLocation"),
      folder("IDECustomDerivedDataLocation"),
    ];
    return { ...(archives !== undefined && { archives }), ...(derivedData !== undefined && { derivedData }) };
  } catch {
    // Not a Mac, or settings that cannot be read.
    return {};
  }
}

/** `part` in each folder of `parent`: projects, versions of a system. */
function below(parent: string, parts: readonly string[]): readonly string[] {
  return existing(namesIn(parent).flatMap((name) => parts.map((part) => join(parent, name, part))));
}

const existing = (folders: readonly string[]): readonly string[] =>
  folders.filter((folder) => namesIn(folder).length > 0);

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
