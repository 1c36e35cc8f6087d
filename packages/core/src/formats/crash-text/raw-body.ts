/** A text report as its lines say it, before numbers are given their images and words their meaning. */
import type { Image } from "../../report.ts";
import type { FrameLine } from "./grammar.ts";
import type { Gap } from "./recursion.ts";

export interface RawThread {
  readonly number: number;
  name?: string;
  queue?: string;
  crashed: boolean;
  readonly frames: PlacedFrameLine[];
  readonly gaps: Gap[];
  registers?: Map<string, bigint>;
  /** The words behind the esr (arm64) or the error code (Intel), which say the fault in short. */
  faultWords?: string;
}

/** A frame and the 1-based lines it stands on; a symbol with a line feed in it takes several. */
export interface PlacedFrameLine extends FrameLine {
  readonly line: number;
  readonly lastLine: number;
}

export interface RawBody {
  readonly labels: ReadonlyMap<string, readonly string[]>;
  readonly threads: readonly RawThread[];
  readonly images: readonly Image[];
  /** The same with the null image ("none") where it stands. */
  readonly imageLines: readonly (Image | "none")[];
  readonly hasImageList: boolean;
  /** A thread is blamed for what it used, as reports of resources do: `Thread 2 Attributed:`. */
  readonly isAttributed: boolean;
  readonly lastException?: readonly PlacedFrameLine[];
  /** The raw form `(0x1836… 0x1a2…)`. */
  readonly lastExceptionAddresses: readonly bigint[];
  /** The 1-based lines it stands on. */
  readonly lastExceptionLines?: { readonly first: number; readonly last: number };
  /** Lines under `Termination Reason`. */
  readonly reasons: readonly string[];
  /** Free text, by the heading as it stands. */
  readonly sections: ReadonlyMap<string, readonly string[]>;
}
