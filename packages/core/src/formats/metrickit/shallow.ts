/**
 * What is kept beside the model: a payload may nest as deep as its trees, while what walks `metadata` recurses. Values that nest deeper than
 * any of MetricKit's are left out.
 */
import type { JsonValue } from "../../report.ts";
import type { JsonObject } from "../json-fields.ts";
import type { ProblemList } from "../problem-list.ts";

/** `signpostData`, `stableMetadata`, `diagnosticInsights` nest two or three deep. */
export const MAX_KEPT_DEPTH = 16;

export function keepShallow(metadata: JsonObject, problems: ProblemList): JsonObject {
  const entries = Object.entries(metadata).filter(([key, value]) => {
    const isShallow = nestsAtMost(value, MAX_KEPT_DEPTH);
    if (!isShallow) problems.add("limit-reached", `leaves out a value that nests too deeply`, `body#/${key}`);
    return isShallow;
  });
  return entries.length === Object.keys(metadata).length ? metadata : Object.fromEntries(entries);
}

function nestsAtMost(value: JsonValue, depth: number): boolean {
  let level: readonly JsonValue[] = [value];
  for (let left = depth; level.length > 0; left--) {
    const below: JsonValue[] = [];
    for (const item of level) {
      if (item === null || typeof item !== "object") continue;
      if (left === 0) return false;
      for (const member of Array.isArray(item) ? item : Object.values(item)) below.push(member as JsonValue);
    }
    level = below;
  }
  return true;
}
