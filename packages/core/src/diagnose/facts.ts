/** What the rules ask of a report, computed once: the chosen stack with its names, the fault address, every message, where each fact stands. */
import type { Frame, Report } from "../report.ts";
import type { Evidence } from "./diagnosis.ts";
import { chooseStack, type ChosenStack } from "./stack.ts";

/** Addresses below one page (16 KiB on Apple silicon) are an offset from nil. */
export const FIRST_PAGE_BYTES = 0x4000n;

export interface Message {
  readonly image: string;
  readonly text: string;
  /** Where it stands in the report. */
  readonly place: string;
}

export interface Facts {
  readonly report: Report;
  readonly stack: ChosenStack;
  /** Function names of the chosen stack, innermost first; "" where there is none. */
  readonly functions: readonly string[];
  readonly messages: readonly Message[];
  /** The address of a bad access. */
  readonly faultAddress: bigint | undefined;
  /** Text about the memory region around the fault address. */
  readonly region: string;
  /** Frames of the chosen thread that the system left out because they go in a circle. */
  readonly elidedFrames: number;
  /** The fault lies just below where the stack of the thread ended: only a stack that is full has no memory there. */
  readonly isAtStackPointer: boolean;
  /** Points at a fact so that a page can jump to it. */
  readonly where: (path: string) => string;
}

/** The name Swift gives the frame of a failed run-time check; it is the reason, not a function. */
export const SWIFT_FAILURE_PREFIX = "Swift runtime failure: ";

export function factsOf(report: Report): Facts {
  const stack = chooseStack(report);
  return {
    report,
    stack,
    functions: stack.frames.map(functionName),
    messages: messagesOf(report),
    faultAddress: faultAddress(report),
    region: regionOf(report),
    elidedFrames: elidedOf(report, stack),
    isAtStackPointer: isAtStackPointer(report, stack),
    where: (path) => `${report.format === "ips" ? "body" : "report"}#/${path}`,
  };
}

/** `.ips` and translations, its twin, MetricKit, text that macOS 11 and older wrote itself. */
const REGION_KEYS = ["vmRegionInfo", "vmregioninfo", "virtualMemoryRegionInfo", "VM Regions Near"];

function regionOf({ metadata }: Report): string {
  return REGION_KEYS.map((key) => metadata[key]).find((value) => typeof value === "string") ?? "";
}

/** The line of the region that the fault address lies in has an arrow, of three hyphens or of two. */
export const onStackGuard = ({ region, faultAddress }: Pick<Facts, "region" | "faultAddress">): boolean =>
  faultAddress !== undefined && /^ {0,8}--?-> .{0,40}\bSTACK GUARD/im.test(region);

/** A function reserves at most this much at once before it writes to it. */
const STACK_STEP_BYTES = 0x4000n;

function isAtStackPointer(report: Report, { where }: ChosenStack): boolean {
  const fault = faultAddress(report);
  const index = /^threads\/(\d+)$/.exec(where)?.[1];
  const registers = index === undefined ? undefined : report.threads[Number(index)]?.registers;
  const pointer = registers?.["sp"] ?? registers?.["rsp"];
  if (fault === undefined || pointer === undefined || pointer === 0n) return false;
  return fault >= pointer - STACK_STEP_BYTES && fault <= pointer + 0x100n;
}

function elidedOf({ threads }: Report, { where }: ChosenStack): number {
  const index = /^threads\/(\d+)$/.exec(where)?.[1];
  const elided = index === undefined ? undefined : threads[Number(index)]?.elided;
  return (elided ?? []).reduce((sum, { count, levels }) => sum + (levels === undefined ? 0 : count), 0);
}

const functionName = (frame: Frame): string => frame.symbol?.function ?? "";

/** Evidence that a message matches, or `undefined`. */
export function messageEvidence(
  facts: Facts,
  pattern: RegExp,
  counts?: (message: Message) => boolean,
): Evidence | undefined {
  const found = facts.messages.find((message) => pattern.test(message.text) && (counts?.(message) ?? true));
  return found && { where: facts.where(found.place), text: oneLine(found.text) };
}

/** Evidence that one of the first `depth` frames has a name that matches, or `undefined`. */
export function frameEvidence(
  facts: Facts,
  pattern: RegExp,
  depth: number = Number.POSITIVE_INFINITY,
): Evidence | undefined {
  const index = facts.functions.findIndex((name, i) => i < depth && pattern.test(name));
  return index < 0 ? undefined : { where: frameWhere(facts, index), text: oneLine(facts.functions[index] ?? "") };
}

/** A frame of the symbolicated report: inlined frames have no place of their own in the raw one. */
export function frameWhere({ stack }: Facts, index: number): string {
  return `report#/${stack.where}${stack.where.startsWith("threads/") ? "/frames" : ""}/${index}`;
}

/** A fact that formats write in their own ways: it stands in the report as we show it. */
export const ofModel = (path: string): string => `report#/${path}`;

const MAX_EVIDENCE_LENGTH = 300;

export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > MAX_EVIDENCE_LENGTH ? `${line.slice(0, MAX_EVIDENCE_LENGTH)}…` : line;
}

/** The class of an uncaught exception: NSRangeException. Not in every report of one. */
export function exceptionName({ report, messages }: Facts): string | undefined {
  const reason = report.metadata["exceptionReason"];
  const name = reason !== null && typeof reason === "object" && "name" in reason ? reason["name"] : undefined;
  if (typeof name === "string" && /^[\w.:]{1,120}$/.test(name)) return name;
  return messages.map(({ text }) => /uncaught exception '([^']{1,120})'/i.exec(text)?.[1]).find(Boolean);
}

/** Stands for the image of a message that the exception itself carries. */
export const EXCEPTION_REASON = "exceptionReason";

/** RFC 6901: a name inside a JSON pointer. */
const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

function messagesOf(report: Report): Message[] {
  const messages = Object.entries(report.applicationSpecificInformation).flatMap(([image, lines]) =>
    lines.map((text) => ({ image, text, place: `asi/${escaped(image)}` })),
  );
  const reason = report.metadata["exceptionReason"];
  const text =
    typeof reason === "string"
      ? reason
      : reason !== null && typeof reason === "object" && "composed_message" in reason
        ? reason["composed_message"]
        : undefined;
  if (typeof text === "string") messages.push({ image: EXCEPTION_REASON, text, place: EXCEPTION_REASON });
  return messages;
}

/** Writers of SDKs name the signal alone. */
export const isBadAccess = ({ exception }: Report): boolean =>
  exception?.type === "EXC_BAD_ACCESS" ||
  (exception?.type === undefined && /^SIG(SEGV|BUS)$/.test(exception?.signal ?? ""));

function faultAddress(report: Report): bigint | undefined {
  const { exception } = report;
  if (!isBadAccess(report)) return undefined;
  const text =
    /\bat (0x[0-9a-f]{1,16})/i.exec(exception?.subtype ?? "")?.[1] ??
    /\bat (0x[0-9a-f]{1,16})/i.exec(exception?.codes ?? "")?.[1] ??
    /^0x[0-9a-f]+, *(0x[0-9a-f]{1,16})/i.exec(exception?.codes ?? "")?.[1];
  return text === undefined ? undefined : BigInt(text);
}
