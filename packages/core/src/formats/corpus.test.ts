/**
 * Every report file of the corpus: what the parsers give beside what an independent count finds in the raw file. The table is printed, so
 * that a person sees what was read and what was not.
 */
import { afterAll, describe, expect, test } from "vitest";
import { corpus, hasCorpus, tsv, utf8 } from "../../test/files.ts";
import { type Counts, independentCount } from "../../test/independent-count.ts";
import { REFUSED } from "../../test/report-files.ts";
import { FormatError } from "../bytes/errors.ts";
import type { Report } from "../report.ts";
import { parseReports } from "./parse.ts";

const FOLDERS =
  /^(ips|crash-text|xccrashpoint|jetsam|stackshot|resource|panic|hang-sample|other-ips|metrickit|testflight-feedback|sdk-native)\//;
/** Protobuf; the JSON beside it is what this test is about. */
const NOT_JSON = /^sdk-native\/plcrash\//;

function counted({ kind, threads, images }: Report): Counts {
  return {
    kind,
    threads: threads.length,
    frames: threads.reduce((sum, { callTree, frames }) => sum + (callTree ?? frames).length, 0),
    images: images.length,
  };
}

const refused = new Set(REFUSED.map(([path]) => path));

const files = hasCorpus
  ? tsv(utf8(await corpus("corpus/MANIFEST.tsv")))
      .map((row) => row["saved_path"] ?? "")
      .filter((path) => FOLDERS.test(path) && !NOT_JSON.test(path) && !refused.has(`corpus/${path}`))
  : [];

describe.runIf(hasCorpus)("the corpus", () => {
  const table: string[] = [];
  afterAll(() => {
    // The table is what a person runs this test for.
    // oxlint-disable-next-line no-console
    console.log(`${files.length} files of the corpus\n${table.join("\n")}`);
  });

  test.each(files)("%s holds what was counted in it", async (path) => {
    const bytes = await corpus(`corpus/${path}`);
    const expected = independentCount(path, utf8(bytes));
    const reports = read(bytes);
    const problems = reports.flatMap((report) => report.problems.map(({ code }) => code));
    for (const { value } of reports) table.push([rowOf(path, counted(value)), ...new Set(problems)].join("  "));
    expect(reports.map(({ value }) => counted(value))).toEqual(expected);
  });
});

function read(bytes: Uint8Array) {
  try {
    return parseReports(bytes);
  } catch (error) {
    if (error instanceof FormatError) return [];
    throw error;
  }
}

function rowOf(path: string, { kind, threads, frames, images }: Counts): string {
  return [
    path.length > 72 ? `${path.slice(0, 30)}…${path.slice(-41)}` : path.padEnd(72),
    kind.padEnd(12),
    `${threads} threads`.padStart(12),
    `${frames} frames`.padStart(12),
    `${images} images`.padStart(11),
  ].join(" ");
}
