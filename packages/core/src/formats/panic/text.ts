/**
 * A panic as text: `.panic` files of macOS, the body of 110, and what people paste of a panic string. The backtrace is of
 * the kernel; kernel extensions in it are listed with their UUIDs and addresses.
 */
import { parseUuid } from "../../bytes/uuid.ts";
import type { Frame, Image, ImageOffset, Parsed, Report } from "../../report.ts";
import type { TextFormat, TextSource } from "../format.ts";
import { HEADER_KEYS, headerFacts } from "../ips/report.ts";
import { defined, without } from "../json-fields.ts";
import { MAX_FRAMES, MAX_IMAGES, MAX_STRING_LENGTH } from "../limits.ts";
import { parseOs } from "../os-version.ts";
import { ProblemList } from "../problem-list.ts";
import { TextLines } from "../text-lines.ts";
import { hasPanicLine, parsePanicString } from "./panic-string.ts";

export const panicTextFormat: TextFormat = {
  format: "text",
  is: (text) => hasPanicLine(text) || /^[ \t>]{0,64}\*\*\* Panic Report \*\*\*/m.test(text),
  parse: (source) => [parsePanicText(source)],
};

/** `0xffff… : 0xffff…` of Intel, `lr: 0xffff…  fp: 0xffff…` of arm64. */
const FRAME =
  /^\s{0,64}(?:0x[0-9a-f]{1,16} : (0x[0-9a-f]{1,16})|lr: {1,8}(0x[0-9a-f]{1,16}) {1,8}fp: )(?: [\w.-]{1,200} : (\S{1,500}?)(?: \+ 0x([0-9a-f]{1,8}))?\s{0,8}$)?/;
/** `com.apple.driver.X(1.2.3)[UUID]@0xffff…->0xffff…` */
const EXTENSION =
  /^\s{0,64}([\w.-]{1,200})\(([^()]{0,100})\)\[([0-9A-Fa-f-]{36})\]@(0x[0-9a-f]{1,16})->(0x[0-9a-f]{1,16})/;
const KERNEL_UUID = /^Kernel UUID: {1,8}([0-9A-Fa-f-]{36})/m;
const KERNEL_BASE = /^Kernel text base: {1,8}(0x[0-9a-f]{1,16})/m;
/** The value stands on the next line. */
const OS_VERSION = /^(?:Mac )?OS version:\s{1,8}(\S.{0,100})$/im;
const MODEL = /^System model name: {0,8}([\w,]{1,40})/m;
const KEY = /^(?:Anonymous UUID|CrashReporter Key): {1,40}([\w-]{1,64})/m;

function parsePanicText({ text, header = {}, firstLine }: TextSource): Parsed<Report> {
  const problems = new ProblemList();
  const known = headerFacts(header);
  const kept = text.slice(0, MAX_STRING_LENGTH);
  if (kept.length < text.length) {
    problems.add("limit-reached", `reads the first ${MAX_STRING_LENGTH} characters of the text`);
  }
  const images = kernelOf(kept);
  const addresses: { readonly address: bigint; readonly symbol: Frame["symbol"] }[] = [];
  const lines = new TextLines(kept, { offset: 0, line: firstLine, prefix: "" });
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const extension = extensionOf(line);
    if (extension !== undefined) {
      if (images.length < MAX_IMAGES) images.push(extension);
      continue;
    }
    const [match, intel, arm, name, offset] = FRAME.exec(line) ?? [];
    if (match === undefined) continue;
    if (addresses.length >= MAX_FRAMES) {
      problems.add("limit-reached", `keeps ${MAX_FRAMES} frames of the backtrace`, `line:${lines.number}`);
      break;
    }
    addresses.push({ address: BigInt(intel ?? arm ?? "0"), symbol: symbolOf(name, offset) });
  }
  const { facts } = parsePanicString(kept);
  const model = MODEL.exec(kept)?.[1];
  const frames = addresses.map(({ address, symbol }) => ({ ...place(address, images), ...(symbol && { symbol }) }));
  const value: Report = {
    format: "text",
    kind: "panic",
    ...known,
    os: { ...defined({ platform: "macOS" as const }), ...known.os, ...osOf(kept) },
    device: defined({ model }),
    process: defined({ name: facts.process, crashReporterKey: KEY.exec(kept)?.[1] }),
    applicationSpecificInformation: {},
    ...(frames.length > 0 && { crashedThread: 0 }),
    threads: frames.length === 0 ? [] : [{ index: 0, crashed: true, frames, startsAtCall: true }],
    images,
    panic: facts,
    metadata: { panicString: kept, ...defined({ header: without(header, HEADER_KEYS) }) },
  };
  return { value, problems: problems.items };
}

function osOf(text: string): Report["os"] {
  const value = OS_VERSION.exec(text)?.[1]?.trim();
  return defined({ build: parseOs({ text: value }).build });
}

function kernelOf(text: string): Image[] {
  const base = KERNEL_BASE.exec(text)?.[1];
  const uuid = parseUuid(KERNEL_UUID.exec(text)?.[1] ?? "");
  return base === undefined ? [] : [{ name: "kernel", base: BigInt(base), size: 0, ...defined({ uuid }) }];
}

function extensionOf(line: string): Image | undefined {
  const [match, name = "", version, id = "", first = "0", last = "0"] = EXTENSION.exec(line) ?? [];
  if (match === undefined) return undefined;
  const base = BigInt(first);
  const size = BigInt(last) - base + 1n;
  return {
    name: name.slice(name.lastIndexOf(".") + 1),
    base,
    size: size > 0n && size <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(size) : 0,
    bundleId: name,
    ...defined({ uuid: parseUuid(id), version }),
  };
}

function symbolOf(name: string | undefined, offset: string | undefined): Frame["symbol"] {
  if (name === undefined) return undefined;
  return {
    // Mach-O's own underscore stands before every name.
    function: name.replace(/^_/, ""),
    ...(offset !== undefined && { functionOffset: Number.parseInt(offset, 16) }),
    source: "report",
  };
}

/** In an extension, else in the kernel where that is near enough. */
function place(address: bigint, images: readonly Image[]): Frame {
  const inside = images.findIndex(({ base, size }) => size > 0 && address >= base && address < base + BigInt(size));
  const kernel = images.findIndex(({ base, size }) => size === 0 && address >= base && address < base + KERNEL_BYTES);
  const index = inside >= 0 ? inside : kernel;
  const base = images[index]?.base;
  return base === undefined
    ? { address }
    : { image: index, imageOffset: Number(address - base) as ImageOffset, address };
}

/** Its code spans some 10 MiB; what lies farther is an extension that is not listed. */
const KERNEL_BYTES = 0x400_0000n;
