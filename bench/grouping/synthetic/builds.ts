/** What happens to the functions of the app from one build to the next, and the symbols that a build's dSYM would hold. */
import type { Image, ImageOffset, ResolvedFrame, SymbolProvider, SymbolSlice, Uuid } from "@windfall/core";
import { linkerName, type MadeFunction, type NameState } from "./names.ts";
import { BUILDS } from "./program.ts";
import { createRandom, type Random } from "./random.ts";

export interface Build {
  readonly index: number;
  readonly uuid: Uuid;
  readonly state: (made: MadeFunction) => FunctionState;
  readonly symbols: MadeSymbols;
}

export interface FunctionState extends NameState {
  readonly file: string;
  readonly firstLine: number;
  /** Inlined into its caller in this build. */
  readonly isInlined: boolean;
  /** A thunk of the compiler's stands between it and its caller. */
  readonly hasThunk: boolean;
}

export function makeBuilds(seed: number): readonly Build[] {
  const known = new Map<MadeFunction, readonly FunctionState[]>();
  const random = createRandom(seed * 7919 + 13);
  return Array.from({ length: BUILDS }, (_, index) => ({
    index,
    uuid: uuidOf(random),
    symbols: createMadeSymbols(),
    state(made): FunctionState {
      const states = known.get(made) ?? history(made, random);
      known.set(made, states);
      const state = states[index];
      if (state === undefined) throw new Error(`no build ${index}`);
      return state;
    },
  }));
}

function history(made: MadeFunction, random: Random): readonly FunctionState[] {
  const isPackage = made.language === "swift" && made.module.endsWith("Kit");
  const name = made.language === "swift" ? made.type : "Engine";
  const folder =
    isPackage && made.language === "swift" ? `SourcePackages/checkouts/${made.module}/Sources` : "App/Sources";
  const renamedIn = random.chance(0.1) ? 1 + random.int(BUILDS - 1) : BUILDS;
  let ordinals: readonly number[] = [random.int(4), random.int(2)];
  let line = 20 + random.int(400);
  let asyncPart = random.int(3);
  return Array.from({ length: BUILDS }, (_, index) => {
    if (random.chance(0.4)) ordinals = ordinals.map((ordinal) => ordinal + random.int(2));
    if (random.chance(0.6)) line += random.int(12);
    if (random.chance(0.2)) asyncPart += 1;
    return {
      file: `/Users/dev/${folder}/${name}${index >= renamedIn ? "Parts" : ""}.swift`,
      firstLine: line,
      ordinals,
      asyncPart,
      specialisation: random.chance(0.75) ? "none" : random.chance(0.5) ? "signature" : "generic",
      isInlined: random.chance(0.3),
      hasThunk: random.chance(0.15),
    };
  });
}

export interface MadeSymbols {
  /** The offset in the binary of a place with this answer. */
  place(frames: readonly ResolvedFrame[]): number;
  readonly byOffset: ReadonlyMap<number, readonly ResolvedFrame[]>;
}

function createMadeSymbols(): MadeSymbols {
  const byOffset = new Map<number, readonly ResolvedFrame[]>();
  const places = new Map<string, number>();
  return {
    byOffset,
    place(frames) {
      const text = JSON.stringify(frames);
      const known = places.get(text);
      if (known !== undefined) return known;
      const offset = 0x4000 + places.size * 16;
      places.set(text, offset);
      // Return addresses are looked up one instruction before.
      byOffset.set(offset, frames);
      byOffset.set(offset - 4, frames);
      return offset;
    },
  };
}

/** The physical frame of `chain`, what is inlined first; the last is the function that the symbol table knows. */
export function resolutionOf(chain: readonly MadeFunction[], build: Build, reason?: string): readonly ResolvedFrame[] {
  const frames: ResolvedFrame[] = chain.map((made, i) => {
    const state = build.state(made);
    const isLast = i === chain.length - 1;
    return {
      name: linkerName(made, state),
      file: state.file,
      // Optimised code often has no line of its own.
      line: (state.firstLine + i) % 3 === 0 ? 0 : state.firstLine + 4,
      inlined: !isLast,
      source: "dwarf" as const,
      ...(isLast && { functionOffset: 64 }),
    };
  });
  const file = frames[0]?.file ?? "";
  return reason === undefined
    ? frames
    : [{ name: `Swift runtime failure: ${reason}`, file, line: 0, inlined: true, source: "dwarf" }, ...frames];
}

/** All builds' symbols but those of the reports in question. */
export function providerOf(builds: readonly Build[], isMissing: boolean): SymbolProvider {
  const slices = new Map<string, SymbolSlice>(
    builds.map(({ uuid, symbols }): [string, SymbolSlice] => [
      uuid,
      {
        uuid,
        arch: "arm64",
        textAddress: 0x1_0000_0000n,
        textSize: 0x100_0000,
        hasDebugInfo: true,
        resolve: async (offsets: readonly ImageOffset[]) => offsets.map((offset) => symbols.byOffset.get(offset)),
      },
    ]),
  );
  return {
    async find(image: Image) {
      const slice = isMissing || image.uuid === undefined ? undefined : slices.get(image.uuid);
      return slice ? { status: "found", slice } : { status: "missing" };
    },
  };
}

function uuidOf(random: Random): Uuid {
  const hex = Array.from({ length: 32 }, () => "0123456789abcdef"[random.int(16)]).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") as Uuid;
}
