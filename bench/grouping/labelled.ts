/** A report whose bug is known. */
import type { Analysis } from "@windfall/core";

export interface LabelledReport {
  readonly id: string;
  readonly bug: string;
  /** Bugs that may be told apart or not. */
  readonly family: string;
  /** What the bug is drawn from; for looking at what goes wrong. */
  readonly kind: string;
  readonly build: string;
  readonly isMissing: boolean;
  readonly analysis: Analysis;
  /** The same report once its dSYM has come. */
  readonly later?: Analysis;
}
