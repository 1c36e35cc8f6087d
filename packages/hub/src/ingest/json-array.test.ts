import * as fc from "fast-check";
import { expect, test } from "vitest";
import { elementsOfArray } from "./json-array.ts";

const cut = (text: string, max = 100) =>
  elementsOfArray(new TextEncoder().encode(text), max)?.map((bytes) => new TextDecoder().decode(bytes));

test.each<[string, string, readonly string[] | undefined]>([
  ["objects", '[{"a":[1,2]},{"b":"]},["}]', ['{"a":[1,2]}', '{"b":"]},["}']],
  ["strings out of their quotes", String.raw`["{\"a\":1}", "x\ny"]`, ['{"a":1}', "x\ny"]],
  ["integers of 64 bits as they stand", '[{"addr": 18446744073709551615}]', ['{"addr": 18446744073709551615}']],
  ["blanks and a byte order mark", '\ufeff \n[ {} ,\t{"a":1}\r\n] \n', ["{}", '{"a":1}']],
  ["nothing in it", "[]", []],
  ["an object", '{"a":[1]}', undefined],
  ["cut in an element", '[{"a":1},{"b"', undefined],
  ["cut in a string", '[{"a":1},"b\\', undefined],
  ["something behind it", "[1] [2]", undefined],
  ["closed by the wrong bracket", "[1}", undefined],
  ["an element missing", "[1,,2]", undefined],
  ["a string that is none", String.raw`["\q"]`, undefined],
  ["empty", "", undefined],
])("%s", (_, text, expected) => {
  expect(cut(text)).toEqual(expected);
});

test("one element more than agreed is too many", () => {
  expect(cut("[1,2,3]", 3)).toHaveLength(3);
  expect(cut("[1,2,3,4]", 3)).toBeUndefined();
});

test("the elements of any array are those of JSON.parse", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), (values) => {
      const elements = cut(JSON.stringify(values, null, 1));
      expect(elements).toEqual(
        JSON.parse(JSON.stringify(values)).map((value: unknown) =>
          typeof value === "string" ? value : expect.toSatisfy((text) => same(text, value)),
        ),
      );
    }),
  );
});

const same = (text: unknown, value: unknown) => JSON.stringify(JSON.parse(String(text))) === JSON.stringify(value);
