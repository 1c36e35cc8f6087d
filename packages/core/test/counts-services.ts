/** The JSON of crash services and their SDKs, counted without the parsers. */
import type { Counts } from "./independent-count.ts";
import { type Json, list, object } from "./loose-json.ts";

/** KSCrash's report, wherever its relatives put it: the first object that has both. */
export function countLikeKsCrash(text: string): Counts {
  const open: Json[] = [object(JSON.parse(text))];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const threads = object(at["crash"])["threads"];
    if (at["binary_images"] !== undefined && threads !== undefined) {
      return {
        kind: "crash",
        threads: list(threads).length,
        frames: list(threads).reduce((sum, thread) => sum + list(object(thread["backtrace"])["contents"]).length, 0),
        images: list(at["binary_images"]).length,
      };
    }
    open.push(
      ...Object.values(at)
        .filter((value) => value !== null && typeof value === "object")
        .map(object),
    );
  }
  return { kind: "other", threads: 0, frames: 0, images: 0 };
}

/** Measure: one exception with its threads beside it. */
export function countMeasure(text: string): Counts {
  const document = object(JSON.parse(text));
  const stacks = [...list(document["exceptions"]), ...list(document["threads"])];
  return {
    kind: document["handled"] === true ? "fault" : "crash",
    threads: stacks.length,
    frames: stacks.reduce((sum, stack) => sum + list(stack["frames"]).length, 0),
    images: list(document["binary_images"]).length,
  };
}
