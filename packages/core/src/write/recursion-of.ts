/** Recursion that a report leaves out, as the keys an `.ips` has for it. */
import type { Thread } from "../report.ts";
import { isSameFrame } from "../formats/apple-text/recursion.ts";
import { defined, type JsonObject } from "../formats/json-fields.ts";

/** Rounds are left out behind a whole one: the frame before the gap is the one each round has. */
export function leftOutFrames({ elided = [] }: Thread, frames: readonly JsonObject[]): JsonObject {
  if (elided.length === 0) return {};
  const physical = frames.filter((frame) => frame["inline"] !== true);
  let missing = 0;
  const infos: JsonObject[] = [];
  for (const { after, count, levels } of elided) {
    const keyFrame = physical[after - 1];
    const first = after + missing;
    missing += count;
    if (levels === undefined || keyFrame === undefined) continue;
    const shown = physical.filter((frame) => isSameFrame(frame, keyFrame)).length;
    infos.push({ hottestElided: first, coldestElided: first + count - 1, depth: levels + shown, keyFrame });
  }
  return defined({
    originalLength: physical.length + missing,
    recursionInfoArray: infos.length === 0 ? undefined : infos,
  }) as JsonObject;
}
