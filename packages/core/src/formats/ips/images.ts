/** `usedImages`: the binaries of the process. The anonymous null image stands for "no image" and is not kept. */
import { parseUuid } from "../../bytes/uuid.ts";
import type { Image, JsonValue } from "../../report.ts";
import { arrayOf, bigOf, defined, type JsonObject, numberOf, objectOf, textOf, without } from "../json-fields.ts";
import { MAX_IMAGES } from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";

export interface IpsImages {
  readonly images: readonly Image[];
  /** Per entry of `usedImages`: where frames of it belong. */
  readonly slots: readonly ImageSlot[];
  /** Keys beyond the model, for entries that have some. */
  readonly rest: readonly JsonObject[];
}

/** An image of the report; the null image, whose frames carry an absolute address; or an entry that could not be read. */
export type ImageSlot = { readonly image: number; readonly base: bigint } | "absolute" | "unreadable";

/** `source` says P for nearly everything; what it tells (the null image) is told by `slots`. */
const KNOWN = [
  "name",
  "path",
  "uuid",
  "arch",
  "base",
  "size",
  "source",
  "CFBundleIdentifier",
  "CFBundleShortVersionString",
];

/** `expected`: whether there are frames that point into the list. */
export function parseImages(value: JsonValue | undefined, expected: boolean, problems: ProblemList): IpsImages {
  const images: Image[] = [];
  const slots: ImageSlot[] = [];
  const rest: JsonObject[] = [];
  const entries = arrayOf(value) ?? [];
  if (entries.length === 0 && expected) {
    problems.add("missing-part", "the list of images is missing: frames are only offsets", "body#/usedImages");
  }
  for (const [i, entry] of entries.entries()) {
    if (i >= MAX_IMAGES) {
      problems.add("limit-reached", `keeps ${MAX_IMAGES} of ${entries.length} images`, "body#/usedImages");
      break;
    }
    const source = objectOf(entry);
    const base = bigOf(source?.["base"]);
    if (source === undefined || base === undefined) {
      problems.add("unreadable-image", "image without a base address", `body#/usedImages/${i}`);
      slots.push("unreadable");
    } else if (isNullImage(source, base)) slots.push("absolute");
    else {
      slots.push({ image: images.length, base });
      const more = without(source, KNOWN);
      if (more !== undefined) rest.push({ index: images.length, ...more });
      images.push(imageOf(source, base));
    }
  }
  return { images, slots, rest };
}

const isNullImage = (source: JsonObject, base: bigint): boolean =>
  base === 0n && textOf(source["name"]) === undefined && textOf(source["path"]) === undefined;

function imageOf(source: JsonObject, base: bigint): Image {
  const path = textOf(source["path"]);
  const size = numberOf(source["size"]);
  return {
    name: textOf(source["name"]) ?? path?.slice(path.lastIndexOf("/") + 1) ?? nameOfSource(textOf(source["source"])),
    base,
    size: size !== undefined && Number.isSafeInteger(size) && size > 0 ? size : 0,
    ...defined({
      path,
      uuid: parseUuid(textOf(source["uuid"]) ?? ""),
      arch: textOf(source["arch"]),
      bundleId: textOf(source["CFBundleIdentifier"]),
      version: textOf(source["CFBundleShortVersionString"]),
    }),
  };
}

/** Nameless entries that are not the null image: the shared cache as a whole, or parts of the kernel. */
function nameOfSource(source: string | undefined): string {
  switch (source) {
    case "S":
    case "C":
      return "dyld shared cache";
    case "K":
    case "U":
    case "T":
      return "kernel";
    default:
      return "???";
  }
}
