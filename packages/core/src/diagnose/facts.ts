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
  /** Points at a fact so that a page can jump to it. */
  readonly where: (path: string) => string;
}

/** The name Swift gives the frame of a failed run-time check; it is the reason, not a function. */
export const SWIFT_FAILURE_PREFIX = "Swift runtime failure: ";

export function factsOf(report: Report): Facts {
  const stack = chooseStack(report);
  const region = report.metadata["vmRegionInfo"] ?? report.metadata["vmregioninfo"];
  return {
    report,
    stack,
    functions: stack.frames.map(functionName),
    messages: messagesOf(report),
    faultAddress: faultAddress(report),
    region: typeof region === "string" ? region : "",
    where: (path) => `${report.format === "ips" ? "body" : "report"}#/${path}`,
  };
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

function faultAddress(report: Report): bigint | undefined {
  const { exception } = report;
  if (exception?.type !== "EXC_BAD_ACCESS") return undefined;
  const text =
    /\bat (0x[0-9a-f]{1,16})/i.exec(exception.subtype ?? "")?.[1] ??
    /\bat (0x[0-9a-f]{1,16})/i.exec(exception.codes ?? "")?.[1] ??
    /^0x[0-9a-f]+, *(0x[0-9a-f]{1,16})/i.exec(exception.codes ?? "")?.[1];
  return text === undefined ? undefined : BigInt(text);
}
