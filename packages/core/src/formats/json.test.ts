import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonValue } from "../report.ts";
import { readJson } from "./json.ts";
import { MAX_INTEGER_DIGITS, MAX_JSON_DEPTH, MAX_JSON_VALUES, MAX_STRING_LENGTH } from "./limits.ts";

test.each<[string, JsonValue]>([
  ["9007199254740991", 9007199254740991],
  ["9007199254740993", 9007199254740993n],
  ["18446744073709551615", 18446744073709551615n],
  ["-9223372036854775808", -9223372036854775808n],
  ["12345678901234567.5", 12345678901234568],
  ["1e3", 1000],
  ["[1,18446744073709551615,{}]", [1, 18446744073709551615n, {}]],
  ['"\\u00e9\\n\\/\\"\\\\"', 'é\n/"\\'],
  ['"\\ud83d\\ude00"', "😀"],
  ['{"a":1,"a":2}', { a: 2 }],
  [' {\r\n\t"a" : [ ] }', { a: [] }],
  ["true", true],
  ["null", null],
])("reads %s exactly", (text, value) => {
  const reading = readJson(text);
  expect(reading.value).toEqual(value);
  expect(reading.fault).toBeUndefined();
  expect(reading.end).toBe(text.length);
});

test("a key __proto__ is a member like any other", () => {
  const value = readJson('{"__proto__":{"polluted":true},"b":1}').value as Record<string, unknown>;
  expect(Object.keys(value)).toEqual(["__proto__", "b"]);
  expect("polluted" in value).toBe(false);
});

test("what follows the first value is not looked at", () => {
  const reading = readJson('{"a":1}\nModel: MacBookPro15,1');
  expect(reading.value).toEqual({ a: 1 });
  expect(reading.end).toBe(7);
});

test.each<[name: string, text: string, value: JsonValue | undefined, kind: string, pointer: string]>([
  ["nothing", "", undefined, "truncated", ""],
  ["after a member", '{"a":1,', { a: 1 }, "truncated", "/a"],
  ["inside a key", '{"a":1,"b', { a: 1 }, "truncated", "/a"],
  ["inside a number", '{"a":1,"b":12', { a: 1 }, "truncated", "/b"],
  ["inside a word", '{"a":1,"b":tr', { a: 1 }, "truncated", "/b"],
  ["inside an escape", '{"a":1,"b":"x\\', { a: 1 }, "truncated", "/b"],
  ["in half a frame", '{"f":[{"i":1,"o":2},{"i":3', { f: [{ i: 1, o: 2 }] }, "truncated", "/f/1/i"],
  [
    "in a thread with frames",
    '{"t":[{"id":1,"f":[{"o":2}],"na',
    { t: [{ id: 1, f: [{ o: 2 }] }] },
    "truncated",
    "/t/0/f",
  ],
  ["at an ellipsis", '{"a":[1,2,...],"b":3}', { a: [1, 2] }, "damaged", "/a/2"],
  ["at a missing colon", '{"a" 1}', {}, "damaged", "/"],
])("cut %s, it gives what was complete", (_, text, value, kind, pointer) => {
  const reading = readJson(text);
  expect(reading.value).toEqual(value);
  expect(reading.fault).toMatchObject({ kind, pointer });
});

test("nesting deeper than the limit ends reading, without recursion", () => {
  const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  expect(readJson(deep(MAX_JSON_DEPTH)).fault).toBeUndefined();
  expect(readJson(deep(MAX_JSON_DEPTH + 1)).fault).toMatchObject({ kind: "too-deep", offset: MAX_JSON_DEPTH });
  expect(readJson("[".repeat(1_000_000)).fault?.offset).toBe(MAX_JSON_DEPTH);
});

test("more values than the limit end reading with those before", () => {
  const limits = { depth: 8, values: 5, stringLength: 10 };
  expect(readJson("[1,2,3,4]", 0, limits).fault).toBeUndefined();
  const reading = readJson("[1,2,3,4,5]", 0, limits);
  expect(reading.value).toEqual([1, 2, 3, 4]);
  expect(reading.fault).toMatchObject({ kind: "too-many" });
  const many = readJson(`[${"0,".repeat(MAX_JSON_VALUES)}0]`);
  expect(many.fault).toMatchObject({ kind: "too-many" });
});

test("a string longer than the limit is cut and counted", () => {
  const reading = readJson(`["${"x".repeat(MAX_STRING_LENGTH + 1)}","y"]`);
  expect((reading.value as string[]).map((text) => text.length)).toEqual([MAX_STRING_LENGTH, 1]);
  expect(reading.cutStrings).toBe(1);
});

test("an integer of absurd length is a rounded number, not a slow one", () => {
  expect(readJson("9".repeat(MAX_INTEGER_DIGITS)).value).toBeTypeOf("bigint");
  expect(readJson("9".repeat(MAX_INTEGER_DIGITS + 1)).value).toBe(1e41);
  expect(readJson("9".repeat(1_000_000)).value).toBe(Number.POSITIVE_INFINITY);
});

/** As `JSON.parse` has it: no integer beyond 2^53 is exact. */
function rounded(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(rounded);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rounded(item)]));
}

test("agrees with JSON.parse on any value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(rounded(readJson(text).value)).toEqual(JSON.parse(text));
    }),
  );
});

test("reads the same whether or not the engine's parser could be asked first", () => {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "medium" },
      fc.jsonValue(),
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map((big) => `BIG${big}`),
      fc.constantFrom("[1234567890123456789]", ":1234567890123456,", "\uf8f11", "\\uf8f1"),
      fc.array(tie("value")),
      fc.dictionary(fc.string(), tie("value")),
    ),
  }));
  fc.assert(
    fc.property(value, fc.constantFrom(0, 1), (some, indent) => {
      const text = JSON.stringify([some], undefined, indent).replaceAll(/"BIG(-?\d+)"/g, "$1");
      // A second value behind the first is for our own reader alone.
      expect(readJson(text).value).toStrictEqual(readJson(`${text} 0`).value);
    }),
  );
});

test("cut anywhere, an object keeps its first members as they are", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (value, at) => {
      const text = JSON.stringify(value);
      const whole = JSON.parse(text) as Record<string, unknown>;
      const cut = at % text.length;
      const reading = readJson(text.slice(0, cut));
      expect(reading.fault?.kind).toBe("truncated");
      const keys = Object.keys(reading.value ?? {});
      for (const key of keys.slice(0, -1))
        expect(rounded((reading.value as Record<string, unknown>)[key])).toEqual(whole[key]);
    }),
  );
});

test("any text gives a value or a fault", () => {
  const token = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    "1",
    "-",
    "e",
    "true",
    "nul",
    " ",
    "\\u12",
    "é",
  );
  fc.assert(
    fc.property(fc.array(token), (tokens) => {
      const reading = readJson(tokens.join(""));
      expect(reading.value !== undefined || reading.fault !== undefined).toBe(true);
    }),
  );
});

test("a string of escapes is cut by the characters it stands for", () => {
  const limits = { depth: 8, values: 8, stringLength: 10 };
  for (const escape of ["\\n", "\\u0041"]) {
    expect(readJson(`"${escape.repeat(10)}"`, 0, limits)).toMatchObject({ cutStrings: 0 });
    const over = readJson(`"${escape.repeat(11)}"`, 0, limits);
    expect(over).toMatchObject({ cutStrings: 1, value: JSON.parse(`"${escape.repeat(10)}"`) });
  }
});
