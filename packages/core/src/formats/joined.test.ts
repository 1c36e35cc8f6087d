import { expect, test } from "vitest";
import { fixture, utf8 } from "../../test/files.ts";
import { MAX_JOINED_REPORTS, parseReports } from "./parse.ts";

const load = async (name: string) => utf8(await fixture(`reports/${name}`));
const ips = await load("sample-arm64e/input.ips");
const other = await load("sample-watchos/input.ips");
const text = await load("sample-watchdog/input.crash");
const parse = (input: string) => parseReports(new TextEncoder().encode(input));
const incidents = (input: string) => parse(input).map(({ value }) => value.incidentId);
const [one] = incidents(ips);
const [two] = incidents(other);
const [three] = incidents(text);

test.each([
  ["two .ips behind each other", ips + other, [one, two]],
  ["a blank line between them", `${ips}\n\n${other}`, [one, two]],
  ["no line break between them", ips.trimEnd() + other, [one, two]],
  ["a text report behind an .ips", `${ips}\n${text}`, [one, three]],
  ["three", ips + other + text, [one, two, three]],
])("no joined report is lost: %s", (_, input, expected) => {
  expect(incidents(input)).toEqual(expected);
  expect(parse(input).map(({ part }) => part)).toEqual(expected.map((_, i) => String(i)));
});

test("what stands behind a report and is none is told", () => {
  const [report, ...more] = parse(`${ips}\nsome notes of mine`);
  expect(more).toEqual([]);
  expect(report?.problems).toMatchObject([
    { code: "unknown-format", message: expect.stringContaining("18 characters") },
  ]);
});

test("the profile of the machine behind a panic's body is no problem", () => {
  expect(parse(`${ips}\nModel: MacBookPro15,1, BootROM 1037`)[0]?.problems).toEqual([]);
});

test("one report more than are read from one file is told, not lost in silence", () => {
  const small = '{"bug_type":"309","incident_id":"A"}\n{"procName":"x","threads":[]}\n';
  const reports = parse(small.repeat(MAX_JOINED_REPORTS + 1));
  expect(reports).toHaveLength(MAX_JOINED_REPORTS);
  expect(reports.at(-1)?.problems).toMatchObject([{ code: "unknown-format" }]);
});
