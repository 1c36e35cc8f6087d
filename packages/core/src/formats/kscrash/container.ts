/**
 * What KSCrash writes: one JSON object per report, or the array its HTTP sink posts. The elements are objects, or strings where a
 * formatter ran before the sink (JSON again, or Apple's text). Described by the reports of its own repository, versions 2.0 to 3.x.
 */
import { type JsonObject, objectOf } from "../json-fields.ts";

/** `report` says what it is, `crash` what happened; everything else may be missing. */
export function isKsCrash(object: JsonObject): boolean {
  return objectOf(object["report"]) !== undefined && (objectOf(object["crash"]) !== undefined || hasRecrash(object));
}

/**
 * The crash handler itself crashed: what it had written of the first report stands inside, and is the one that matters.
 */
export function innerReport(object: JsonObject): JsonObject | undefined {
  const inner = objectOf(object["recrash_report"]);
  return inner !== undefined && objectOf(inner["crash"]) !== undefined ? inner : undefined;
}

const hasRecrash = (object: JsonObject): boolean => innerReport(object) !== undefined;
