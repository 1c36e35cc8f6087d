/**
 * What Meter, a library around MetricKit, writes when an exception is thrown that nobody catches: lines of a number and a JSON object. 1 is
 * the exception (name and reason in base64), 2 a return address, 3 the image of one of them.
 */
import { parseUuid } from "../../bytes/uuid.ts";
import type { Frame, Image, ImageOffset, Parsed, Report } from "../../report.ts";
import type { TextFormat, TextSource } from "../format.ts";
import { readJson } from "../json.ts";
import { bigOf, defined, type JsonObject, objectOf, textOf } from "../json-fields.ts";
import { MAX_FRAMES, MAX_IMAGES, MAX_LINE_LENGTH } from "../limits.ts";
import { ProblemList } from "../problem-list.ts";
import { moment } from "./window.ts";

const HEAD = /^1 \{"type": ?"\w{1,20}"/m;

export const exceptionLogFormat: TextFormat = {
  format: "metrickit",
  is: (text) => HEAD.test(text),
  parse: (source) => [parseExceptionLog(source)],
};

function parseExceptionLog({ text, firstLine }: TextSource): Parsed<Report> {
  const problems = new ProblemList();
  let head: JsonObject = {};
  const addresses: bigint[] = [];
  const images = new Map<bigint, Image>();
  let number = firstLine - 1;
  for (let at = 0; at < text.length;) {
    const found = text.indexOf("\n", at);
    const end = found < 0 ? text.length : found;
    const line = text.slice(at, Math.min(end, at + MAX_LINE_LENGTH));
    at = end + 1;
    number++;
    const object = /^[123] \{/.test(line) ? objectOf(readJson(line, 2).value) : undefined;
    if (object === undefined) {
      if (line.trim() !== "") problems.add("unreadable-value", "a line of another kind", `line:${number}`);
    } else if (line.startsWith("1")) head = object;
    else if (line.startsWith("2")) take(addresses, bigOf(object["pc"]), number, problems);
    else if (images.size < MAX_IMAGES) {
      const image = imageOf(object);
      if (image === undefined) problems.add("unreadable-image", "an image without an address", `line:${number}`);
      else images.set(image.base, image);
    } else problems.add("limit-reached", `keeps ${MAX_IMAGES} images`, `line:${number}`);
  }
  return { value: reportOf(head, addresses, [...images.values()]), problems: problems.items };
}

function take(addresses: bigint[], address: bigint | undefined, line: number, problems: ProblemList): void {
  if (address === undefined) problems.add("unreadable-frame", "a frame without an address", `line:${line}`);
  else if (addresses.length < MAX_FRAMES) addresses.push(address);
  else problems.add("limit-reached", `keeps ${MAX_FRAMES} frames`, `line:${line}`);
}

function imageOf(source: JsonObject): Image | undefined {
  const base = bigOf(source["address"]);
  const path = textOf(source["path"]);
  if (base === undefined) return undefined;
  const name = path?.slice(path.lastIndexOf("/") + 1) ?? "???";
  return { name, base, size: 0, ...defined({ path, uuid: parseUuid(textOf(source["uuid"]) ?? "") }) };
}

function reportOf(head: JsonObject, addresses: readonly bigint[], images: readonly Image[]): Report {
  const name = base64(textOf(head["name"])) ?? "NSException";
  const reason = base64(textOf(head["reason"])) ?? "";
  const frames = addresses.map((address) => frameAt(address, images));
  const app = images.find(({ path }) => path !== undefined && path.includes(".app/") && !path.startsWith("/System/"));
  return {
    format: "metrickit",
    kind: "crash",
    ...defined({ crashedAt: moment(head["time_ms"]) }),
    app: defined({ name: app?.name }),
    os: {},
    device: {},
    process: defined({ name: app?.name, path: app?.path }),
    applicationSpecificInformation: {
      CoreFoundation: [`*** Terminating app due to uncaught exception '${name}', reason: '${reason}'`],
    },
    crashedThread: 0,
    lastExceptionBacktrace: frames,
    threads: [{ index: 0, crashed: true, frames, startsAtCall: true }],
    images,
    metadata: { exceptionReason: { type: "objc-exception", name, composed_message: reason } },
  };
}

/** Without sizes an address belongs to the image that is loaded last below it, if it is near enough to be in one. */
function frameAt(address: bigint, images: readonly Image[]): Frame {
  let best: number | undefined;
  for (const [i, { base }] of images.entries()) {
    if (base <= address && base > (images[best ?? -1]?.base ?? -1n)) best = i;
  }
  const base = images[best ?? -1]?.base;
  if (best === undefined || base === undefined || address - base >= MAX_IMAGE_SPAN) return { address };
  return { image: best, imageOffset: Number(address - base) as ImageOffset, address };
}
export const MAX_IMAGE_SPAN = 0x1000_0000n;

function base64(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_LINE_LENGTH || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
