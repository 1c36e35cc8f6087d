/**
 * The door between a report and whatever holds debug files: a folder (CLI), the hub's store, dropped files (browser).
 * Symbolication asks for one image at a time and never learns where the answer came from.
 */
import type { Image, ImageOffset, Problem, Uuid } from "../report.ts";

/** What the debug information says about one address: innermost first, the last is the concrete function. Never empty. */
export type Resolution = readonly ResolvedFrame[];

export interface ResolvedFrame {
  /** Linkage name without Mach-O's leading underscore, else the plain name (C, Objective-C). */
  readonly name: string;
  /** Path as the debug information gives it; absent when only the symbol table knows the address. */
  readonly file?: string;
  /** 1-based; 0 is the compiler's "no line" and stays 0 here. */
  readonly line?: number;
  /** Bytes from the start of the concrete function; on the last frame only. */
  readonly functionOffset?: number;
  readonly inlined: boolean;
  readonly source: "dwarf" | "symbol-table";
}

/**
 * What a debug file without DWARF is good for. `debug-map`: it is the binary, linked on a machine that still has the DWARF in its object
 * files; `nothing`: not even a symbol table.
 */
export type LesserContents = "names" | "debug-map" | "nothing";

/** The symbols of one architecture slice of one binary. */
export interface SymbolSlice {
  readonly uuid: Uuid;
  readonly arch: string;
  /** Address and bytes of `__TEXT` in the file: what a slide counts from. */
  readonly textAddress: bigint;
  readonly textSize: number;
  /** Whether it has DWARF, or only a symbol table. */
  readonly hasDebugInfo: boolean;
  /** Of a slice without DWARF, where it can be told. */
  contents?(): Promise<LesserContents>;
  /** Lies with the symbol map of its own UUID: the app was archived with bitcode, and App Store built it again under other UUIDs. */
  readonly bitcode?: true;
  /** One answer per offset, in order; `undefined` where nothing covers it. Offsets are looked up as given: the caller adjusts return addresses. */
  resolve(offsets: readonly ImageOffset[]): Promise<readonly (Resolution | undefined)[]>;
  /** What could not be read so far; grows as parts of the file are looked at. The rest still answers. */
  readonly problems?: readonly Problem[];
}

export type SymbolLookup =
  | { readonly status: "found"; readonly slice: SymbolSlice; readonly path?: string }
  | { readonly status: "missing" }
  /** A debug file of the same name is held, with another UUID: another build. */
  | { readonly status: "uuid-mismatch"; readonly path?: string; readonly uuid: Uuid; readonly bitcode?: true }
  /** The right file is held, but without a slice of this architecture. */
  | { readonly status: "wrong-architecture"; readonly path?: string; readonly arch: string };

export interface SymbolProvider {
  find(image: Image): Promise<SymbolLookup>;
}

/** `system` = part of the OS: its symbols are never in an app's dSYMs. */
export type ImageSymbolStatus = SymbolLookup["status"] | "system";

export interface ImageSymbols {
  readonly name: string;
  readonly uuid?: Uuid;
  readonly arch?: string;
  readonly status: ImageSymbolStatus;
  readonly path?: string;
  /** Why a mismatch is one: the UUID or architecture that is held instead. */
  readonly held?: string;
  /** Of a mismatch: what is held was archived with bitcode. */
  readonly bitcode?: true;
  /** Of symbols that were found: that they give no files and lines. */
  readonly holds?: LesserContents;
  /** Of symbols that were found: names in them were taken out, and the symbol map that has them is not here. */
  readonly hiddenNames?: true;
}
