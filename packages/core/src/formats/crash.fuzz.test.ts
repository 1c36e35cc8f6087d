/**
 * Crash reports as a broken disk, a mail program or an attacker would send them: our fixtures and the files of the corpus, cut behind every
 * byte and mutated by a generator with a fixed seed. Whatever comes in, reports come out whose parts fit together, or a `FormatError`.
 */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { corpus, fixture, hasCorpus, utf8 } from "../../test/files.ts";
import { FORMAT_FIXTURES, REPORTS } from "../../test/report-files.ts";
import { FormatError } from "../bytes/errors.ts";
import { classify } from "../diagnose/classify.ts";
import { rawKeyText } from "../diagnose/raw-key.ts";
import { signatureOf } from "../diagnose/signature.ts";
import { reportJson } from "../report-json.ts";
import type { Frame, Report } from "../report.ts";
import { type ParsedReport, parseReports } from "./parse.ts";

const SEED = 0x5eed;
const encode = (text: string) => new TextEncoder().encode(text);

/** The reports, none when the input is refused. */
function read(input: Uint8Array): readonly ParsedReport[] {
  try {
    return parseReports(input);
  } catch (error) {
    if (error instanceof FormatError) return [];
    throw error;
  }
}

/** Plain comparisons: an expectation for every frame would take most of the time. */
function faultOf(report: Report, inputLength: number): string | undefined {
  const { threads, images, lastExceptionBacktrace = [], crashedThread } = report;
  const frames = [...threads.flatMap((thread) => thread.frames), ...lastExceptionBacktrace];
  const isPlaced = ({ image, address }: Frame) =>
    (image === undefined || images[image] !== undefined) && address >= 0n && address < 1n << 64n;
  const gaps = threads.flatMap(({ elided = [], frames: kept }) => elided.map((gap) => ({ gap, kept: kept.length })));
  if (!frames.every(isPlaced)) return "a frame in no image, or at no address";
  if (crashedThread !== undefined && threads[crashedThread] === undefined) return "a crashed thread that is not there";
  if (gaps.some(({ gap, kept }) => gap.after > kept || gap.count < 0)) return "a gap between no frames";
  // Each takes at least a character: more of them than there are characters would be made up.
  if (frames.length + threads.length + images.length > inputLength) return "more than the input can hold";
  return undefined;
}

function readsOrRefuses(input: Uint8Array): readonly ParsedReport[] {
  const reports = read(input);
  for (const { value } of reports) {
    const fault = faultOf(value, input.length);
    if (fault !== undefined) throw new Error(`${fault}: ${JSON.stringify(utf8(input).slice(0, 2000))}`);
  }
  return reports;
}

/** As the hub and the command line use it. */
function isUsable(reports: readonly ParsedReport[]): void {
  for (const { value } of reports) {
    JSON.stringify(reportJson(value));
    rawKeyText(value, "app");
    signatureOf(value, classify(value));
  }
}

/** Cut behind every byte: below this size that takes milliseconds. */
const SMALL = 2500;
const OURS = FORMAT_FIXTURES.filter(([, input]) => /\.(ips|crash)$/.test(input));

describe.each(OURS)("%s", (name, input) => {
  test("cut behind any byte, it is read or refused, and holds no more than the whole", async () => {
    const bytes = await fixture(`reports/${name}/${input}`);
    const whole = read(bytes).reduce((most, { value }) => Math.max(most, value.threads.length), 0);
    const step = bytes.length <= SMALL ? 1 : Math.ceil(bytes.length / 200);
    let most = 0;
    for (let end = 0; end < bytes.length; end += step) {
      for (const { value } of readsOrRefuses(bytes.subarray(0, end))) most = Math.max(most, value.threads.length);
    }
    expect(most).toBeLessThanOrEqual(whole);
  });
});

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(60),
  put: fc.oneof(
    fc.uint8Array({ maxLength: 8 }),
    fc
      .constantFrom(
        "\n",
        "\r\n",
        "\t",
        " ",
        '"',
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "0x",
        "-1",
        "99999999999999999999",
        "Thread 0 Crashed:\n",
        "Binary Images:\n",
        "Last Exception Backtrace:\n",
        "-------- ELIDED 9 LEVELS OF RECURSION THROUGH 0x1 f\n",
        "Incident Identifier: A\n",
        "EOF\n",
        "&lt;",
        "```\n",
        "> ",
        "\u0000",
        "\u00a0",
        "\ufeff",
      )
      .map(encode),
  ),
});

/** Some bytes out, some in; or a part of the file once more. */
function mutated(input: Uint8Array, changes: readonly { at: number; length: number; put: Uint8Array }[]): Uint8Array {
  let result = input;
  for (const { at, length, put } of changes) {
    const start = Math.floor(at * result.length);
    const end = Math.min(result.length, start + length);
    const doubled = length % 7 === 0 ? result.subarray(start, start + length * 40) : put;
    result = new Uint8Array([...result.subarray(0, start), ...doubled, ...result.subarray(end)]);
  }
  return result;
}

const changes = fc.array(change, { minLength: 1, maxLength: 10 });

test("mutated fixtures are read or refused, and what is read can be diagnosed and written", async () => {
  const inputs = await Promise.all(OURS.map(([name, input]) => fixture(`reports/${name}/${input}`)));
  fc.assert(
    fc.property(fc.constantFrom(...inputs), changes, (input, list) => {
      isUsable(readsOrRefuses(mutated(input, list)));
    }),
    { seed: SEED, numRuns: 1000 },
  );
});

test("two halves of different fixtures are read or refused", async () => {
  const inputs = await Promise.all(OURS.map(([name, input]) => fixture(`reports/${name}/${input}`)));
  const part = fc.tuple(fc.constantFrom(...inputs), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(part, part, ([head, till], [tail, from]) => {
      readsOrRefuses(
        new Uint8Array([
          ...head.subarray(0, Math.floor(head.length * till)),
          ...tail.subarray(Math.floor(tail.length * from)),
        ]),
      );
    }),
    { seed: SEED, numRuns: 500 },
  );
});

describe.runIf(hasCorpus)("the corpus", () => {
  const paths = REPORTS.map(([path]) => path).filter((path) => /corpus\/(ips|crash-text)\//.test(path));

  test("mutated files of it are read or refused", async () => {
    const inputs = await Promise.all(paths.map(corpus));
    fc.assert(
      fc.property(fc.constantFrom(...inputs), changes, (input, list) => {
        readsOrRefuses(mutated(input, list));
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  test("cut anywhere, they are read or refused", async () => {
    for (const path of paths) {
      const input = await corpus(path);
      for (let end = 0; end < input.length; end += Math.ceil(input.length / 40)) readsOrRefuses(input.subarray(0, end));
    }
  });
});
