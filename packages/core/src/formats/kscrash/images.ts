/** `binary_images`: the loaded binaries. */
import { parseUuid } from "../../bytes/uuid.ts";
import type { Image, JsonValue } from "../../report.ts";
import { archOfCpu } from "../cpu-arch.ts";
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
        arch: archOfCpu(numberOf(source["cpu_type"]), numberOf(source["cpu_subtype"])),
      }),
    });
    for (const key of MESSAGES) {
      const text = textOf(source[key]);
      if (text !== undefined) messages.set(name, [...(messages.get(name) ?? []), text]);
    }
  }
  return { images, messages: Object.fromEntries(messages) };
}
