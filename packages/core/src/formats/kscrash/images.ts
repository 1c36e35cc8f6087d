/** `binary_images`: the loaded binaries; and which of them an address lies in. */
import { parseUuid } from "../../bytes/uuid.ts";
import type { Image, JsonValue } from "../../report.ts";
import { arrayOf, bigOf, defined, numberOf, objectOf, textOf } from "../json-fields.ts";
import { MAX_IMAGES } from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";

export interface KsCrashImages {
  readonly images: readonly Image[];
  /** What the images left for the reader: the message of a failed check of Swift, an assertion. */
  readonly messages: Readonly<Record<string, readonly string[]>>;
}

const MESSAGES = ["crash_info_message", "crash_info_message2"] as const;

export function parseImages(value: JsonValue | undefined, problems: ProblemList): KsCrashImages {
  const entries = arrayOf(value) ?? [];
  const images: Image[] = [];
  const messages = new Map<string, string[]>();
  for (const [i, entry] of entries.entries()) {
    if (i >= MAX_IMAGES) {
      problems.add("limit-reached", `keeps ${MAX_IMAGES} of ${entries.length} images`, "body#/binary_images");
      break;
    }
    const source = objectOf(entry);
    const base = bigOf(source?.["image_addr"]);
    if (source === undefined || base === undefined) {
      problems.add("unreadable-image", "image without an address", `body#/binary_images/${i}`);
      continue;
    }
    const path = textOf(source["name"]);
    const name = path === undefined ? "???" : path.slice(path.lastIndexOf("/") + 1);
    const size = numberOf(source["image_size"]);
    images.push({
      name,
      base,
      size: size !== undefined && Number.isSafeInteger(size) && size > 0 ? size : 0,
      ...defined({
        path,
        uuid: parseUuid(textOf(source["uuid"]) ?? ""),
        arch: archOf(numberOf(source["cpu_type"]), numberOf(source["cpu_subtype"])),
      }),
    });
    for (const key of MESSAGES) {
      const text = textOf(source[key]);
      if (text !== undefined) messages.set(name, [...(messages.get(name) ?? []), text]);
    }
  }
  return { images, messages: Object.fromEntries(messages) };
}

const ARMV7 = new Map([
  [6, "armv6"],
  [9, "armv7"],
  [11, "armv7s"],
  [12, "armv7k"],
]);

/** Mach's numbers, as in a Mach-O header; the top byte of a subtype holds capabilities. */
function archOf(type: number | undefined, subtype: number | undefined): string | undefined {
  const kind = subtype === undefined ? 0 : subtype & 0x00ff_ffff;
  switch (type) {
    case 0x0100_000c:
      return kind === 2 ? "arm64e" : "arm64";
    case 0x0200_000c:
      return "arm64_32";
    case 0x0100_0007:
      return kind === 8 ? "x86_64h" : "x86_64";
    case 12:
      return ARMV7.get(kind) ?? "armv7";
    case 7:
      return "i386";
    default:
      return undefined;
  }
}

/** The image whose range holds an address, by binary search: a hostile report has many of both. */
export function createImageFinder(images: readonly Image[]): (address: bigint) => number | undefined {
  const sorted = images
    .map(({ base, size }, index) => ({ index, base, end: base + BigInt(size) }))
    .filter(({ base, end }) => end > base)
    .sort((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : 0));
  return (address) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle]?.base ?? 0n) <= address) low = middle + 1;
      else high = middle;
    }
    const candidate = sorted[low - 1];
    return candidate !== undefined && address < candidate.end ? candidate.index : undefined;
  };
}
