/**
 * `originalLength` and `recursionInfoArray` of a thread: how many frames it had, and where rounds of a recursion were left out. The
 * numbers count frames the thread had before functions inlined into them were added (seen on macOS 15 and 26).
 */
import type { ElidedFrames, Frame } from "../../report.ts";
import { arrayOf, defined, type JsonObject, numberOf, objectOf } from "../json-fields.ts";

/** More stretches of recursion than one backtrace has. */
export const MAX_GAPS = 100;

export function elidedFrames(thread: JsonObject | undefined, frames: readonly Frame[]): readonly ElidedFrames[] {
  const original = countOf(thread, "originalLength");
  const infos = arrayOf(thread?.["recursionInfoArray"])?.slice(0, MAX_GAPS) ?? [];
  if (original === undefined && infos.length === 0) return [];
  const physical = frames.filter(({ inlined }) => inlined !== true).length;
  const gaps: ElidedFrames[] = [];
  let missing = 0;
  for (const item of infos) {
    const info = objectOf(item);
    const first = countOf(info, "hottestElided");
    const last = countOf(info, "coldestElided");
    if (first === undefined || last === undefined || last < first) continue;
    const after = Math.min(Math.max(0, first - missing), physical);
    const count = last - first + 1;
    missing += count;
    gaps.push({ after, count, ...defined({ levels: levelsOf(info, thread) }) });
  }
  // A thread that was cut for another reason than recursion has its length alone: what is missing are its outermost frames.
  const cut = (original ?? 0) - physical;
  return infos.length === 0 && cut > 0 ? [{ after: physical, count: cut }] : gaps;
}

/** `depth` counts every round of the recursion, those that are shown included: each has the key frame once. */
function levelsOf(info: JsonObject | undefined, thread: JsonObject | undefined): number | undefined {
  const depth = countOf(info, "depth");
  const key = objectOf(info?.["keyFrame"]);
  if (depth === undefined || key === undefined) return depth;
  const shown = (arrayOf(thread?.["frames"]) ?? []).filter((item) => {
    const frame = objectOf(item);
    return (
      frame?.["imageOffset"] === key["imageOffset"] &&
      frame?.["imageIndex"] === key["imageIndex"] &&
      frame?.["inline"] !== true
    );
  });
  return Math.max(0, depth - shown.length);
}

function countOf(object: JsonObject | undefined, key: string): number | undefined {
  const value = numberOf(object?.[key]);
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
