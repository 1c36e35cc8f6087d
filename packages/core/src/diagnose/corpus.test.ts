import { describe, expect, test } from "vitest";
import { CORPUS_DIAGNOSES, NOT_CLASSIFIED } from "../../test/corpus-diagnoses.ts";
import { corpus, hasCorpus, tsv, utf8 } from "../../test/files.ts";
import { FormatError } from "../bytes/errors.ts";
import { parseReports } from "../formats/parse.ts";
import type { Report } from "../report.ts";
import { classify } from "./classify.ts";
import { ENDED } from "./rules/rule.ts";

/** Where reports are; other folders hold programs and symbols, and a few reports that the table lists. */
const FOLDERS =
  /^(ips|crash-text|xccrashpoint|jetsam|stackshot|resource|panic|hang-sample|other-ips|metrickit|asc-api|sdk-native)\//;
const MAX_UNCLASSIFIED = 0.05;

async function reportsIn(path: string): Promise<readonly Report[]> {
  try {
    return parseReports(await corpus(`corpus/${path}`)).map(({ value }) => value);
  } catch (error) {
    if (error instanceof FormatError) return [];
    throw error;
  }
}

function found(report: Report): string {
  const [first] = classify(report).hypotheses;
  if (first === undefined) return `(${report.kind})`;
  return `${first.id}${first.detail === undefined ? "" : `/${first.detail}`} < ${first.evidence[0]?.where}`;
}

describe.runIf(hasCorpus)("every report of the corpus", () => {
  const reviewed = new Map(CORPUS_DIAGNOSES.map(([path, ...rows]) => [path, rows]));

  test("is what the reviewed table says, and in it", async () => {
    const listed = tsv(utf8(await corpus("corpus/MANIFEST.tsv"))).map((row) => row["saved_path"] ?? "");
    const paths = new Set([...listed.filter((path) => FOLDERS.test(path)), ...reviewed.keys()]);
    const wrong: unknown[] = [];
    for (const path of paths) {
      const rows = (await reportsIn(path)).map(found);
      const expected = reviewed.get(path) ?? [];
      if (rows.join("\n") !== expected.join("\n")) wrong.push({ path, rows, expected });
    }
    expect(wrong).toEqual([]);
  });

  test("has a category, but for those that do not say why they ended", async () => {
    const ends: string[] = [];
    const unclassified: string[] = [];
    for (const [path] of CORPUS_DIAGNOSES) {
      for (const report of await reportsIn(path)) {
        if (ENDED.includes(report.kind)) ends.push(path);
        if (found(report).startsWith("unclassified")) unclassified.push(path);
      }
    }
    expect(unclassified).toEqual(NOT_CLASSIFIED);
    expect(unclassified.length / ends.length).toBeLessThanOrEqual(MAX_UNCLASSIFIED);
  });

  test("has evidence that stands somewhere, and words for who reads their first report", async () => {
    const bare: string[] = [];
    for (const [path] of CORPUS_DIAGNOSES) {
      for (const report of await reportsIn(path)) {
        for (const { id, evidence, checkFirst, advice } of classify(report).hypotheses) {
          const isPlaced =
            evidence.length > 0 && evidence.every(({ where, text }) => where.includes("#/") && text !== "");
          if (!isPlaced || checkFirst === "" || advice.length < 40) bare.push(`${path}: ${id}`);
        }
      }
    }
    expect(bare).toEqual([]);
  });
});
