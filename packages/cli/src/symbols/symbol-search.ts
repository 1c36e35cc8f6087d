/**
 * Where symbols are looked for: the paths of --symbols and those of WINDFALL_SYMBOLS, then the dSYMs beside the report, and for what is in
 * none of them the places of a developer's Mac (`mac-places.ts`) and Spotlight. Nothing is looked at before a report asks, and each
 * place is looked at once for all reports.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  createSymbolCollection,
  type Image,
  isSystemPath,
  type SymbolCollection,
  type SymbolLookup,
  type SymbolProvider,
  type SymbolSlice,
  type Uuid,
} from "@windfall/core";
import { CliFailure } from "../failure.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../terminal.ts";
import type { DebugFileProblem, DebugFilesOptions } from "./debug-files.ts";
import { findInDeviceSupport } from "./device-support.ts";
import { indexedFilesIn } from "./indexed-files.ts";
import { macPlaces, type SymbolPlace } from "./mac-places.ts";
import { findBySpotlight } from "./spotlight.ts";
import { cacheFolder, openSymbolIndex } from "./symbol-index.ts";

export interface SymbolSearch {
  /** Symbols for the report at `path`. */
  for(path: string): SymbolProvider;
  /** Files that hold `uuid`, of the first place that has any. */
  holding(uuid: Uuid): Promise<readonly HoldingFile[]>;
  close(): void;
}

export interface HoldingFile {
  readonly path: string;
  readonly slice: SymbolSlice;
}

export interface SearchOptions {
  /** Only the given paths, WINDFALL_SYMBOLS and what lies beside the report. */
  readonly givenOnly?: boolean;
  /** How a given path is named in what is told of it. */
  readonly givenAs?: string;
}

export function symbolSearch(
  given: readonly string[],
  terminal: Pick<Terminal, "env" | "err" | "spotlight">,
  { givenOnly = false, givenAs = "--symbols " }: SearchOptions = {},
): SymbolSearch {
  for (const path of given) {
    if (!existsSync(path)) throw new CliFailure("not-found", `${givenAs}${path}: no such file or folder`, 3);
  }
  const { env, spotlight } = terminal;
  // A variable of the shell's profile may name folders that are not there today.
  const ambient = (env["WINDFALL_SYMBOLS"] ?? "").split(":").filter((path) => path !== "" && existsSync(path));
  const home = env["HOME"];
  const open: { close(): void }[] = [];
  const collections = new Map<string, Promise<SymbolCollection>>();
  let lazyIndex: ReturnType<typeof openSymbolIndex> | undefined;
  let lazyPlaces: readonly SymbolPlace[] | undefined;
  const index = () => (lazyIndex ??= openSymbolIndex(cacheFolder(env)));
  const places = () => (lazyPlaces ??= givenOnly || home === undefined || !home.startsWith("/") ? [] : macPlaces(home));

  return {
    for: (reportPath) => ({ find: (image) => find(image, reportPath) }),
    async holding(uuid) {
      for await (const collection of everywhere(uuid)) {
        const holding = collection.files.flatMap(({ path, slices }) =>
          slices.filter((slice) => slice.uuid === uuid).map((slice) => ({ path, slice })),
        );
        if (holding.length > 0) return holding;
      }
      return [];
    },
    close() {
      for (const file of open) file.close();
      lazyIndex?.save();
    },
  };

  async function find(image: Image, reportPath: string): Promise<SymbolLookup> {
    let best = await (await named()).find(image);
    const isBetter = (lookup: SymbolLookup) => lookup.status === "found" || best.status === "missing";
    const hear = (lookup: SymbolLookup) => {
      if (isBetter(lookup)) best = lookup;
      return best.status === "found";
    };
    if (best.status === "found") return best;
    if (reportPath !== "-" && hear(await (await beside(dirname(reportPath))).find(image))) return best;
    if (image.uuid === undefined) return best;
    const isSystem = image.path !== undefined && isSystemPath(image.path);
    for (const place of places()) {
      if (place.kind === "device-support" && image.path?.includes("/") === true) {
        const file = await findInDeviceSupport(place.folders, image);
        if (file === undefined) continue;
        open.push(file);
        return { status: "found", slice: file.slice, path: file.path };
      }
      // What belongs to the system is in no archive and no download.
      if (!isSystem && hear(await (await collected(place)).find(image))) return best;
    }
    if (!isSystem) hear(await (await bySpotlight(image.uuid)).find(image));
    return best;
  }

  async function* everywhere(uuid: Uuid): AsyncGenerator<SymbolCollection> {
    yield named();
    for (const place of places()) yield collected(place);
    yield bySpotlight(uuid);
  }

  function once(key: string, make: (collection: SymbolCollection) => Promise<void>): Promise<SymbolCollection> {
    const known = collections.get(key);
    if (known !== undefined) return known;
    const collection = createSymbolCollection();
    const made = make(collection).then(() => collection);
    collections.set(key, made);
    return made;
  }

  function named(): Promise<SymbolCollection> {
    return once("named", async (collection) => {
      for (const path of given) {
        const before = collection.files.length;
        await add(collection, path, tell);
        if (collection.files.length === before) note(`${givenAs}${path}: no debug file in it`);
      }
      for (const path of ambient) await add(collection, path);
    });
  }

  /** The dSYMs in that folder itself, not those of its subfolders: a report may lie in a home folder. */
  function beside(folder: string): Promise<SymbolCollection> {
    return once(`beside ${folder}`, async (collection) => {
      for (const bundle of bundlesIn(folder)) await add(collection, bundle);
    });
  }

  function collected({ kind, folders, options }: SymbolPlace): Promise<SymbolCollection> {
    return once(kind, async (collection) => {
      for (const folder of folders) await add(collection, folder, () => {}, options);
    });
  }

  function bySpotlight(uuid: Uuid): Promise<SymbolCollection> {
    return once(`spotlight ${uuid}`, async (collection) => {
      if (givenOnly || spotlight === undefined) return;
      for (const path of await findBySpotlight(uuid, spotlight)) await add(collection, path);
    });
  }

  async function add(
    collection: SymbolCollection,
    path: string,
    onProblem: (problem: DebugFileProblem) => void = () => {},
    options: DebugFilesOptions = {},
  ): Promise<void> {
    for await (const file of indexedFilesIn(path, index(), onProblem, options)) {
      collection.add(file.path, file.slices);
      open.push(file);
    }
  }

  function tell({ path, error, named }: DebugFileProblem): void {
    if (named || error.code !== "not-mach-o") note(`${path}: ${error.message}`);
  }

  function note(text: string): void {
    terminal.err(`windfall: ${printable(text)}\n`);
  }
}

function bundlesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".dSYM"))
      .sort()
      .map((name) => join(folder, name))
      .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
  } catch {
    // A folder that cannot be listed has nothing for us; the report in it was readable.
    return [];
  }
}
