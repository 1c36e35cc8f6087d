/**
 * Recursion that the system left out of a backtrace, as Apple prints it: after every round that is shown its level, counted down to 1,
 * and in the place of the rounds that are not how many they are. Frames keep the numbers they had.
 */
import { MAX_GAPS } from "../ips/recursion.ts";
import { arrayOf, flagOf, type JsonObject, numberOf, objectOf } from "../json-fields.ts";

export interface Recursion {
  /** Number of the first and last frame that are missing. */
  readonly first: number;
  readonly last: number;
  /** How often the circle went round, shown rounds included. */
  readonly depth: number;
  readonly shown: number;
  /** The frame that each round has once. */
  readonly key: JsonObject;
}

/** Apple pads numbers to what the longest of the thread needs, and at least to three digits. */
const MIN_DIGITS = 3;

export function numberDigits(thread: JsonObject): number {
  const length = numberOf(thread["originalLength"]);
  return Math.max(MIN_DIGITS, length === undefined ? 0 : String(Math.trunc(length)).length);
}

export function recursionsOf(thread: JsonObject): readonly Recursion[] {
  const frames = (arrayOf(thread["frames"]) ?? []).map((frame): JsonObject => objectOf(frame) ?? {});
  return (arrayOf(thread["recursionInfoArray"])?.slice(0, MAX_GAPS) ?? []).flatMap((item) => {
    const info = objectOf(item);
    const key = objectOf(info?.["keyFrame"]);
    const [first, last, depth] = [info?.["hottestElided"], info?.["coldestElided"], info?.["depth"]].map(numberOf);
    if (key === undefined || first === undefined || last === undefined || depth === undefined || last < first)
      return [];
    return [{ first, last, depth, key, shown: frames.filter((frame) => isSameFrame(frame, key)).length }];
  });
}

/** A function inlined into the key frame has its offset, too. */
export function isSameFrame(frame: JsonObject, key: JsonObject): boolean {
  return (
    frame["imageOffset"] === key["imageOffset"] &&
    frame["imageIndex"] === key["imageIndex"] &&
    flagOf(frame["inline"]) !== true
  );
}

export const levelLine = (level: number): string => `-------- RECURSION LEVEL ${level}`;

/** `through` is the address and the name of the key frame, as in its line. */
export function elidedLines(levels: number, through: string): readonly string[] {
  return ["--------", `-------- ELIDED ${levels} LEVELS OF RECURSION THROUGH ${through}`, "--------"];
}
