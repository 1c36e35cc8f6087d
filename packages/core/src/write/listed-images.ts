/** The images of a report as `usedImages`. */
import type { Image, Report } from "../report.ts";
import { defined, type JsonObject } from "../formats/json-fields.ts";
import { integer } from "./apple-json.ts";

export interface ListedImages {
  readonly entries: readonly JsonObject[];
  /** Position in the list of an image of the report. */
  readonly indexOf: (image: number) => number;
  /** That of the null image: frames outside every image lie in it. */
  readonly nowhere: number;
}

const NULL_IMAGE: JsonObject = { size: 0, source: "A", base: 0, uuid: "00000000-0000-0000-0000-000000000000" };

export function listImages(report: Report, lines: readonly (Image | "none")[] | undefined): ListedImages {
  const order: (number | "none")[] = [];
  let next = 0;
  for (const line of lines ?? []) order.push(line === "none" ? "none" : next++);
  // Images that only frames told of stand behind those of the list.
  for (; next < report.images.length; next++) order.push(next);
  const homeless = (frame: { readonly image?: number }) => frame.image === undefined;
  const needsNowhere =
    report.threads.some(({ frames }) => frames.some(homeless)) ||
    report.lastExceptionBacktrace?.some(homeless) === true;
  if (needsNowhere && !order.includes("none")) order.push("none");
  const positions = new Map(order.map((entry, i) => [entry, i]));
  return {
    entries: order.map((entry) => {
      const image = entry === "none" ? undefined : report.images[entry];
      return image === undefined ? NULL_IMAGE : imageEntry(image);
    }),
    indexOf: (image) => positions.get(image) ?? 0,
    nowhere: positions.get("none") ?? 0,
  };
}

function imageEntry(image: Image): JsonObject {
  return defined({
    source: "P",
    arch: image.arch,
    base: integer(image.base),
    CFBundleShortVersionString: image.version,
    CFBundleIdentifier: image.bundleId,
    size: image.size,
    uuid: image.uuid,
    path: image.path,
    name: image.name,
  }) as JsonObject;
}
