/**
 * The first signature: what happened, and the first frames of the app it happened in. Equal across builds as long as those names are.
 * `version` is the grouping version; a later algorithm gets its own, and stored signatures are mapped to it.
 */
import { sha256Hex } from "../bytes/sha256.ts";
import type { Report } from "../report.ts";
import { displayName } from "../symbolicate/display-name.ts";
import type { Confidence, Diagnosis, Signature } from "./diagnosis.ts";
import { type LogicalFrame, logicalFrames } from "./logical-frames.ts";
import { chooseStack } from "./stack.ts";

export const SIGNATURE_VERSION = 1;

const APP_FRAMES = 2;
const SYSTEM_FRAMES = 3;

/**
 * @example
 * const { key, title } = signatureOf(report, classify(report));
 */
export function signatureOf(report: Report, diagnosis: Diagnosis): Signature {
  const [verdict] = diagnosis.hypotheses;
  const category = verdict?.id ?? report.kind;
  const family = verdict?.detail === undefined ? category : `${category}/${verdict.detail}`;
  const { frames, confidence } = blame(logicalFrames(report, chooseStack(report).frames));
  const why = [`v${SIGNATURE_VERSION}`, family, ...frames.map(({ text }) => text)];
  return {
    key: sha256Hex(new TextEncoder().encode(why.join("\n"))).slice(0, 32),
    family,
    title: titleOf(verdict?.title ?? titleOfKind(report.kind), frames[0], report),
    confidence: verdict?.id === "dyld-load" ? "high" : confidence,
    why,
    version: SIGNATURE_VERSION,
  };
}

/** The frames that name the culprit: the app's own, else its frameworks', else the system's. */
function blame(frames: readonly LogicalFrame[]): { frames: readonly LogicalFrame[]; confidence: Confidence } {
  const own = frames.filter(({ role }) => role === "app").slice(0, APP_FRAMES);
  if (own.length > 0) return { frames: own, confidence: own[0]?.named ? "high" : "provisional" };
  const bundled = frames.filter(({ role }) => role === "framework").slice(0, APP_FRAMES);
  if (bundled.length > 0) return { frames: bundled, confidence: bundled[0]?.named ? "medium" : "provisional" };
  return { frames: frames.slice(0, SYSTEM_FRAMES), confidence: "low" };
}

function titleOf(what: string, first: LogicalFrame | undefined, report: Report): string {
  if (!first) return what;
  if (first.named) return `${what} in ${displayName(first.text)}`;
  const [uuid = "", offset = ""] = first.text.split("+");
  const image = report.images.find((candidate) => candidate.uuid === uuid)?.name ?? uuid;
  return `${what} at ${image} + ${offset}`;
}

const KIND_TITLES: Readonly<Record<string, string>> = { cpu: "CPU use", launch: "Slow launch" };

const titleOfKind = (kind: string): string =>
  KIND_TITLES[kind] ?? `${kind.charAt(0).toUpperCase()}${kind.slice(1).replaceAll("-", " ")}`;
