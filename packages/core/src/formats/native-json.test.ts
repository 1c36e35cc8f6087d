import { expect, test } from "vitest";
import { fixture, utf8 } from "../../test/files.ts";
import { readJson } from "./json.ts";
import { readNatively } from "./native-json.ts";

const LIMITS = { depth: 8, values: 1000, stringLength: 20 };

/** A second value behind the first is for the slow reader alone. */
const slowly = (text: string) => readJson(`${text.trimEnd()} 0`);

test.each([
  [
    "integers beyond 2^53",
    `{"a":18446744073709551615,"b":[9007199254740993, -9007199254740993 ],"c": 9007199254740991}`,
  ],
  ["numbers that only look long", `{"a":0.12345678901234567,"b":1234567890123456e2,"c":-0,"d":1e400}`],
  ["integers longer than any", `[${"9".repeat(40)},${"9".repeat(41)},${"9".repeat(400)}]`],
  [
    "integers in strings",
    `{"a":"0x0000000000000001, 1234567890123456789","b":":1234567890123456","1234567890123456":1}`,
  ],
  ["what looks like a value inside a string", `{"a":"[1234567890123456789]","b":"x:1234567890123456,"}`],
  ["escapes", `{"a":"\\u001b[2J\\n\\"","b":"\\ud83d\\ude00"}`],
  ["keys twice and keys of prototypes", `{"a":1,"__proto__":{"x":[1]},"a":2,"constructor":"c","__proto__":"y"}`],
  ["nothing in it", `{"a":{},"b":[],"c":null,"d":""}`],
  ["a scalar", `"text"`],
])("gives what the slow reader gives: %s", (_, text) => {
  const { value, end } = readJson(text);
  const slow = slowly(text);
  expect(value).toStrictEqual(slow.value);
  expect(end).toBe(slow.end);
  expect(Object.getPrototypeOf(Object(value))).toBe(Object.getPrototypeOf(Object(slow.value)));
});

test("a long integer is exact and a short one a number", () => {
  expect(readNatively(`[18446744073709551615,9007199254740991,7]`, 0, LIMITS)?.value).toEqual([
    18446744073709551615n,
    9007199254740991,
    7,
  ]);
});

test("finds a long integer wherever it begins, next to whatever stands there", () => {
  for (let shift = 0; shift < 40; shift++) {
    const text = `{"a":"${"x".repeat(shift)}","b": 18446744073709551615 ,"c":[-9223372036854775808,1234567890123456],"d":12345678901234567\n}`;
    const { value } = readNatively(text, 0, { ...LIMITS, stringLength: 100 }) ?? {};
    expect(value).toStrictEqual({
      a: "x".repeat(shift),
      b: 18446744073709551615n,
      c: [-9223372036854775808n, 1234567890123456],
      d: 12345678901234567n,
    });
  }
});

test("of two lines the first is read, with the offset behind it", () => {
  const text = `xx{"a":1} \n{"b":2}`;
  expect(readNatively(text, 2, LIMITS)).toEqual({ value: { a: 1 }, end: 9 });
});

test.each([
  ["damage", `{"a":1,}`],
  ["a cut", `{"a":[1,2`],
  ["a second value", `{} {}`],
  ["one level too deep", "[".repeat(LIMITS.depth + 1) + "]".repeat(LIMITS.depth + 1)],
  ["one character too many", `["${"x".repeat(LIMITS.stringLength + 1)}"]`],
  ["room for one value too many", `[${"1,".repeat(LIMITS.values)}1]`],
  ["the mark itself", `["\uf8f112"]`],
  ["the mark as an escape", `["\\uF8F112"]`],
])("leaves %s to the slow reader", (_, text) => {
  expect(readNatively(text, 0, LIMITS)).toBeUndefined();
});

test.each([
  ["as deep as allowed", "[".repeat(LIMITS.depth) + "]".repeat(LIMITS.depth)],
  ["as long as allowed", `["${"x".repeat(LIMITS.stringLength)}"]`],
])("reads what is %s", (_, text) => {
  expect(readNatively(text, 0, LIMITS)).toBeDefined();
});

test("reads a whole report as the slow reader does", async () => {
  const text = utf8(await fixture("reports/bench-100kb/input.ips"));
  const body = text.slice(text.indexOf("\n") + 1);
  expect(readNatively(body, 0, { depth: 512, values: 4_000_000, stringLength: 1024 * 1024 })?.value).toStrictEqual(
    slowly(body).value,
  );
});
