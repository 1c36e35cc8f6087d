import { describe, expect, test } from "vitest";
import { fixture, utf8 } from "../../../test/files.ts";
import { FORMAT_FIXTURES } from "../../../test/report-files.ts";
import { parseReports } from "../../formats/parse.ts";
import type { Frame, Report } from "../../report.ts";
import { groupsOf } from "./groups.ts";
import { writeNames } from "./write-names.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** As if debug files knew each frame, and something inlined into every third address. */
function named(report: Report): Report {
  const names = (frames: readonly Frame[]): Frame[] =>
    groupsOf(frames).flatMap((group): Frame[] => {
      const concrete = group.at(-1);
      if (concrete?.image === undefined) return [...group];
      const { inlined: _, ...place } = concrete;
      const name = `run_${concrete.address.toString(16)}`;
      const symbol = {
        function: name,
        functionOffset: 12,
        file: "/src/Harbor.swift",
        line: 41,
        source: "dwarf" as const,
      };
      const outer: Frame = { ...place, symbol };
      if (concrete.address % 3n !== 0n) return [outer];
      const { functionOffset, ...inner } = symbol;
      expect(functionOffset).toBe(12);
      return [
        { ...place, symbol: { ...inner, function: 'Array<Lamp>.first & "last"', line: 7 }, inlined: true },
        outer,
      ];
    });
  return {
    ...report,
    threads: report.threads.map((thread) => ({
      ...thread,
      frames: names(thread.frames),
      ...(thread.callTree && { callTree: thread.callTree.map((node) => ({ ...node, frames: names(node.frames) })) }),
    })),
    ...(report.lastExceptionBacktrace && { lastExceptionBacktrace: names(report.lastExceptionBacktrace) }),
  };
}

const reportsIn = (input: Uint8Array) => parseReports(input).map(({ value }) => value);
const write = (input: Uint8Array) => writeNames(input, reportsIn(input).map(named));
const concreteNames = (reports: readonly Report[]) =>
  reports.map(({ threads }) =>
    threads.map(({ frames }) =>
      groupsOf(frames).map((group) => [group.at(-1)?.address, group.at(-1)?.symbol?.function]),
    ),
  );

describe("every form takes names, once", () => {
  // The first two have no frames; the samples in reports of iOS 8 have no form with a name.
  const skipped = ["format-header-and-other-text", "format-header-without-body", "format-resource-attributed"];
  test.each(FORMAT_FIXTURES.filter(([name]) => !skipped.includes(name)))("%s", async (name, file) => {
    const input = await fixture(`reports/${name}/${file}`);
    const output = write(input);
    expect(utf8(write(output))).toBe(utf8(output));
    const reports = reportsIn(input);
    // Frames may be cut from the raw list of an exception, and MetricKit has no names of its own to read back.
    if (reports.some(({ format }) => format !== "ips" && format !== "crash" && format !== "kscrash")) return;
    expect(concreteNames(reportsIn(output))).toEqual(concreteNames(reports.map(named)));
  });
});

test("KSCrash's frames get the name and the start of the function", async () => {
  const input = await fixture("reports/kscrash-null-dereference/input.json");
  const output = write(input);
  expect(concreteNames(reportsIn(output))).toEqual(concreteNames(reportsIn(input).map(named)));
  expect(utf8(write(output))).toBe(utf8(output));
  const frames =
    /"symbol_addr": ?(\d+)[^{}]*"symbol_name": ?"run_([0-9a-f]+)"|"symbol_name": ?"run_([0-9a-f]+)"[^{}]*"symbol_addr": ?(\d+)/.exec(
      utf8(output),
    );
  expect(frames).not.toBeNull();
});

test("quotes, entities and line ends are those of the text", () => {
  const frame = (index: number, address: string) => `> ${index}   Lantern   \t${address} 0x104a08000 + 16880\r\n`;
  const text = `Hello &lt;all&gt;\r\n> Exception Type:  EXC_CRASH (SIGABRT)\r\n> \r\n> Thread 0 Crashed:\r\n${frame(0, "0x104a0c1e3")}${frame(1, "0x104a0c1f1")}> \r\n> Binary Images:\r\n> 0x104a08000 - 0x104a17fff Lantern arm64  &lt;0f1e2d3c4b5a69788796a5b4c3d2e1f0&gt; /Lantern\r\n`;
  const output = utf8(write(bytes(text)));
  const inlined = 'Array&lt;Lamp&gt;.first &amp; "last" (Harbor.swift:7) [inlined]';
  const [first] = reportsIn(bytes(text));
  const places = first?.threads[0]?.frames.map(({ address }) => address % 3n === 0n) ?? [];
  expect(places.some(Boolean)).toBe(true);
  expect(output).toContain(`\t0x104a0c1e3 ${places[0] ? inlined : "run_104a0c1e3 + 12 (Harbor.swift:41)"}\r\n> 1  `);
  expect(output.split("\r\n").length).toBe(output.split("\n").length);
  expect(utf8(write(bytes(output)))).toBe(output);
});

test("a list of reports, and reports in strings, are written where they stand", async () => {
  const text = utf8(await fixture("reports/sample-nsexception/input.crash"));
  const kscrash = utf8(await fixture("reports/kscrash-nsexception/input.json"));
  const list = `[${JSON.stringify(text)}, ${kscrash}]`;
  const output = utf8(write(bytes(list)));
  const [first] = JSON.parse(output) as [string];
  expect(first).toBe(utf8(write(bytes(text))));
  expect(output).toContain(utf8(write(bytes(kscrash))).trim());
});

test("trees of samples get the names that they lack", () => {
  const spindump = [
    "Date/Time:       2025-05-06 07:08:09.123 +0200",
    "OS Version:      iPhone OS 17.6.1 (Build 21G93)",
    "Architecture:    arm64e",
    "Report Version:  40",
    "",
    "Command:         Lantern",
    "Path:            /private/var/containers/Bundle/Application/6A1C0B52/Lantern.app/Lantern",
    "PID:             512",
    "",
    "Event:           cpu usage",
    "",
    "Powerstats for:   Lantern [512]",
    "UUID:             0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0",
    "Num samples:      3 (100%)",
    "  3  ??? (Lantern + 17060) [0x104a0c2a4]",
    "    2  ??? (Lantern + 16880) [0x104a0c1f0] (running) 1-2",
    "  Binary Images:",
    "         0x104a08000 -        0x104a17fff  Lantern                <0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0>  /private/var/Lantern",
    "",
  ].join("\n");
  const [report] = reportsIn(bytes(spindump));
  expect(report?.threads[0]?.callTree).toHaveLength(2);
  const output = utf8(write(bytes(spindump)));
  expect(output).toContain("  3  run_104a0c2a4 + 12 (Lantern + 17060) [0x104a0c2a4]\n");
  expect(output).toContain("    2  run_104a0c1f0 + 12 (Lantern + 16880) [0x104a0c1f0] (running) 1-2\n");
  expect(output.length - spindump.length).toBe(2 * ("run_104a0c2a4 + 12".length - 3));
});

test("MetricKit's frames get the keys that App Store Connect has for names", async () => {
  const input = await fixture("reports/format-metrickit-crash/input.json");
  const output = utf8(write(input));
  expect(output).toMatch(/"symbolName" ?: ?"run_[0-9a-f]+"/);
  expect(output).toMatch(/"fileName" ?: ?"Harbor.swift"/);
  const strip = (text: string): unknown =>
    JSON.parse(text, function (this: unknown, key, value: unknown) {
      return /^(symbolName|fileName|lineNumber|offsetIntoSymbol|inlinedFrames)$/.test(key) ? undefined : value;
    });
  expect(strip(output)).toEqual(strip(utf8(input)));
  expect(utf8(write(bytes(output)))).toBe(output);
});

test.each([
  ["in the lines below", "Last Exception Backtrace:\n(0x104a0c1e3 0x104a0c2a4\n0x1)\n"],
  ["behind its heading", "Last Exception Backtrace: (0x104a0c1e3 0x104a0c2a4 0x1)\n"],
])("the raw list of an exception backtrace becomes a backtrace: %s", (_, list) => {
  const text = `Exception Type:  EXC_CRASH (SIGABRT)\n\n${list}\nThread 0 Crashed:\n0   Lantern   \t0x104a0c1e3 0x104a08000 + 16867\n\nBinary Images:\n0x104a08000 - 0x104a17fff Lantern arm64  <0f1e2d3c4b5a69788796a5b4c3d2e1f0> /Lantern\n`;
  const output = utf8(write(bytes(text)));
  expect(output).toContain("Last Exception Backtrace:");
  expect(output).toMatch(
    /^Last Exception Backtrace: ?\n(?:\d {3}Lantern {23}\t {7}0x104a0c1e3 .*\n){1,2}\d {3}Lantern {23}\t {7}0x104a0c2a4 run_104a0c2a4 \+ 12 \(Harbor\.swift:41\)\n\d {3}\?\?\? {27}\t {15}0x1 \?\?\?\n\nThread 0 Crashed:\n/m,
  );
  expect(utf8(write(bytes(output)))).toBe(output);
});
