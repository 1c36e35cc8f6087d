/**
 * `"1,106,818 kB"`, `"2,717秒"`, `"20 secs."`: MetricKit writes measurements for people, in the region and language of the device. The
 * rules are those of the payloads that were seen; the raw text is kept beside what was understood.
 */
import type { Measurement } from "../../report.ts";

/** Longer texts are none: the longest of a real payload has 20 characters. */
export const MAX_MEASUREMENT_LENGTH = 64;

/** What is measured, in the unit it is told in. */
export type MeasureUnit = "ms" | "byte" | "kiloinstructions" | "ms/s" | "bars" | "apl" | "pixels" | "count" | "percent";

export interface MeasureContext {
  /** The key: what it measures decides where a text leaves it open. */
  readonly key: string;
  /** ISO country of `regionFormat`. */
  readonly region?: string | undefined;
}

/** A payload writes the numbers of its region; the words of units are those of the system's language. */
export function parseMeasurement(
  text: string,
  context: MeasureContext,
): Omit<Measurement, "name"> | "unknown-unit" | undefined {
  if (text.length > MAX_MEASUREMENT_LENGTH) return undefined;
  const match = MEASUREMENT.exec(asciiDigits(text));
  if (match === null) return undefined;
  const [, digits = "", word = ""] = match;
  const expected = expectedUnit(context.key);
  const known = word.trim() === "" ? (expected ?? COUNT) : UNITS.get(word.trim().toLowerCase());
  const unit = known ?? expected;
  const value = unit && parseNumber(digits, unit.unit, context.region);
  if (unit === undefined || value === undefined || !Number.isFinite(value)) return "unknown-unit";
  return { value: rounded(value * unit.factor), unit: unit.unit, raw: text };
}

/** A value that came with a unit of its own (MetricKit 27): no digits to interpret. */
export function measurementOf(value: number, unitWord: string, key: string): Omit<Measurement, "name"> {
  const unit = UNITS.get(unitWord.trim().toLowerCase()) ?? (unitWord === "" ? (expectedUnit(key) ?? COUNT) : undefined);
  const raw = `${value} ${unitWord}`.trim();
  return unit === undefined
    ? { value, unit: unitWord, raw }
    : { value: rounded(value * unit.factor), unit: unit.unit, raw };
}

const MEASUREMENT = /^\s*(-?[\d.,\u00a0\u202f\u2009 '’]*\d)\s*(\D*)$/;

interface Unit {
  readonly unit: MeasureUnit;
  readonly factor: number;
}
const COUNT: Unit = { unit: "count", factor: 1 };

/** English, and the languages in which payloads were seen or that are spoken most where apps are sold. */
const UNITS: ReadonlyMap<string, Unit> = new Map([
  ...words("ms", 1e-6, "ns nsec"),
  ...words("ms", 1e-3, "µs μs us usec 微秒 мкс"),
  ...words("ms", 1, "ms msec msecs msec. millisecond milliseconds 毫秒 ミリ秒 밀리초 мс"),
  ...words("ms", 1000, "s sec sec. secs secs. second seconds 秒 초 с сек сек. sek sek. seg seg. sn"),
  ...words("ms", 60_000, "m min min. mins minute minutes 分 分钟 分鐘 분 мин мин. dk"),
  ...words("ms", 3_600_000, "h hr hr. hrs hour hours std std. 小时 小時 時間 시간 ч sa"),
  ...words("byte", 1, "b byte bytes 字节 位元組 バイト 바이트 б байт байта байтов octet octets"),
  ...words("byte", 1e3, "kb kbyte kilobyte kilobytes 千字节 キロバイト 킬로바이트 кб ko"),
  ...words("byte", 1e6, "mb mbyte megabyte megabytes 兆字节 メガバイト 메가바이트 мб mo"),
  ...words("byte", 1e9, "gb gbyte gigabyte gigabytes 吉字节 千兆字节 ギガバイト 기가바이트 гб go"),
  ...words("kiloinstructions", 1, "kiloinstructions"),
  ...words("bars", 1, "bars bar"),
  ...words("apl", 1, "apl"),
  ...words("pixels", 1, "pixels pixel px"),
  ...words("percent", 1, "% percent"),
  ["ms per s", { unit: "ms/s", factor: 1 }] as const,
  ["ms/s", { unit: "ms/s", factor: 1 }] as const,
]);

function words(unit: MeasureUnit, factor: number, list: string): (readonly [string, Unit])[] {
  return list.split(" ").map((word) => [word, { unit, factor }] as const);
}

const MS: Unit = { unit: "ms", factor: 1 };
const SECONDS: Unit = { unit: "ms", factor: 1000 };
const KILOBYTES: Unit = { unit: "byte", factor: 1000 };

/** The unit in which a key is told in English; what a word in a language that is not known must mean. */
const BY_KEY: readonly (readonly [RegExp, Unit])[] = [
  [/Ratio/, { unit: "ms/s", factor: 1 }],
  [/Instructions/, { unit: "kiloinstructions", factor: 1 }],
  [/Luminance/, { unit: "apl", factor: 1 }],
  [/cellConditionTime/i, { unit: "bars", factor: 1 }],
  [/Count$/, COUNT],
  [/writesCaused/, { unit: "byte", factor: 1 }],
  [/Writes|Download|Upload|Memory|DiskSpace|FileSize|Capacity|Bytes$/i, KILOBYTES],
  [/histogrammed|launchDuration|Ms$/, MS],
  [/Time$|Duration/, SECONDS],
];

const expectedUnit = (key: string): Unit | undefined => BY_KEY.find(([pattern]) => pattern.test(key))?.[1];

/** Where a single mark is followed by exactly three digits, these are counted in whole units. */
const WHOLE: ReadonlySet<MeasureUnit> = new Set<MeasureUnit>(["byte", "ms", "kiloinstructions", "count"]);

/** Countries that write 1.234,5. In those of `POINT` it is 1,234.5; of the others nothing is assumed. */
const COMMA = new Set(
  "AD AL AM AO AR AT AZ BA BE BG BO BR BY CL CM CO CR CY CZ DE DK DZ EC EE ES FI FO FR GE GR HR HU ID IS IT KZ LT LU LV MA MD ME MK MZ NL NO PE PL PT PY RO RS RU SE SI SK SN TN TR UA UY UZ VE VN".split(
    " ",
  ),
);
const POINT = new Set("AU CN GB HK IE IL IN JP KR MX MY NG NZ PH PK SG TH TW US".split(" "));

function parseNumber(digits: string, unit: MeasureUnit, region: string | undefined): number | undefined {
  const plain = digits.replace(/[\u00a0\u202f\u2009 '’]/g, "");
  const marks = plain.match(/[.,]/g) ?? [];
  const last = plain[plain.search(/\d*$/) - 1];
  if (marks.length === 0) return Number(plain);
  const isOneKind = new Set(marks).size === 1;
  if (isOneKind && (marks.length > 1 || (/[.,]\d{3}$/.test(plain) && isGrouping(last ?? "", unit, region)))) {
    return Number(plain.replace(/[.,]/g, ""));
  }
  const decimal = plain.lastIndexOf(last ?? "");
  const whole = plain.slice(0, decimal).replace(/[.,]/g, "");
  return Number(`${whole === "" ? "0" : whole}.${plain.slice(decimal + 1)}`);
}

/** `1,234` and `1.234` alone can be either: the region knows, else what is measured does. */
function isGrouping(mark: string, unit: MeasureUnit, region: string | undefined): boolean {
  if (region !== undefined && COMMA.has(region)) return mark === ".";
  if (region !== undefined && POINT.has(region)) return mark === ",";
  return WHOLE.has(unit);
}

/** Arabic and Persian digits and marks stand for ours. */
function asciiDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9\u066b\u066c]/g, (char) => {
    if (char === "\u066b") return ".";
    if (char === "\u066c") return " ";
    return String((char.charCodeAt(0) - (char < "\u06f0" ? 0x660 : 0x6f0)) % 10);
  });
}

/** 0.1 s is 100 ms, not 100.00000000000001. */
const rounded = (value: number): number => Number(value.toPrecision(15));
