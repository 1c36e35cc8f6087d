/**
 * The canonical text of everything the diagnosis reads from a raw report, before symbolication. Equal texts have equal signatures,
 * so that symbolication and grouping run once per text, and late symbols change only what a text maps to. The hub hashes it.
 */
import type { Frame, Report } from "../report.ts";
import { imageRole } from "../symbolicate/image-role.ts";
import { blamedStack } from "./group/v2/blamed-stack.ts";
import { isBusyKill } from "./group/v2/busy.ts";
import { memoryKillParts } from "./group/v2/memory-kill.ts";
import { exceptionName, factsOf, FIRST_PAGE_BYTES, onStackGuard } from "./facts.ts";
import { killCodeOf } from "./termination-codes.ts";

/** Frames beyond this never change a signature; deep recursion would otherwise make every report unique. */
export const MAX_RAW_KEY_FRAMES = 100;

export function rawKeyText(report: Report, appId: string): string {
  const facts = factsOf(report);
  const { exception = {}, termination } = report;
  const blamed = blamedStack(report);
  const frames = blamed.isSampled ? blamed.frames : facts.stack.frames;
  const roles = new Map(report.images.map((image, index) => [index, imageRole(image, report).charAt(0)]));
  return [
    appId,
    report.kind,
    report.process.isSimulated ? "simulated" : "",
    report.process.isNonFatal ? "non-fatal" : "",
    report.process.cpuType ?? "",
    exception.type ?? "",
    exception.signal ?? "",
    withoutNumbers(exception.subtype ?? ""),
    withoutNumbers(exception.codes ?? ""),
    withoutNumbers(exception.message ?? ""),
    facts.faultAddress === undefined ? "" : facts.faultAddress < FIRST_PAGE_BYTES ? "first page" : "elsewhere",
    onStackGuard(facts) ? "stack guard" : "",
    facts.elidedFrames > MAX_RAW_KEY_FRAMES ? "recursion" : "",
    facts.isAtStackPointer ? "at the stack pointer" : "",
    termination?.namespace ?? "",
    (killCodeOf(report) ?? termination?.code)?.toString() ?? "",
    termination?.byProcess ?? "",
    ...(termination?.reasons ?? []).map(withoutNumbers),
    ...(termination?.details ?? []).map(withoutNumbers),
    exceptionName(facts) ?? "",
    ...facts.messages.map(({ image, text }) => `${image}: ${withoutNumbers(text)}`),
    facts.stack.where.replace(/\d+/, ""),
    ...(memoryKillParts(report) ?? []),
    blamed.queue ?? "",
    isBusyKill(report) ? "busy" : "",
    frames.length >= MAX_RAW_KEY_FRAMES ? "deep" : "",
    ...frames.slice(0, MAX_RAW_KEY_FRAMES).map((frame) => frameText(report, frame, roles)),
  ].join("\n");
}

/** Addresses, counters and ids differ from report to report without changing what happened. */
function withoutNumbers(text: string): string {
  return text.replace(/0x[0-9a-f]+|\d+/gi, "#").replace(/\n/g, " ");
}

function frameText(report: Report, frame: Frame, roles: ReadonlyMap<number, string>): string {
  const image = frame.image === undefined ? undefined : report.images[frame.image];
  const place = image ? `${image.uuid ?? image.name}+${frame.imageOffset ?? "?"}` : "?";
  const role = frame.image === undefined ? "" : (roles.get(frame.image) ?? "");
  return `${role} ${place} ${frame.symbol?.function ?? ""}${frame.inlined ? " inlined" : ""}`;
}
