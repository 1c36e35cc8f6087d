/** What the page and its worker tell each other. Everything passes as a copy; a `Blob` passes as a handle to the same file. */
import type { AnalysisJson, FormatErrorCode, Uuid } from "@windfall/core";

/** A file somebody handed over, under the name they know it by: `Harbor.dSYM/Contents/Resources/DWARF/Harbor`. */
export interface GivenFile {
  readonly path: string;
  readonly file: Blob;
  /** Found in a folder that was handed over: a .txt or .json in it may be anything. */
  readonly found?: true;
}

/** As text (Apple's, with the names that are known), as the bytes it came in, and as those without what tells whom it happened to. */
export type ReportForm = "text" | "original" | "scrubbed";

export type ToWorker =
  | { readonly kind: "add"; readonly files: readonly GivenFile[] }
  | { readonly kind: "fetch"; readonly call: number; readonly reportId: number; readonly form: ReportForm }
  | { readonly kind: "forget" };

export type FromWorker =
  | { readonly kind: "reading"; readonly path: string }
  /** Again under the same id when symbols arrived after it. */
  | { readonly kind: "report"; readonly report: ReadReport }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "symbols"; readonly symbols: GivenSymbols }
  | { readonly kind: "idle" }
  /** Nothing that was sent before this counts any more. */
  | { readonly kind: "forgotten" }
  | { readonly kind: "fetched"; readonly call: number; readonly blob: Blob | undefined };

export interface ReadReport {
  readonly id: number;
  /** The file, and the entry inside it where it is an archive. */
  readonly path: string;
  /** Which report of a file that holds several. */
  readonly index: number;
  readonly analysis: AnalysisJson;
}

export interface Refusal {
  readonly path: string;
  readonly code: FormatErrorCode | "too-many" | "unreadable";
  readonly message: string;
}

export interface GivenSymbols {
  /** As symbolication names it. */
  readonly path: string;
  /** The file it was handed over in: itself, or an archive. */
  readonly given: string;
  readonly sizeBytes: number;
  readonly slices: readonly { readonly uuid: Uuid; readonly arch: string; readonly hasDebugInfo: boolean }[];
}
