import { describe, expect, test } from "vitest";
import { corpus, fixture, hasCorpus, utf8 } from "../../test/files.ts";
import { FORMAT_FIXTURES, REPORTS, SAMPLE_REPORTS, SWIFT_REPORTS } from "../../test/report-files.ts";
import { analyze } from "../analyze.ts";
import { scrubReport } from "./scrub.ts";

const SECRET = "a secret of the tests";
const scrub = (bytes: Uint8Array, strict = false) => scrubReport(bytes, { secret: SECRET, strict });

/** What grouping, counting and symbolication have of a report. */
async function essence(bytes: Uint8Array): Promise<unknown> {
  return (await analyze(bytes)).map(({ report, signature, symbols, part }) => ({
    part,
    signature,
    symbols,
    kind: report.kind,
    incidentId: report.incidentId,
    app: report.app,
    os: report.os,
    crashedAt: report.crashedAt,
    images: report.images.map(({ uuid, base, size, name, arch }) => ({ uuid, base, size, name, arch })),
    threads: report.threads.map(({ frames }) =>
      frames.map(({ address, image, imageOffset }) => ({ address, image, imageOffset })),
    ),
  }));
}

async function check(input: Uint8Array): Promise<void> {
  const output = scrub(input);
  expect(utf8(scrub(output))).toBe(utf8(output));
  expect(await essence(output)).toEqual(await essence(input));
  const strict = scrub(input, true);
  expect(utf8(scrub(strict, true))).toBe(utf8(strict));
  expect((await analyze(strict)).map(({ signature }) => signature.key)).toEqual(
    (await analyze(input)).map(({ signature }) => signature.key),
  );
}

test("a report in a binary form is refused", async () => {
  const binary = await fixture("reports/format-plcrash-binary/input.plcrash");
  expect(() => scrub(binary)).toThrow(expect.objectContaining({ code: "unsupported" }));
});

describe("a scrubbed report has its signature, frames and images, and is scrubbed once", () => {
  const files = [
    ...FORMAT_FIXTURES.filter(([, file]) => !file.endsWith(".plcrash")).map(
      ([name, file]) => `reports/${name}/${file}`,
    ),
    ...SAMPLE_REPORTS.flatMap((name) => [`reports/${name}/input.ips`, `reports/${name}/input.crash`]),
    ...SWIFT_REPORTS.map((name) => `reports/swift/${name}.ips`),
    ...["nsexception", "null-dereference", "swift-unwrap"].map((name) => `reports/kscrash-${name}/input.json`),
  ];
  test.each(files)("%s", async (path) => check(await fixture(path)));

  test.runIf(hasCorpus).each(REPORTS.map(([path]) => path))("%s", async (path) => check(await corpus(path)));
});
