/**
 * Which bug a report is of: what kind of end, and the frames that name the culprit, by names that last from build to build.
 * docs/grouping.md tells how it was chosen and how good it is.
 */
import { sha256Hex } from "../../../bytes/sha256.ts";
import { demangle } from "../../../demangle/demangle.ts";
import type { Report } from "../../../report.ts";
import type { Diagnosis, Signature } from "../../diagnosis.ts";
import { blamedStack } from "./blamed-stack.ts";
import { type Cause, causeOf } from "./cause.ts";
import { familyOf } from "./family.ts";
import { type LogicalFrame, logicalStack } from "./logical-stack.ts";
import { memoryKillParts } from "./memory-kill.ts";
import { WEIGHTS } from "./roles.ts";

/** Raised whenever an equal report may get another key; stored signatures are mapped to the new ones. */
export const SIGNATURE_VERSION = 2;

/**
 * @example
 * const { key, title } = signatureOf(report, classify(report));
 */
export function signatureOf(report: Report, diagnosis: Diagnosis): Signature {
  const family = familyOf(report, diagnosis);
  const memory = memoryKillParts(report);
  const { frames, queue } = blamedStack(report);
  const stack = logicalStack(report, frames);
  const cause: Cause = memory
    ? { frames: [], confidence: "high" }
    : causeOf(report, diagnosis.hypotheses[0]?.id ?? "", stack);
  const facts = memory ?? (cause.confidence === "low" ? family.facts : []);
  const where = cause.confidence === "low" && queue !== undefined && isLasting(queue) ? [`queue ${queue}`] : [];
  const parts = [`v${SIGNATURE_VERSION}`, family.key, ...facts, ...cause.frames.map(({ name }) => name), ...where];
  return {
    key: sha256Hex(new TextEncoder().encode(parts.join("\n"))).slice(0, 32),
    family: family.shown,
    title: titleOf(report, diagnosis, cause, facts),
    confidence: stack.length === 0 && KNOWN_WITHOUT_STACK.test(family.shown) ? "high" : cause.confidence,
    why: [`v${SIGNATURE_VERSION}`, family.key, ...facts, ...cause.frames.map(told), ...where],
    version: SIGNATURE_VERSION,
  };
}

const KNOWN_WITHOUT_STACK = /^(dyld-load|jetsam)/;

/** Labels with numbers are of one of many queues, made anew each time. */
const isLasting = (queue: string): boolean => !/\d{2,}|0x/.test(queue);

const told = ({ name, role }: LogicalFrame): string => `${name} (${role}, ${WEIGHTS[role]})`;

function titleOf(report: Report, diagnosis: Diagnosis, { frames }: Cause, facts: readonly string[]): string {
  const what = diagnosis.hypotheses[0]?.title ?? titleOfKind(report.kind);
  const frame = titleFrame(frames);
  if (frame === undefined) return facts.length === 0 ? what : `${what}: ${facts.join(", ")}`;
  if (frame.isNamed) return `${what} in ${shownName(frame)}`;
  return `${what} at ${placeOf(frame, report)}`;
}

/** Of a helper and its caller the caller: that is where the mistake is. */
const titleFrame = (frames: readonly LogicalFrame[]): LogicalFrame | undefined =>
  frames[0]?.role === "helper" ? (frames[1] ?? frames[0]) : frames[0];

/** In source words, without what the compiler made of it. */
function shownName({ name }: LogicalFrame): string {
  const closures = name.split(" closure").length - 1;
  const base = demangle(closures === 0 ? name : name.slice(0, name.indexOf(" closure")));
  const plain = base.replace(/\.(getter|setter|modify|read|addressor)$/, "").replace(/\(\)$/, "");
  return closures === 0 ? plain : `${plain} (closure)`;
}

function placeOf({ name }: LogicalFrame, report: Report): string {
  if (name === "") return "an unknown place";
  const [uuid = "", offset = ""] = name.split("+");
  const image = report.images.find((candidate) => candidate.uuid === uuid)?.name ?? uuid;
  return `${image} + ${offset}`;
}

const KIND_TITLES: Readonly<Record<string, string>> = {
  cpu: "CPU use",
  launch: "Slow launch",
  jetsam: "Killed for memory",
};

const titleOfKind = (kind: string): string =>
  KIND_TITLES[kind] ?? `${kind.charAt(0).toUpperCase()}${kind.slice(1).replaceAll("-", " ")}`;
