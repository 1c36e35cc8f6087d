/** What classification and grouping answer. The shapes are final (INTERFACES); the rules behind them grow. */

export type Confidence = "high" | "medium" | "low" | "provisional";

export interface Evidence {
  /** A pointer into the report: `body#/termination/code`, `line:41`, `thread/0/frame/1`. */
  readonly where: string;
  readonly text: string;
}

export interface Hypothesis {
  /** A category of the catalogue: `null-pointer`, `watchdog`, `swift-trap`, … */
  readonly id: string;
  readonly detail?: string;
  readonly title: string;
  readonly confidence: Confidence;
  /** 0 to 1, for ranking only. */
  readonly score: number;
  readonly evidence: readonly Evidence[];
  readonly against: readonly Evidence[];
  readonly checkFirst: string;
  readonly advice: string;
}

export interface Diagnosis {
  readonly rulesVersion: number;
  readonly inconclusive: boolean;
  readonly tags: readonly string[];
  /** Best first. Empty for what is no crash. */
  readonly hypotheses: readonly Hypothesis[];
}

export interface Signature {
  /** 32 hex digits; equal for equal crashes, across builds. */
  readonly key: string;
  /** Category and detail: `null-pointer`, `watchdog/scene-update`. */
  readonly family: string;
  /** In source words: "Null dereference in Orders.nickname". */
  readonly title: string;
  readonly confidence: Confidence;
  /** The canonical parts the key was made of, in order. */
  readonly why: readonly string[];
  readonly version: number;
}
