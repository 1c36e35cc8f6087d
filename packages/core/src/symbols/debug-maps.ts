/**
 * What lies beside a debug file and changes its words. `<UUID>.plist` in a dSYM says under which paths the sources really lie, and, where
 * Apple rebuilt an app from bitcode, which UUID it had before. A `.bcsymbolmap` holds, under that UUID, the names and paths that were
 * replaced by `__hidden#N_` before the bitcode left the developer's machine. Described by LLDB's "Symbols on macOS" and by dsymutil.
 */
import { FormatError } from "../bytes/errors.ts";
import { MAX_PLIST_BYTES } from "../bytes/plist/limits.ts";
import { readPlist } from "../bytes/plist/plist.ts";
import { readTreeFile, type TreeFile } from "../bytes/tree-file.ts";
import { parseUuid } from "../bytes/uuid.ts";
import type { JsonValue, Uuid } from "../report.ts";
import type { ResolvedFrame, SymbolSlice } from "./provider.ts";

/** Of one symbol map. A large app's has some megabytes. */
export const MAX_SYMBOL_MAP_BYTES: number = 128 * 1024 * 1024;

export interface DebugMaps {
  /** The slice with its names and paths as they were; the same slice where nothing is known of it. Nothing is read before it is asked. */
  readonly wrap: (slice: SymbolSlice) => SymbolSlice;
}

const DSYM_PLIST = /\.dSYM\/Contents\/Resources\/([0-9A-F-]{32,36})\.plist$/i;
const SYMBOL_MAP = /(?:^|\/)([0-9A-F-]{32,36})\.bcsymbolmap$/i;

/**
 * Of the files of one place: a folder, a zip.
 *
 * @example
 * const slices = (await openSymbolSlices(source)).map(createDebugMaps(files).wrap);
 */
export function createDebugMaps(files: readonly TreeFile[]): DebugMaps {
  const plists = byUuid(files, DSYM_PLIST);
  const symbolMaps = byUuid(files, SYMBOL_MAP);
  const read = new Map<Uuid, Promise<Words>>();
  const wordsOf = (uuid: Uuid): Promise<Words> => {
    const known = read.get(uuid) ?? readWords(uuid);
    read.set(uuid, known);
    return known;
  };

  async function readWords(uuid: Uuid): Promise<Words> {
    const plist = await readOr(plists.get(uuid), MAX_PLIST_BYTES, dsymPlist);
    const map = symbolMaps.get(uuid) ?? symbolMaps.get(plist?.originalUuid ?? uuid);
    return {
      sourceMap: plist?.sourceMap ?? [],
      names: (await readOr(map, MAX_SYMBOL_MAP_BYTES, symbolMap)) ?? [],
    };
  }

  return {
    wrap(slice) {
      if (!plists.has(slice.uuid) && !symbolMaps.has(slice.uuid)) return slice;
      return {
        ...slice,
        ...(symbolMaps.has(slice.uuid) && { bitcode: true as const }),
        async resolve(offsets) {
          const words = await wordsOf(slice.uuid);
          return (await slice.resolve(offsets)).map((frames) => frames?.map((frame) => inWords(frame, words)));
        },
      };
    },
  };
}

function byUuid(files: readonly TreeFile[], pattern: RegExp): ReadonlyMap<Uuid, TreeFile> {
  const found = new Map<Uuid, TreeFile>();
  for (const file of files) {
    const uuid = parseUuid(pattern.exec(file.path)?.[1] ?? "");
    if (uuid !== undefined && !found.has(uuid)) found.set(uuid, file);
  }
  return found;
}

/** Nothing for what is damaged or too large: the debug file answers without it. */
async function readOr<T>(
  file: TreeFile | undefined,
  limit: number,
  parse: (bytes: Uint8Array) => T,
): Promise<T | undefined> {
  if (file === undefined) return undefined;
  try {
    return parse(await readTreeFile(file, limit));
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

interface Words {
  /** From the path in the debug information to where the sources lie, longest first. */
  readonly sourceMap: readonly (readonly [from: string, to: string])[];
  /** What `__hidden#N_` stands for, by N. */
  readonly names: readonly string[];
}

interface DsymPlist {
  readonly originalUuid?: Uuid;
  readonly sourceMap: Words["sourceMap"];
}

/** `DBGVersion` 3: the map as given; 2: without the last two parts of each path; older ones were wrong and are left alone. */
export function dsymPlist(bytes: Uint8Array): DsymPlist {
  const { value } = readPlist(bytes);
  const plist = isDictionary(value) ? value : {};
  const version = Number(plist["DBGVersion"] ?? 1);
  const parts = version === 2 ? 2 : 0;
  const remapping = plist["DBGSourcePathRemapping"];
  const pairs = isDictionary(remapping) ? Object.entries(remapping) : [];
  const original = parseUuid(typeof plist["DBGOriginalUUID"] === "string" ? plist["DBGOriginalUUID"] : "");
  return {
    ...(original !== undefined && { originalUuid: original }),
    sourceMap:
      version < 2
        ? []
        : pairs
            .flatMap(([from, to]) => (typeof to === "string" ? [[cut(from, parts), cut(to, parts)] as const] : []))
            .filter(([from]) => from !== "")
            .sort(([a], [b]) => b.length - a.length),
  };
}

const isDictionary = (value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const cut = (path: string, parts: number): string =>
  parts === 0 ? path.replace(/\/+$/, "") : path.split("/").slice(0, -parts).join("/");

const MAP_HEAD = /^BCSymbolMap Version: \d+\.\d+\r?\n/;

/** The first line says what it is; line N behind it is what `__hidden#N_` stands for. */
export function symbolMap(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder().decode(bytes);
  const head = MAP_HEAD.exec(text);
  if (head === null) throw new FormatError("damaged", "no symbol map: the first line does not say so");
  // Names of Objective-C carry a byte that keeps the compiler from putting an underscore before them.
  return text
    .slice(head[0].length)
    .split(/\r?\n/)
    .map((name) => (name.startsWith("\u0001") ? name.slice(1) : name));
}

const HIDDEN = /__hidden#(\d{1,9})_/g;

function inWords(frame: ResolvedFrame, { names, sourceMap }: Words): ResolvedFrame {
  const shown = (text: string) => text.replace(HIDDEN, (hidden, number: string) => names[Number(number)] || hidden);
  const file = frame.file === undefined ? undefined : shown(frame.file);
  const found =
    file === undefined ? undefined : sourceMap.find(([from]) => file === from || file.startsWith(`${from}/`));
  return {
    ...frame,
    name: shown(frame.name),
    ...(file !== undefined && { file: found === undefined ? file : found[1] + file.slice(found[0].length) }),
  };
}
