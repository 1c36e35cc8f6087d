import { describe, expect, test } from "vitest";
import { corpus, fixture, hasCorpus, utf8 } from "../../test/files.ts";
import { SAMPLE_REPORTS } from "../../test/report-files.ts";
import type { Report } from "../report.ts";
import { appleText } from "./apple-text.ts";
import { parseReports } from "./parse.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** The two whose `.crash` is no translation of the `.ips`: iOS 13 had none, and the cut one is cut elsewhere. */
const NOT_TRANSLATED = ["sample-ios13-text", "sample-truncated"];

test.each([...SAMPLE_REPORTS.filter((name) => !NOT_TRANSLATED.includes(name)), "bench-100kb"])(
  "writes %s as its text form has it",
  async (name) => {
    const text = appleText(await fixture(`reports/${name}/input.ips`));
    expect(text.trimEnd()).toBe(utf8(await fixture(`reports/${name}/input.crash`)).trimEnd());
  },
);

describe.runIf(hasCorpus)("byte for byte what Apple wrote", () => {
  test.each([
    ["dsym/macsymb-ios-crash/ios-crash.ips", "dsym/macsymb-ios-crash/ios-crash.crash"],
    ["ips/macsymb-ios-crash-in-ips-format.ips", "crash-text/macsymb-ios-crash-with-json-header.crash"],
    ["dsym/macsymb-single-target/single-target-crash.ips", "dsym/macsymb-single-target/single-target-crash.crash"],
  ])("%s", async (ips, crash) => {
    const written = appleText(await corpus(`corpus/${ips}`));
    const apple = utf8(await corpus(`corpus/${crash}`));
    // The stored files have one empty line before the text and the iOS one has another behind it; one has a header line.
    const text = apple.replace(/^(?:\{.*\})?\n/, "").replace(/^EOF\n\n$/m, "EOF\n");
    expect(written).toBe(text);
  });
});

test("a text report is given back as it came, with its header line", async () => {
  for (const path of ["sample-ios13-text/input.ips", "format-mac11-native/input.crash"]) {
    const input = await fixture(`reports/${path}`);
    expect(appleText(input)).toBe(utf8(input));
  }
});

test("what has no text form is refused with the reason", async () => {
  expect(() => appleText(bytes("a note"))).toThrow(expect.objectContaining({ code: "not-a-report" }));
  expect(() => appleText(bytes('{"bug_type":"298"}\n{"processes":[]}'))).toThrow(
    expect.objectContaining({ code: "unsupported" }),
  );
  expect(() => appleText(bytes('[{"procName":"x"}]'))).toThrow(expect.objectContaining({ code: "unsupported" }));
});

test("names we found stand in place of addresses", async () => {
  const input = await fixture("reports/format-ips-cut/input.ips");
  const report = parseReports(input)[0]?.value as Report;
  const named: Report = {
    ...report,
    threads: report.threads.map((thread) => ({
      ...thread,
      frames: thread.frames.flatMap((frame, i) => [
        ...(i === 0
          ? [
              {
                ...frame,
                inlined: true as const,
                symbol: { function: "Lamp.light()", file: "/src/Lamp.swift", line: 41, source: "dwarf" as const },
              },
            ]
          : []),
        { ...frame, symbol: { function: `f${i}`, functionOffset: 12, file: "/src/F.swift", source: "dwarf" as const } },
      ]),
    })),
  };
  const text = appleText(input, named);
  expect(text).toContain(
    [
      "Thread 0 name:   Dispatch queue: com.apple.main-thread",
      "Thread 0 Crashed:",
      "0   Lantern                       \t       0x104a0c1f0 Lamp.light() (Lamp.swift:41) [inlined]",
      "1   Lantern                       \t       0x104a0c1f0 f0 + 12",
      "2   Lantern                       \t       0x104a0c2a4 f1 + 12",
    ].join("\n"),
  );
  // And our own reader takes it back.
  const again = parseReports(bytes(text))[0]?.value as Report;
  expect(again.threads[0]?.frames[0]).toMatchObject({
    inlined: true,
    symbol: { function: "Lamp.light()", file: "Lamp.swift", line: 41 },
  });
});

test("prints every optional line that the document gives", async () => {
  const text = appleText(await fixture("reports/format-ips-everything/input.ips"));
  for (const line of [
    "Distributor ID:      com.apple.TestFlight",
    "AppStoreTools:       17A324",
    "Beta:                YES",
    "Exception Subtype: KERN_INVALID_ADDRESS at 0xfffffff01234abcd",
    "Exception Codes: 0x0000000000000001, 0xffffffff1233abcd",
    "VM Region Info: 0xfffffff01234abcd is not in any region.",
    'assertion failure: "fd != -1" -> %lld',
    "0   ???                           \t               0x0 ???",
    "2   Lantern                       \t       0x104a0c2a4 Lamp.light() + 76 (Lamp.swift:41) [inlined]",
  ]) {
    expect(text.split("\n")).toContain(line);
  }
});

test("a document of wrong types is written with what is readable", () => {
  const text = appleText(
    bytes(
      '{"bug_type":"309"}\n{"threads":[1,{"frames":[2,{"imageIndex":"x"}]}],"usedImages":{},"exception":7,"faultingThread":-1}',
    ),
  );
  expect(text).toContain("Exception Type:        ???");
});
