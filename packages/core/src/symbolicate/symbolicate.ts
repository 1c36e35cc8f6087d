/** Fills in names: one lookup per image, all frames of it in one batch. */
import { FormatError } from "../bytes/errors.ts";
import type { CallTreeNode, Frame, FrameSymbol, Image, ImageOffset, Problem, Report, Thread } from "../report.ts";
import type {
  ImageSymbols,
  Resolution,
  ResolvedFrame,
  SymbolLookup,
  SymbolProvider,
  SymbolSlice,
} from "../symbols/provider.ts";
import { displayName, withDisplayName } from "./display-name.ts";
import { imageRole, isSystemPath, mainImage } from "./image-role.ts";
import { type AddressKind, addressKinds, archOf, firstAddressKind, lookupOffset } from "./lookup-address.ts";
import { offsetOf, type PhysicalFrame, physicalFrames } from "./physical-frames.ts";

/**
 * How far behind the end of its image a frame may lie and still be looked up. Sizes in reports cover `__TEXT` only and
 * some linkers put code into further segments; what lies beyond is a damaged offset, not code.
 */
export const MAX_BEYOND_IMAGE: number = 64 * 1024 * 1024;
/** The same for an image of unknown size: no image spans 4 GiB. */
export const MAX_IMAGE_BYTES: number = 0x1_0000_0000;

export interface Symbolicated {
  readonly report: Report;
  /** One entry per image that a frame uses, and the app's own. */
  readonly symbols: readonly ImageSymbols[];
  /** Debug files that were found and could not be read. */
  readonly problems: readonly Problem[];
}

export interface SymbolicateOptions {
  /** Whether to look up the frames of a thread; all threads unless given. Those of the others stay as the report has them. */
  readonly threads?: (thread: Thread) => boolean;
}

/**
 * The report with the names, files and lines that `provider` knows; everything else stays as the report has it.
 * Without a provider only the state of each image's symbols is told.
 */
export async function symbolicate(
  report: Report,
  provider?: SymbolProvider,
  { threads: isWanted = () => true }: SymbolicateOptions = {},
): Promise<Symbolicated> {
  const threads: readonly (readonly LocatedFrame[])[] = report.threads.map((thread) =>
    isWanted(thread)
      ? locate(thread.frames, report, firstAddressKind(thread, report))
      : physicalFrames(thread.frames, report),
  );
  const trees: readonly (readonly (readonly LocatedFrame[])[])[] = report.threads.map((thread) =>
    isWanted(thread)
      ? locateTree(thread.callTree ?? [], report)
      : (thread.callTree ?? []).map(({ frames }) => physicalFrames(frames, report)),
  );
  // The innermost frame of an exception's backtrace is a return address too: it lies in the function that throws.
  const thrown = report.lastExceptionBacktrace && locate(report.lastExceptionBacktrace, report, "return-address");

  const answers = new Map<LocatedFrame, Resolution>();
  const symbols: ImageSymbols[] = [];
  const problems: Problem[] = [];
  for (const { image, frames } of usesByImage([...threads.flat(), ...(thrown ?? []), ...trees.flat(2)], report)) {
    const system = isSystem(image, report);
    // Reports come with the names of the OS: then nobody need look for symbols that hardly anybody has.
    const allNamed = frames.every(({ entries }) => entries.every((entry) => entry.symbol !== undefined));
    const lookup = provider === undefined || (system && allNamed) ? MISSING : await ask(provider, image, frames);
    symbols.push(imageSymbols(image, lookup, system));
    problems.push(...lookup.problems);
    for (const [frame, resolution] of lookup.resolutions) answers.set(frame, resolution);
  }

  const named = (stack: readonly LocatedFrame[]) => stack.flatMap((frame) => withNames(frame, answers.get(frame)));
  return {
    report: {
      ...report,
      threads: report.threads.map((thread, i) => ({
        ...thread,
        frames: named(threads[i] ?? []),
        ...(thread.callTree && {
          callTree: thread.callTree.map((node, n) => ({ ...node, frames: named(trees[i]?.[n] ?? []) })),
        }),
      })),
      ...(thrown !== undefined && { lastExceptionBacktrace: named(thrown) }),
    },
    symbols,
    problems,
  };
}

/** A physical frame and the offset to look up, where it has one. */
interface LocatedFrame extends PhysicalFrame {
  readonly offset?: ImageOffset;
  readonly lookup?: ImageOffset;
}

interface ImageUse {
  readonly image: Image;
  readonly frames: LocatedFrame[];
}

interface Answer {
  readonly found: SymbolLookup;
  readonly resolutions: ReadonlyMap<LocatedFrame, Resolution>;
  readonly problems: readonly Problem[];
  readonly lacks?: Pick<ImageSymbols, "holds" | "hiddenNames">;
}

const MISSING: Answer = { found: { status: "missing" }, resolutions: new Map(), problems: [] };

function locate(frames: readonly Frame[], report: Report, first: AddressKind): readonly LocatedFrame[] {
  const physical = physicalFrames(frames, report);
  const kinds = addressKinds(
    physical.map(({ frame }) => frame),
    first,
  );
  return physical.map((located, i) => {
    const { frame } = located;
    const image = frame.image === undefined ? undefined : report.images[frame.image];
    const offset = image === undefined ? undefined : offsetOf(frame, image);
    if (image === undefined || offset === undefined) return located;
    const lookup = lookupOffset(offset, kinds[i] ?? "pc", archOf(image, report));
    const end = image.size > 0 ? image.size + MAX_BEYOND_IMAGE : MAX_IMAGE_BYTES;
    return lookup < end ? { ...located, offset, lookup } : located;
  });
}

/** A node with callees was waiting for one of them to return; the others were where they were seen. */
function locateTree(tree: readonly CallTreeNode[], report: Report): readonly (readonly LocatedFrame[])[] {
  return tree.map(({ depth, frames }, i) =>
    locate(frames, report, (tree[i + 1]?.depth ?? 0) > depth ? "return-address" : "pc"),
  );
}

/** Images by UUID, so that one listed twice is asked for once; in the order of the report. The app's own always. */
function usesByImage(frames: readonly LocatedFrame[], report: Report): readonly ImageUse[] {
  const uses = new Map<number, ImageUse>();
  const firstIndex = new Map<string, number>();
  const use = (index: number): ImageUse | undefined => {
    const image = report.images[index];
    if (image === undefined || isNullImage(image)) return undefined;
    const key = image.uuid === undefined ? index : (firstIndex.get(image.uuid) ?? index);
    if (image.uuid !== undefined) firstIndex.set(image.uuid, key);
    const known = uses.get(key) ?? { image, frames: [] };
    uses.set(key, known);
    return known;
  };
  const main = mainImage(report);
  if (main !== undefined) use(report.images.indexOf(main));
  for (const frame of frames) {
    if (frame.frame.image !== undefined) use(frame.frame.image)?.frames.push(frame);
  }
  return [...uses].sort(([a], [b]) => a - b).map(([, known]) => known);
}

/** By its role, or by its path alone: the binary of a system process is the "app" of its reports. */
function isSystem(image: Image, report: Report): boolean {
  return imageRole(image, report) === "system" || (image.path !== undefined && isSystemPath(image.path));
}

/** Apple's stand-in for an address that no image holds. */
function isNullImage(image: Image): boolean {
  return image.uuid === undefined && image.path === undefined && image.base === 0n && image.size === 0;
}

async function ask(provider: SymbolProvider, image: Image, frames: readonly LocatedFrame[]): Promise<Answer> {
  const resolutions = new Map<LocatedFrame, Resolution>();
  try {
    const found = await provider.find(image);
    if (found.status !== "found") return { found, resolutions, problems: [] };
    const offsets = new Set(frames.flatMap(({ lookup }) => (lookup === undefined ? [] : [lookup])));
    const wanted = [...offsets];
    const answers = wanted.length === 0 ? [] : await found.slice.resolve(wanted);
    const byOffset = new Map(wanted.map((offset, i) => [offset, answers[i]]));
    for (const frame of frames) {
      const resolution = frame.lookup === undefined ? undefined : byOffset.get(frame.lookup);
      if (resolution !== undefined && resolution.length > 0) resolutions.set(frame, resolution);
    }
    const lacks = await lacksOf(found.slice, answers);
    return { found, resolutions, problems: [...(found.slice.problems ?? [])], lacks };
  } catch (error) {
    // One damaged debug file must not take the report with it.
    if (!(error instanceof FormatError)) throw error;
    const problem: Problem = { code: "damaged-symbols", message: `${image.name}: ${error.message}` };
    return { found: { status: "missing" }, resolutions, problems: [problem] };
  }
}

/** Placeholders of bitcode builds. */
const HIDDEN = /^__hidden#\d+_$/;

async function lacksOf(
  slice: SymbolSlice,
  answers: readonly (Resolution | undefined)[],
): Promise<Pick<ImageSymbols, "holds" | "hiddenNames">> {
  const holds = slice.hasDebugInfo ? undefined : ((await slice.contents?.()) ?? "names");
  const hidden = answers.some((frames) => frames?.some(({ name }) => HIDDEN.test(name)));
  return { ...(holds !== undefined && { holds }), ...(hidden && { hiddenNames: true }) };
}

function imageSymbols(image: Image, { found: lookup, lacks }: Answer, system: boolean): ImageSymbols {
  return {
    name: image.name,
    ...(image.uuid !== undefined && { uuid: image.uuid }),
    ...(image.arch !== undefined && { arch: image.arch }),
    status: system && lookup.status !== "found" ? "system" : lookup.status,
    ...(lookup.status !== "missing" && lookup.path !== undefined && { path: lookup.path }),
    ...(lookup.status === "uuid-mismatch" && { held: lookup.uuid, ...(lookup.bitcode && { bitcode: true }) }),
    ...lacks,
    ...(lookup.status === "wrong-architecture" && { held: lookup.arch }),
  };
}

/** The entries of a physical frame, replaced as a whole where the debug file knows better. */
function withNames({ entries, frame, offset, lookup }: LocatedFrame, resolution: Resolution | undefined): Frame[] {
  if (resolution === undefined || offset === undefined || lookup === undefined || knowsLess(resolution, entries)) {
    return [...entries.slice(0, -1), frame].map(withDisplayName);
  }
  const behindLookup = offset - lookup;
  return resolution.map((resolved) => ({
    ...(frame.image !== undefined && { image: frame.image }),
    imageOffset: offset,
    address: frame.address,
    symbol: symbolOf(resolved, behindLookup),
    ...(resolved.inlined && { inlined: true }),
  }));
}

/** A symbol table without lines does not replace what a local symbolication left in the report. */
function knowsLess(resolution: Resolution, entries: readonly Frame[]): boolean {
  const hasFile = entries.some(({ symbol }) => symbol?.file !== undefined);
  return hasFile && resolution.every(({ file }) => file === undefined);
}

/** Apple's word for a function without a name. */
const NAMELESS = "???";

function symbolOf(resolved: ResolvedFrame, behindLookup: number): FrameSymbol {
  return {
    // Some inlined functions have no name in the DWARF; their file and line still help.
    ...(resolved.name === ""
      ? { function: NAMELESS }
      : { function: displayName(resolved.name), linkageName: resolved.name }),
    ...(resolved.functionOffset !== undefined && { functionOffset: resolved.functionOffset + behindLookup }),
    ...(resolved.file !== undefined && { file: resolved.file }),
    ...(resolved.line !== undefined && resolved.line > 0 && { line: resolved.line }),
    source: resolved.source,
  };
}
