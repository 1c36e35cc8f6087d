/** Numbers and units of any region and language. */
import { expect, test } from "vitest";
import { MAX_MEASUREMENT_LENGTH, parseMeasurement } from "./measurement.ts";

test.each<[text: string, key: string, region: string | undefined, value: number, unit: string]>([
  ["20 sec", "hangDuration", undefined, 20_000, "ms"],
  ["20 secs.", "hangDuration", "CA", 20_000, "ms"],
  ["20000 ms", "launchDuration", undefined, 20_000, "ms"],
  ["1.5 min", "totalSampledTime", "US", 90_000, "ms"],
  ["2 hr", "cumulativeForegroundTime", "US", 7_200_000, "ms"],
  ["2,717秒", "cumulativeForegroundTime", "CN", 2_717_000, "ms"],
  ["1,530毫秒", "histogrammedTimeToFirstDrawKey", "CN", 1530, "ms"],
  ["1,106,818千字节", "cumulativeLogicalWrites", undefined, 1_106_818_000, "byte"],
  ["79 041 кБ", "cumulativeLogicalWrites", "RU", 79_041_000, "byte"],
  ["79\u00a0041\u00a0кБ", "cumulativeLogicalWrites", undefined, 79_041_000, "byte"],
  ["79\u202f041 ko", "peakMemoryUsage", "FR", 79_041_000, "byte"],
  ["79’041 kB", "peakMemoryUsage", "CH", 79_041_000, "byte"],
  ["2,000 byte", "writesCaused", "CA", 2000, "byte"],
  ["2000 byte", "writesCaused", undefined, 2000, "byte"],
  ["1,5 MB", "peakMemoryUsage", "DE", 1_500_000, "byte"],
  ["1.234.567,8 kB", "peakMemoryUsage", undefined, 1_234_567_800, "byte"],
  ["1,234,567.8 kB", "peakMemoryUsage", undefined, 1_234_567_800, "byte"],
  ["5,125 ms per s", "scrollHitchTimeRatio", "US", 5125, "ms/s"],
  ["5,125 ms per s", "scrollHitchTimeRatio", "DE", 5.125, "ms/s"],
  ["5.125 ms per s", "scrollHitchTimeRatio", undefined, 5.125, "ms/s"],
  ["1.234 sec", "cumulativeCPUTime", undefined, 1_234_000, "ms"],
  ["1.234 sec", "cumulativeCPUTime", "US", 1234, "ms"],
  ["1,106,818 kiloinstructions", "cumulativeCPUInstructions", "PT", 1_106_818, "kiloinstructions"],
  ["3 bars", "cellConditionTime", undefined, 3, "bars"],
  ["0 apl", "averagePixelLuminance", "CN", 0, "apl"],
  ["-4 ms", "histogrammedResumeTime", undefined, -4, "ms"],
  ["٢٬٧١٧ sec", "cumulativeForegroundTime", "EG", 2_717_000, "ms"],
  ["7", "cumulativeNormalAppExitCount", undefined, 7, "count"],
  // A word in a language that is not known means what the key is told in.
  ["12 qwerty", "cumulativeForegroundTime", undefined, 12_000, "ms"],
])("%s of %s in %s is %d %s", (text, key, region, value, unit) => {
  expect(parseMeasurement(text, { key, region })).toEqual({ value, unit, raw: text });
});

test("what is no measurement is none, and an unknown unit of an unknown key is told", () => {
  expect(parseMeasurement("soon", { key: "cumulativeForegroundTime" })).toBeUndefined();
  expect(parseMeasurement("", { key: "cumulativeForegroundTime" })).toBeUndefined();
  expect(parseMeasurement("1 or 2 sec", { key: "cumulativeForegroundTime" })).toBeUndefined();
  expect(parseMeasurement("12 widgets", { key: "somethingNew" })).toBe("unknown-unit");
});

test("a text longer than any measurement is none", () => {
  const text = (length: number) => `${"1".repeat(length - 4)} sec`;
  expect(parseMeasurement(text(MAX_MEASUREMENT_LENGTH), { key: "x" })).toMatchObject({ unit: "ms" });
  expect(parseMeasurement(text(MAX_MEASUREMENT_LENGTH + 1), { key: "x" })).toBeUndefined();
});
