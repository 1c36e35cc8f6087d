/** `debug_meta.images`: the loaded binaries. Later versions say `debug_id` and `code_file` for `uuid` and `name`. */
import { parseUuid } from "../../bytes/uuid.ts";
import type { Image, JsonValue } from "../../report.ts";
import { archOfCpu } from "../cpu-arch.ts";
import { bigOf, defined, numberOf, objectOf, textOf } from "../json-fields.ts";
import { MAX_IMAGES } from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";

export function parseImages(entries: readonly JsonValue[] = [], problems: ProblemList): readonly Image[] {
  if (entries.length > MAX_IMAGES) {
    problems.add("limit-reached", `keeps ${MAX_IMAGES} of ${entries.length} images`, "body#/debug_meta/images");
  }
  return entries.slice(0, MAX_IMAGES).flatMap((entry, i) => {
    const source = objectOf(entry);
    const base = bigOf(source?.["image_addr"]);
    if (source === undefined || base === undefined) {
      problems.add("unreadable-image", "image without an address", `body#/debug_meta/images/${i}`);
      return [];
    }
    const path = textOf(source["code_file"]) ?? textOf(source["name"]);
    const size = numberOf(source["image_size"]);
    return [
      {
        name: path === undefined ? "???" : path.slice(path.lastIndexOf("/") + 1),
        base,
        size: size !== undefined && Number.isSafeInteger(size) && size > 0 ? size : 0,
        ...defined({
          path: path?.includes("/") === true ? path : undefined,
          // A Breakpad id has the age of the file behind the UUID.
          uuid: parseUuid((textOf(source["uuid"]) ?? textOf(source["debug_id"]) ?? "").slice(0, 36)),
          arch: textOf(source["arch"]) ?? archOfCpu(numberOf(source["cpu_type"]), numberOf(source["cpu_subtype"])),
        }),
      },
    ];
  });
}
