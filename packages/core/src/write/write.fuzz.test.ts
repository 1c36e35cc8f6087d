/** Mutated, cut and random reports through all that writes: never an exception but `FormatError`. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { corpus, fixture, hasCorpus, utf8 } from "../../test/files.ts";
import { FORMAT_FIXTURES } from "../../test/report-files.ts";
import { FormatError } from "../bytes/errors.ts";
import { parseReports } from "../formats/parse.ts";
import type { Frame, Report } from "../report.ts";
import { convertReports } from "./convert.ts";
import { writeNames } from "./names/write-names.ts";

const inputs = await Promise.all(FORMAT_FIXTURES.map(([name, file]) => fixture(`reports/${name}/${file}`)));
if (hasCorpus) {
  inputs.push(await corpus("corpus/ips/macsymb-ios-crash-in-ips-format.ips"));
  inputs.push(await corpus("corpus/resource/ipsw-145-diskwrites-ios26.ips"));
}

const named = (frames: readonly Frame[]): Frame[] =>
  frames.flatMap((frame) => {
    const symbol = { function: "f", functionOffset: 1, file: "/a/F.swift", line: 2, source: "dwarf" as const };
    return [
      { ...frame, symbol, inlined: true as const },
      { ...frame, symbol },
    ];
  });
const withNames = (report: Report): Report => ({
  ...report,
  threads: report.threads.map((thread) => ({ ...thread, frames: named(thread.frames) })),
});

function tryAll(input: Uint8Array): void {
  const attempts = [
    () => convertReports(input, { to: "crash" }),
    () => convertReports(input, { to: "ips" }),
    () => convertReports(input, { to: "json" }),
    () => convertReports(input, { to: "crash", as: "app-store-connect" }),
    () =>
      writeNames(
        input,
        parseReports(input).map(({ value }) => withNames(value)),
      ),
  ];
  for (const attempt of attempts) {
    try {
      expect(attempt()).toBeDefined();
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  }
}

test("every fixture as it is", () => {
  for (const input of inputs) tryAll(input);
});

test("with a byte changed, a piece put in, or cut", () => {
  const pieces = fc.constantFrom(
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\n",
    "null",
    "-1",
    "99999999999999999999",
    "0x",
    "Thread 9:",
  );
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom(...inputs), share, share, pieces, (input, from, cut, piece) => {
      const text = utf8(input);
      const at = Math.floor(text.length * from);
      const end = Math.floor(at + (text.length - at) * Math.max(cut, 0.2));
      tryAll(new TextEncoder().encode(text.slice(0, at) + piece + text.slice(at + piece.length, end)));
    }),
    { numRuns: 300 },
  );
});

test("random bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), tryAll), { numRuns: 300 });
});
