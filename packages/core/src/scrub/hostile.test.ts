/** Texts made to keep patterns busy, and random ones: scrubbing ends, throws nothing but `FormatError`, and is done once. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixture, utf8 } from "../../test/files.ts";
import { FormatError } from "../bytes/errors.ts";
import { MAX_SEGMENTS } from "../edit/segments.ts";
import { scrubFreeText } from "./free-text.ts";
import { pseudonyms, type Rules } from "./rules.ts";
import { scrubReport } from "./scrub.ts";

const rules: Rules = {
  strict: false,
  allowed: new Set(),
  binaries: new Set(),
  own: new Set(),
  pseudonym: pseudonyms("s"),
};
const SIZE = 200_000;

describe("two hundred thousand characters of", () => {
  test.each([
    "a@",
    "@",
    "a.a.a@",
    "a@a.",
    "://",
    "http://a?",
    'a://b"',
    "1",
    "1-",
    "1 2",
    "0123 456",
    "+1 ",
    "(555) ",
    "1.",
    "f:",
    "::",
    "a-",
    "eyJ",
    "eyJa.",
    "token=",
    "token is ",
    "password password ",
    "Bearer ",
    "/Users/",
    "/Users/a ",
    "/Application/00000000-0000-",
    "0000-0000-",
    "<",
    "install_date{",
    "Thread 0 name: ",
    " \t",
  ])("%j", (piece) => {
    const text = piece.repeat(SIZE / piece.length);
    const once = scrubFreeText(text, rules);
    expect(scrubFreeText(once, rules)).toBe(once);
    const report = new TextEncoder().encode(`Exception Type:  EXC_CRASH (SIGABRT)\n\nThread 0:\n${text}`);
    expect(scrubReport(report, { secret: "s", strict: true }).length).toBeGreaterThan(0);
  });
});

test.each(["1", "x"])("a run of millions of %j costs no stack", (piece) => {
  const run = piece.repeat(18_000_000 / piece.length);
  expect(scrubFreeText(`at ${run}`, rules).length).toBeGreaterThan(0);
});

test.each([
  ["the query of an address", (secret: string) => `see https://a.example/b?c=${secret}`],
  ["a value that is named a secret", (secret: string) => `token=${secret}`],
  ["what a bearer bears", (secret: string) => `Authorization Bearer ${secret}`],
  ["a web token", (secret: string) => `eyJ${secret}.${secret}.${secret}`],
  ["an id of letters and digits", (secret: string) => `got ${secret}`],
])("%s goes whole, however long it is", (_, text) => {
  const scrubbed = scrubFreeText(text(`${"k9".repeat(5000)}END`), rules);
  expect(scrubbed).not.toContain("k9");
  expect(scrubbed).not.toContain("END");
});

test("what stands behind more reports than are looked at goes", () => {
  const report = (mail: string) => `{"bug_type":"309"}\n{"procName":"a","threads":[],"asi":{"x":["${mail}"]}}\n`;
  const scrub = (count: number) =>
    utf8(scrubReport(new TextEncoder().encode(report("a").repeat(count) + report("jo@corp.example")), { secret: "s" }));
  // Each has two pieces, its header and its body.
  const most = MAX_SEGMENTS / 2;
  expect(scrub(most - 1)).toContain("<email>");
  const over = scrub(most);
  expect(over).not.toContain("corp.example");
  expect(over.split("procName")).toHaveLength(most + 1);
});

test("any text is scrubbed once", () => {
  const words = fc.constantFrom(
    ..."a@b.de +49 170 1234567 http:// ?q=1 10.0.0.1 ::1 /Users/jo/ 0123-4567 token= abc123def456ghi789jkl0 <email> scrub_ 5555555 & . , ; : / - ( )".split(
      " ",
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string({ maxLength: 4 })), { maxLength: 30 }), (parts) => {
      const once = scrubFreeText(parts.join(" "), rules);
      expect(scrubFreeText(once, rules)).toBe(once);
      const joined = scrubFreeText(parts.join(""), rules);
      expect(scrubFreeText(joined, rules)).toBe(joined);
    }),
    { numRuns: 2000 },
  );
});

test("mutated and cut reports", async () => {
  const inputs = await Promise.all(
    ["sample-nsexception/input.ips", "sample-nsexception/input.crash", "kscrash-nsexception/input.json"].map((path) =>
      fixture(`reports/${path}`),
    ),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...inputs),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom('"', "{", "}", "[", "]", ",", "\\", "\n", "0", "/Users/x/"),
      (input, from, cut, piece) => {
        const text = utf8(input);
        const at = Math.floor(text.length * from);
        const mutated = text.slice(0, at) + piece + text.slice(at + piece.length, text.length * Math.max(cut, from));
        try {
          const once = scrubReport(new TextEncoder().encode(mutated), { secret: "s" });
          expect(utf8(scrubReport(once, { secret: "s" }))).toBe(utf8(once));
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
        }
      },
    ),
    { numRuns: 150 },
  );
});
