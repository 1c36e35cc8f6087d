import { expect, test } from "vitest";
import { fixtureText } from "../../test/hub.ts";
import { sniff } from "./sniff.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const ips = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
const crash = await fixtureText("reports/sample-stack-overflow/input.crash");
const ID = "5C2D759C-F0E7-5D07-A3DC-A740E075C16E";

test.each([
  ["an .ips", ips, ID],
  ["an .ips behind a byte order mark", `\ufeff${ips}`, ID],
  ["one with a small-letter incident", ips.replaceAll(ID, ID.toLowerCase()), ID],
  ["one without an incident", ips.replaceAll(ID, "00000000-0000-0000-0000-000000000000"), undefined],
  ["two in one file", `${ips}\n${ips.replaceAll(ID, "11111111-2222-3333-4444-555555555555")}`, undefined],
])("%s is a report", (_, text, incidentId) => {
  expect(sniff(encode(text), true)).toEqual({ isReport: true, incidentId });
});

test("Apple's text is a report with its incident", () => {
  const id = /^Incident Identifier: (\S+)/m.exec(crash)?.[1];
  expect(id).toMatch(/-/);
  expect(sniff(encode(crash), true)).toEqual({ isReport: true, incidentId: id });
});

test("of an upload that is not held whole only the beginning counts", () => {
  expect(sniff(encode(ips), false)).toEqual({ isReport: true, incidentId: undefined });
});

test.each(["", "{", "{}", '{"hello": "world"}\n', "Dear team,\nthe process: it crashed", "\u0000\u0001\u0002"])(
  "%j is not known at first sight",
  (text) => expect(sniff(encode(text), true)).toEqual({ isReport: false, incidentId: undefined }),
);
