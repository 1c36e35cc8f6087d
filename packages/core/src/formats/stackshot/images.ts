/**
 * `binaryImages` of a stackshot: `[uuid, base, kind]`, without names. The shared cache of the system is one entry, so that
 * a frame in it tells no library.
 */
import { parseUuid } from "../../bytes/uuid.ts";
import type { Image, JsonValue } from "../../report.ts";
import type { ImageSlot } from "../ips/images.ts";
import { arrayOf, bigOf, defined, textOf } from "../json-fields.ts";
import { MAX_IMAGES } from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";

export interface StackshotImages {
  readonly images: readonly Image[];
  /** Per entry of the list: where frames of it belong. */
  readonly slots: readonly ImageSlot[];
}

const SYSTEM_NAMES: Readonly<Record<string, string>> = {
  S: "dyld shared cache",
  C: "dyld shared cache",
  U: "kernel cache",
  T: "kernel",
  K: "kernel",
};

/** `mainUuid`: of the binary the report is about, where its head tells. */
export function parseStackshotImages(
  value: JsonValue | undefined,
  main: { readonly uuid: string | undefined; readonly name: string | undefined },
  problems: ProblemList,
): StackshotImages {
  const images: Image[] = [];
  const slots: ImageSlot[] = [];
  const entries = arrayOf(value) ?? [];
  const mainUuid = parseUuid(main.uuid ?? "");
  for (const [i, entry] of entries.entries()) {
    if (i >= MAX_IMAGES) {
      problems.add("limit-reached", `keeps ${MAX_IMAGES} of ${entries.length} images`, "body#/binaryImages");
      break;
    }
    const [id, start, kind] = arrayOf(entry) ?? [];
    const base = bigOf(start);
    if (base === undefined) {
      problems.add("unreadable-image", "image without a base address", `body#/binaryImages/${i}`);
      slots.push("unreadable");
      continue;
    }
    const uuid = parseUuid(textOf(id) ?? "");
    if (kind === "A" || (uuid === undefined && base === 0n)) {
      slots.push("absolute");
      continue;
    }
    const system = SYSTEM_NAMES[textOf(kind) ?? ""];
    const own = uuid !== undefined && uuid === mainUuid ? main.name : undefined;
    slots.push({ image: images.length, base });
    images.push({
      // A name would be better, but the report has none; debug files are found by the UUID.
      name: system ?? own ?? (uuid === undefined ? "???" : `image ${uuid.slice(0, 8)}`),
      base,
      size: 0,
      ...defined({ uuid }),
    });
  }
  return { images, slots };
}
