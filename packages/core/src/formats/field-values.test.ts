/** The small readers every format shares: times, OS strings, kinds, loose JSON fields. */
import { expect, test } from "vitest";
import type { JsonValue } from "../report.ts";
import { bigOf, flagOf, numberOf, textsOf, trimKeys } from "./json-fields.ts";
import { parseOs } from "./os-version.ts";
import { type KindEvidence, kindOf } from "./report-kind.ts";
import { parseTimestamp } from "./timestamp.ts";

test.each([
  ["2025-03-04 09:09:06.1089 +0100", "2025-03-04T08:09:06.108Z"],
  ["2021-12-08 14:17:36.00 -0500", "2021-12-08T19:17:36.000Z"],
  ["2019-01-09 17:42:22 +0000", "2019-01-09T17:42:22.000Z"],
  ["2016-04-21T20:09:40Z", "2016-04-21T20:09:40.000Z"],
  ["2026-04-30 23:59:59.9999 -0430", "2026-05-01T04:29:59.999Z"],
  ["2026-04-30 10:00:00", "2026-04-30T10:00:00.000Z"],
  ["1970-01-18 03:47:06.000 +0900", undefined],
  ["1969-12-31 16:33:53.084 -0800", undefined],
  ["1971-01-01 00:00:00 +0000", "1971-01-01T00:00:00.000Z"],
  ["yesterday", undefined],
  ["", undefined],
])("the time %s is %s", (text, iso) => {
  expect(parseTimestamp(text)).toBe(iso);
});

test.each([
  [{ text: "iPhone OS 26.2.1 (23C71)" }, { platform: "iOS", version: "26.2.1", build: "23C71" }],
  [{ text: "iPhone OS 26.3.1 (23D771330a)" }, { platform: "iOS", version: "26.3.1", build: "23D771330a" }],
  [
    { text: "iPhone OS 17.6.1", build: "21G93", model: "iPad14,2" },
    { platform: "iPadOS", version: "17.6.1", build: "21G93" },
  ],
  [{ text: "iOS 9.3.5 (13G36)" }, { platform: "iOS", version: "9.3.5", build: "13G36" }],
  [{ text: "iPhone OS 14.2 (Build 18B5072f)" }, { platform: "iOS", version: "14.2", build: "18B5072f" }],
  [{ text: "Mac OS X 10.16 (20A5343i)" }, { platform: "macOS", version: "10.16", build: "20A5343i" }],
  [{ text: "Watch OS 11.5 (22T572)" }, { platform: "watchOS", version: "11.5", build: "22T572" }],
  [{ text: "Apple TVOS 18.0 (22J357)" }, { platform: "tvOS", version: "18.0", build: "22J357" }],
  [
    { text: "Bridge OS 7.5 (20P5058)", platform: 5 },
    { platform: "bridgeOS", version: "7.5", build: "20P5058" },
  ],
  [
    { text: "macOS 15.2 (24C101)", platform: 7 },
    { platform: "iOS Simulator", version: "15.2", build: "24C101" },
  ],
  [
    { text: "macOS 15.2 (24C101)", platform: 6 },
    { platform: "Mac Catalyst", version: "15.2", build: "24C101" },
  ],
  [
    { text: "macOS 15.2 (24C101)", platform: 2 },
    { platform: "iOS App on Mac", version: "15.2", build: "24C101" },
  ],
  [
    { text: "xrOS 2.0 (22N320)", platform: 11 },
    { platform: "visionOS", version: "2.0", build: "22N320" },
  ],
  [
    { text: "macOS 26.1 (25B78)", platform: 9 },
    { platform: "watchOS Simulator", version: "26.1", build: "25B78" },
  ],
  [
    { text: "iPhone OS 12.5.7 (16H81)", model: "iPad4,1" },
    { platform: "iOS", version: "12.5.7", build: "16H81" },
  ],
  [{ text: "23A5297m" }, { build: "23A5297m" }],
  [{ text: undefined }, {}],
])("the OS of %j is %j", (source, os) => {
  expect(parseOs(source)).toEqual(os);
});

test.each<[KindEvidence, string]>([
  [{}, "crash"],
  [{ bugType: "309" }, "crash"],
  [{ bugType: "109" }, "crash"],
  [{ bugType: "309", isSimulated: true }, "fault"],
  [{ bugType: "309", isNonFatal: true }, "fault"],
  [{ bugType: "309", exceptionType: "EXC_RESOURCE", exceptionSubtype: "CPU" }, "crash"],
  [{ bugType: "309", exceptionType: "EXC_RESOURCE", exceptionSubtype: "CPU", isNonFatal: true }, "cpu"],
  [{ exceptionType: "EXC_RESOURCE", exceptionSubtype: "WAKEUPS", isAttributed: true }, "wakeups"],
  [{ bugType: "308" }, "fault"],
  [{ bugType: "385" }, "cpu"],
  [{ bugType: "385", exceptionType: "EXC_RESOURCE", exceptionSubtype: "WAKEUPS" }, "wakeups"],
  [{ bugType: "385", exceptionType: "EXC_RESOURCE", exceptionSubtype: "IO" }, "disk-writes"],
  [{ bugType: "385", exceptionType: "EXC_RESOURCE", exceptionSubtype: "MEMORY" }, "memory"],
  [{ bugType: "327" }, "threads"],
  [{ bugType: "298" }, "jetsam"],
  [{ bugType: "409" }, "stackshot"],
  [{ bugType: "145" }, "disk-writes"],
  [{ bugType: "202" }, "cpu"],
  [{ bugType: "228" }, "hang"],
  [{ bugType: "238" }, "launch"],
  [{ bugType: "151" }, "panic"],
  [{ bugType: "211" }, "telemetry"],
  [{ bugType: "183" }, "other"],
  [{ bugType: "constructor" }, "other"],
])("%j is a %s", (evidence, kind) => {
  expect(kindOf(evidence)).toBe(kind);
});

test.each<[JsonValue | undefined, bigint | undefined]>([
  [2343432205, 2343432205n],
  ["0x8BADF00D", 0x8badf00dn],
  ["2343432205", 2343432205n],
  [18446744073709551615n, 18446744073709551615n],
  [-1, 18446744073709551615n],
  [1.5, undefined],
  ["0x", undefined],
  ["1".repeat(1000), undefined],
  [null, undefined],
])("the 64-bit value of %s is %s", (value, big) => {
  expect(bigOf(value)).toBe(big);
});

test("loose fields: flags, numbers, lists and keys as people and versions write them", () => {
  expect([true, 1, "1", "YES", false, 0, "NO", "maybe", 2, null].map((value) => flagOf(value))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    undefined,
    undefined,
    undefined,
  ]);
  expect(["7", " 7.5 ", 7, 2n ** 60n, "seven", Number.POSITIVE_INFINITY].map((value) => numberOf(value))).toEqual([
    7,
    7.5,
    7,
    undefined,
    undefined,
    undefined,
  ]);
  expect(textsOf(["a", 1, null, "b"])).toEqual(["a", "b"]);
  expect(textsOf("alone")).toEqual(["alone"]);
  expect(trimKeys({ "os_version ": "x" })).toEqual({ os_version: "x" });
});
