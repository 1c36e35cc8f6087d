/**
 * One pass over the lines of a text report, sorted by what they are. Sections are told one by one: the text of a simulator
 * has the head of one dialect and the threads of another.
 */
import type { Image } from "../../report.ts";
import {
  MAX_FRAMES,
  MAX_IMAGES,
  MAX_LABELS,
  MAX_LINE_LENGTH,
  MAX_SECTION_LINES,
  MAX_STRING_LENGTH,
  MAX_THREADS,
} from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";
import type { TextLines } from "../text-lines.ts";
import { isImageLine, parseImageLine } from "./binary-images.ts";
import {
  isEnd,
  isNothing,
  looksLikeFrame,
  matchFrame,
  matchLabel,
  matchSection,
  matchState,
  matchThread,
  matchThreadName,
  matchUnknownLabel,
  matchUnknownSection,
  type SectionLine,
} from "./grammar.ts";
import { type AnnouncedGap, frameNumber, type Gap, gapBefore, matchRecursion } from "./recursion.ts";
import type { PlacedFrameLine, RawBody, RawThread } from "./raw-body.ts";
import { readProcessorLine, readRegisters } from "./registers.ts";

/** Reads one report; stops behind `EOF`, at the end, or before the head of another report. */
export function readBody(lines: TextLines, problems: ProblemList): RawBody & { readonly another: boolean } {
  const reader = new BodyReader(lines, problems);
  const another = reader.run();
  return { ...reader.result(), another };
}

type Place =
  | { readonly kind: "head"; label: string }
  | { readonly kind: "thread"; readonly thread: RawThread | undefined }
  | { readonly kind: "state"; readonly registers: Map<string, bigint>; readonly thread: RawThread | undefined }
  | { readonly kind: "last-exception" }
  | { readonly kind: "images" }
  | { readonly kind: "text"; readonly lines: string[]; readonly name: string }
  /** What stands here is about another process end than the report: nothing of it may mix with the rest. */
  | { readonly kind: "apart"; readonly lines: string[] };

/** KSCrash's: its own handler crashed. Without a head of its own, the threads that follow have the numbers of those above. */
const APART = "Handler crashed while reporting";

class BodyReader {
  readonly #lines: TextLines;
  readonly #problems: ProblemList;
  readonly #labels = new Map<string, string[]>();
  readonly #threads = new Map<number, RawThread>();
  readonly #names = new Map<number, { readonly name?: string; readonly queue?: string }>();
  readonly #images: Image[] = [];
  readonly #imageLines: (Image | "none")[] = [];
  readonly #sections = new Map<string, string[]>();
  readonly #reasons: string[] = [];
  readonly #addresses: bigint[] = [];
  #addressLines: RawBody["lastExceptionLines"];
  #lastException: PlacedFrameLine[] | undefined;
  #hasImageList = false;
  #isAttributed = false;
  #lastNumber = -1;
  #announced: AnnouncedGap | undefined;
  #place: Place = { kind: "head", label: "" };
  #afterBlank = true;

  constructor(lines: TextLines, problems: ProblemList) {
    this.#lines = lines;
    this.#problems = problems;
  }

  result(): RawBody {
    return {
      labels: this.#labels,
      threads: [...this.#threads.values()],
      images: this.#images,
      imageLines: this.#imageLines,
      hasImageList: this.#hasImageList,
      isAttributed: this.#isAttributed,
      ...(this.#lastException && { lastException: this.#lastException }),
      lastExceptionAddresses: this.#addresses,
      ...(this.#addressLines && { lastExceptionLines: this.#addressLines }),
      reasons: this.#reasons,
      sections: this.#sections,
    };
  }

  run(): boolean {
    for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
      if (isEnd(line)) return this.#skipToAnother();
      if (this.#startsAnother(line)) {
        this.#lines.unread();
        return true;
      }
      const isBlank = line.trim() === "";
      if (isBlank) this.#readBlank(line);
      else this.#read(line);
      this.#afterBlank = isBlank;
    }
    return false;
  }

  /** Several reports may stand in one text; SDKs append a second one when their handler crashed. */
  #startsAnother(line: string): boolean {
    return (this.#threads.size > 0 || this.#hasImageList) && isReportStart(line);
  }

  #skipToAnother(): boolean {
    for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
      if (!isReportStart(line)) continue;
      this.#lines.unread();
      return true;
    }
    return false;
  }

  #read(line: string): void {
    const place = this.#place;
    if (place.kind === "apart") return this.#readText(line, place.lines);
    const section = matchSection(line);
    if (section !== undefined) return this.#openSection(section);
    const state = matchState(line);
    if (state !== undefined) return this.#openState(state.number);
    const named = matchThreadName(line);
    if (named !== undefined) {
      if (this.#names.size < MAX_THREADS) this.#names.set(named.number, named);
      return;
    }
    if (isNothing(line)) {
      this.#place = { kind: "head", label: "" };
      return;
    }
    const thread = matchThread(line);
    if (thread !== undefined) {
      this.#isAttributed ||= line.startsWith("Attributed:", line.indexOf(" ", "Thread ".length) + 1);
      return this.#openThread(thread);
    }
    switch (place.kind) {
      case "head":
        return this.#readHead(line, place);
      case "thread":
        return this.#readFrame(line, place.thread?.frames, place.thread?.gaps);
      case "last-exception":
        return this.#readFrame(line, this.#lastException);
      case "images":
        return this.#readImage(line);
      case "state":
        return this.#readState(line, place);
      case "text":
        return this.#readText(line, place.lines);
    }
  }

  /** An empty line ends what a label began; in free text it is a part of it. */
  #readBlank(line: string): void {
    if (this.#place.kind === "head") this.#place.label = "";
    else if (this.#place.kind === "text" || this.#place.kind === "apart") this.#readText(line, this.#place.lines);
  }

  #openSection({ name, rest }: SectionLine): void {
    if (name === "Binary Images") {
      this.#hasImageList = true;
      this.#place = { kind: "images" };
    } else if (name === "Last Exception Backtrace") {
      this.#lastException ??= [];
      this.#place = { kind: "last-exception" };
      if (rest !== "") this.#readFrame(rest, this.#lastException);
    } else {
      const lines = this.#sections.get(name) ?? [];
      if (this.#sections.size < MAX_SECTION_LINES) this.#sections.set(name, lines);
      this.#place = name === APART ? { kind: "apart", lines } : { kind: "text", lines, name };
      if (rest !== "") lines.push(rest);
    }
  }

  #openState(number: number | undefined): void {
    const registers = new Map<string, bigint>();
    const thread = number === undefined ? undefined : this.#thread(number);
    if (thread !== undefined) thread.registers = registers;
    this.#place = { kind: "state", registers, thread };
  }

  #openThread(head: {
    readonly number: number;
    readonly crashed: boolean;
    readonly name?: string;
    readonly queue?: string;
  }): void {
    const thread = this.#thread(head.number);
    this.#place = { kind: "thread", thread };
    this.#announced = undefined;
    this.#lastNumber = -1;
    if (thread === undefined) return;
    const named = this.#names.get(head.number);
    const name = head.name ?? named?.name;
    const queue = head.queue ?? named?.queue;
    if (name !== undefined) thread.name = name;
    if (queue !== undefined) thread.queue = queue;
    thread.crashed ||= head.crashed;
  }

  #thread(number: number): RawThread | undefined {
    const known = this.#threads.get(number);
    if (known !== undefined) return known;
    if (this.#threads.size >= MAX_THREADS) {
      this.#problems.add("limit-reached", `keeps ${MAX_THREADS} threads`, this.#where());
      return undefined;
    }
    const thread: RawThread = { number, crashed: false, frames: [], gaps: [] };
    this.#threads.set(number, thread);
    return thread;
  }

  #readHead(line: string, place: { label: string }): void {
    const found = matchLabel(line);
    if (found !== undefined) {
      const values = this.#labels.get(found.label) ?? [];
      // macOS prints codes twice; of anything else the first is the report's.
      if (values.length < 4) values.push(found.value);
      this.#labels.set(found.label, values);
      place.label = found.label;
      return;
    }
    switch (place.label) {
      case "VM Region Info":
      case "Exception Reason":
      case "Exception Message":
        this.#continueLabel(place.label, line);
        return;
      case "Termination Reason":
      case "Termination Description":
        if (this.#reasons.length < MAX_SECTION_LINES) this.#reasons.push(line.trim());
        return;
      default:
    }
    const unknown = this.#labels.size > 0 ? matchUnknownLabel(line) : undefined;
    if (unknown !== undefined && !this.#labels.has(unknown.label)) {
      if (this.#labels.size < MAX_LABELS) this.#labels.set(unknown.label, [unknown.value]);
      else this.#problems.add("limit-reached", `keeps ${MAX_LABELS} labels`, this.#where());
      place.label = unknown.label;
      return;
    }
    const section = this.#labels.size > 0 && this.#afterBlank ? matchUnknownSection(line) : undefined;
    if (section !== undefined) return this.#openSection(section);
    // A report that starts late: frames without the head of their thread belong to the first one.
    if (this.#threads.size === 0 && this.#labels.size === 0 && matchFrame(line) !== undefined) {
      this.#openThread({ number: 0, crashed: false });
      this.#read(line);
    }
  }

  #continueLabel(label: string, line: string): void {
    const values = this.#labels.get(label) ?? [];
    const last = values.at(-1) ?? "";
    if (last.length + line.length < MAX_STRING_LENGTH) values[values.length - 1] = `${last}\n${line}`;
    else this.#problems.add("limit-reached", `keeps ${MAX_STRING_LENGTH} characters of ${label}`, this.#where());
  }

  #readFrame(line: string, frames: PlacedFrameLine[] | undefined, gaps?: Gap[]): void {
    if (frames === undefined) return;
    const frame = matchFrame(line);
    if (frame !== undefined) {
      const number = frameNumber(line);
      const announced = this.#announced;
      this.#announced = undefined;
      this.#lastNumber = number;
      const at = { line: this.#lines.number, lastLine: this.#lines.number };
      if (frames.length < MAX_FRAMES) {
        if (announced !== undefined) gaps?.push(gapBefore(frames.length, number, announced));
        frames.push({ ...frame, ...at });
      } else this.#problems.add("limit-reached", `keeps ${MAX_FRAMES} frames of a thread`, this.#where());
      return;
    }
    if (frames === this.#lastException && this.#readAddresses(line)) return;
    const recursion = matchRecursion(line);
    if (recursion !== undefined) {
      if (recursion.levels !== undefined) this.#announced = { levels: recursion.levels, lastNumber: this.#lastNumber };
      return;
    }
    if (looksLikeFrame(line)) {
      this.#problems.add("unreadable-frame", `no address in "${line.slice(0, 80)}"`, this.#where());
      return;
    }
    const last = frames.at(-1);
    // A symbol may hold a line feed: the text of an inlined assertion.
    if (
      last !== undefined &&
      !this.#afterBlank &&
      !line.startsWith("```") &&
      last.rest.length + line.length < MAX_LINE_LENGTH
    ) {
      const rest = `${last.rest}\n${line.trimEnd()}`;
      frames[frames.length - 1] = { ...last, rest, lastLine: this.#lines.number };
    }
  }

  #readAddresses(line: string): boolean {
    if (!/^\s{0,16}\(?0x[0-9a-f]/.test(line)) return false;
    const { number } = this.#lines;
    this.#addressLines = { first: this.#addressLines?.first ?? number, last: number };
    for (const [address] of line.matchAll(/0x[0-9a-fA-F]{1,16}/g)) {
      if (this.#addresses.length < MAX_FRAMES) this.#addresses.push(BigInt(address));
      else {
        this.#problems.add("limit-reached", `keeps ${MAX_FRAMES} frames of the exception backtrace`, this.#where());
        break;
      }
    }
    return true;
  }

  #readImage(line: string): void {
    const image = parseImageLine(line);
    if (image === "none") {
      if (this.#imageLines.length < MAX_IMAGES) this.#imageLines.push(image);
    } else if (image !== undefined) {
      if (this.#imageLines.length < MAX_IMAGES) this.#imageLines.push(image);
      if (this.#images.length < MAX_IMAGES) this.#images.push(image);
      else this.#problems.add("limit-reached", `keeps ${MAX_IMAGES} images`, this.#where());
    } else if (isImageLine(line)) {
      this.#problems.add("unreadable-image", `no name in "${line.slice(0, 80)}"`, this.#where());
    }
  }

  #readState(line: string, { registers, thread }: Extract<Place, { kind: "state" }>): void {
    const words = FAULT_WORDS.exec(line)?.[1];
    if (words !== undefined && thread !== undefined) thread.faultWords ??= words;
    const label = matchLabel(line);
    if (label !== undefined && readProcessorLine(label.label, label.value, registers)) return;
    readRegisters(line, registers);
  }

  #readText(line: string, lines: string[]): void {
    // Some writers print labels behind a section ("Crashed Thread" after the message of the app).
    const label = this.#afterBlank ? matchLabel(line) : undefined;
    if (label !== undefined && this.#threads.size === 0 && !this.#labels.has(label.label)) {
      this.#place = { kind: "head", label: "" };
      this.#readHead(line, this.#place);
    } else if (lines.length < MAX_SECTION_LINES) lines.push(line);
    else this.#problems.add("limit-reached", `keeps ${MAX_SECTION_LINES} lines of a section`, this.#where());
  }

  #where(): string {
    return `line:${this.#lines.number}`;
  }
}

/** `esr: 0x92000046 (Data Abort) byte write Translation fault`, `Error Code:      0x00000006 (no mapping for user data write)`. */
const FAULT_WORDS = /^(?:.{0,80} esr:|Error Code:) {1,8}0x[0-9a-f]{1,16} (.{1,200})$/;

/** The two first lines Apple's writers have: iOS begins with the incident, macOS with the process. */
export function isReportStart(line: string): boolean {
  return /^(?:Incident Identifier:\s|Process:\s.{0,500}\[\d{1,10}\]\s*$)/.test(line);
}
