import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Edits } from "./edits.ts";
import { openText } from "./editable-text.ts";
import { itemsOf, member, scanJson, stringAt, valueAt } from "./json-spans.ts";
import { segmentsOf } from "./segments.ts";

describe("a text comes back bit for bit", () => {
  test.each([
    ["UTF-8 with a byte order mark", [0xef, 0xbb, 0xbf, 0x41, 0xc3, 0xa9]],
    ["bytes that are no UTF-8", [0x41, 0xff, 0xc3, 0x28, 0x42]],
    ["UTF-16, little endian, half a character at the end", [0xff, 0xfe, 0x41, 0x00, 0x42, 0x00, 0x43]],
    ["UTF-16, big endian", [0xfe, 0xff, 0x00, 0x41, 0xd8, 0x00]],
  ])("%s", (_, bytes) => {
    const opened = openText(Uint8Array.from(bytes));
    expect([...opened.encode(opened.text)]).toEqual(bytes);
  });

  test("whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const opened = openText(bytes);
        expect([...opened.encode(opened.text)]).toEqual([...bytes]);
      }),
    );
  });
});

test("edits are made in the order of the text; of two that overlap the first stands", () => {
  const edits = new Edits();
  edits.replace(6, 11, "there");
  edits.insert(0, ">");
  edits.remove(5, 6);
  edits.replace(7, 8, "never");
  expect(edits.apply("hello world")).toBe(">hellothere");
});

describe("spans of JSON", () => {
  test("are those of the values, as the engine's parser reads them", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 1, 2), (json, indent) => {
        const text = `  ${JSON.stringify(JSON.parse(json), null, indent)}  `;
        const { root, complete, end } = scanJson(text);
        expect(complete).toBe(true);
        expect(end).toBe(text.trimEnd().length);
        expect(text.slice(root?.start, root?.end)).toBe(text.trim());
      }),
    );
  });

  test("find members and items, and read escapes", () => {
    const text = String.raw`{"a ":[1,{"b\"":"x\/y\u00e9"}],"a":2}`;
    const { root } = scanJson(text);
    const item = itemsOf(member(root, "a"))[1];
    expect(stringAt(text, member(item, 'b"'))).toBe("x/yé");
    expect(item && valueAt(text, item)).toEqual({ 'b"': "x/yé" });
  });

  test("of a cut text are those of what was complete", () => {
    const text = '{"a":1,"b":[true,"x';
    const { root, complete, end } = scanJson(text);
    expect(complete).toBe(false);
    expect(text.slice(0, end)).toBe('{"a":1,"b":[true,');
    expect(itemsOf(member(root, "b"))).toHaveLength(1);
  });

  test("end one past the limits of depth and number", () => {
    expect(scanJson("[[[]]]", 0, { depth: 3, values: 9 }).complete).toBe(true);
    expect(scanJson("[[[]]]", 0, { depth: 2, values: 9 }).complete).toBe(false);
    expect(scanJson("[1,2]", 0, { depth: 3, values: 3 }).complete).toBe(true);
    expect(scanJson("[1,2]", 0, { depth: 3, values: 2 }).complete).toBe(false);
  });

  test("never throw", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom("{", "}", "[", "]", '"', ",", ":", "\\", "1", "e", "-", "t", "null", " ", "\u00a0"),
        }),
        (text) => {
          const { end } = scanJson(text);
          expect(end).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});

test("the pieces of a file", () => {
  const kinds = (text: string) =>
    segmentsOf(text).map((segment) =>
      segment.kind === "json" ? segment.role : JSON.stringify(text.slice(segment.start, segment.end)),
    );
  expect(kinds('{"bug_type":"309"}\n{"procName":"a"}')).toEqual(["header", "document"]);
  expect(kinds('{"bug_type":"109"}\nProcess: a\n')).toEqual(["header", '"Process: a\\n"']);
  expect(kinds('{"procName":"a"}')).toEqual(["document"]);
  expect(kinds('{"bug_type":"309"}\n{"threads":1}\n{"bug_type":"309"}\n{"threads":2}\n')).toEqual([
    "header",
    "document",
    "header",
    "document",
  ]);
  expect(kinds('Process: a\n-----------\nFull Report\n-----------\n\n{"bug_type":"309"}\n{"threads":1}')).toEqual([
    '"Process: a\\n-----------\\nFull Report\\n-----------\\n"',
    "header",
    "document",
  ]);
  expect(kinds('{"bug_type":"309"}\n{"threads":[1,"x')).toEqual(["header", "document", '"\\"x"']);
  expect(kinds("{ not JSON }")).toEqual(['"{ not JSON }"']);
  expect(kinds("")).toEqual([]);
});
