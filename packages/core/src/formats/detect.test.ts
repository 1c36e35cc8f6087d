import { describe, expect, test } from "vitest";
import { corpus, fixture, hasCorpus } from "../../test/files.ts";
import { REFUSED } from "../../test/report-files.ts";
import { detect } from "./detect.ts";
import { MAX_REPORT_BYTES } from "./limits.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const binary = (...values: number[]) => new Uint8Array(values);
const ips = '{"bug_type":"309","os_version":"iPhone OS 17.0 (21A1)"}\n';
const utf16 = (text: string) =>
  new Uint8Array([
    0xff,
    0xfe,
    ...Array.from(text, (char) => [char.charCodeAt(0) & 255, char.charCodeAt(0) >> 8]).flat(),
  ]);

test.each<[what: string, input: Uint8Array, kind: string]>([
  ["header and JSON body", bytes(`${ips}{"threads":[]}`), "ips"],
  ["a byte order mark before it", bytes(`\ufeff${ips}{"threads":[]}`), "ips"],
  ["UTF-16", utf16(`${ips}{"threads":[]}`), "ips"],
  ["line ends of Windows", bytes(`${ips.trim()}\r\n{"threads":[]}\r\n`), "ips"],
  ["a header alone", bytes(ips), "ips"],
  ["a body alone", bytes('{\n "procName":"x",\n "threads":[]\n}'), "ips"],
  ["header and body without a line feed between", bytes(`${ips.trim()} {"threads":[]}`), "ips"],
  ["a body cut short", bytes(`${ips}{"threads":[{"frames":[{"imageOff`), "ips"],
  ["a list of bodies", bytes('[{"procName":"x","threads":[]},{"procName":"y"}]'), "list"],
  ["a KSCrash report", bytes('{"report":{},"crash":{},"binary_images":[]}'), "json"],
  ["a MetricKit payload", bytes('{"timeStampBegin":"x","crashDiagnostics":[]}'), "json"],
  ["a list of them", bytes('[{"timeStampBegin":"x","crashDiagnostics":[]}]'), "list"],
  ["what KSCrash's sink posts", bytes('[{"report":{},"crash":{}},"?"]'), "list"],
  ["header and text", bytes(`${ips}Incident Identifier: A\n`), "ips-text"],
  [
    "a property list with a report in it",
    bytes(
      "<?xml version='1.0'?>\n<plist><dict><key>description</key>\n<string>Incident Identifier: A\n</string></dict>",
    ),
    "ips-text",
  ],
  ["text from its first line", bytes("Incident Identifier: A\nProcess: x [1]\n"), "crash"],
  ["text from the exception on", bytes("Exception Type:  EXC_CRASH (SIGABRT)\n"), "crash"],
  ["text from a thread on", bytes("Thread 0:\n0   x  \t0x1000 main + 1\n"), "crash"],
  ["frames alone", bytes("0   x                             \t0x0000000104b1c000 main + 12\n"), "crash"],
  ["the head of macOS alone", bytes("Process:               x [1]\nPath: /x\n"), "crash"],
  ["prose around it", bytes("Look at this:\n\n> Exception Type:  EXC_CRASH (SIGABRT)\n> \n"), "crash"],
])("takes %s", (_, input, kind) => {
  expect(detect(input).kind).toBe(kind);
});

test.each<[what: string, input: Uint8Array, code: string, message: RegExp]>([
  ["nothing", binary(), "empty", /empty/],
  ["blanks", bytes(" \n\t\r\n"), "empty", /blanks/],
  ["a note", bytes("hello there\n"), "not-a-report", /no line/],
  [
    "prose about crashes",
    bytes("My app crashed in Thread 0: it was the version of yesterday.\nProcess: slow\n"),
    "not-a-report",
    /no line/,
  ],
  ["noise", binary(...Array.from({ length: 4096 }, (_, i) => (i * 167 + 13) & 255)), "not-a-report", /no line/],
  ["other JSON", bytes('{"hello":"world"}'), "not-a-report", /none of the keys/],
  ["a list of other JSON", bytes("[1,2,3]"), "not-a-report", /none of the keys/],
  ["JSON that breaks off", bytes('{"hello":[1,'), "damaged", /breaks off/],
  ["a JSON bomb", bytes("[".repeat(100_000)), "too-deep", /deeper/],
  ["an event of Sentry", bytes('{"event_id":"x","sdk":{},"threads":{},"exception":{}}'), "unsupported", /Sentry/],
  ["other JSON with threads", bytes('{"threads":[],"exception":{}}'), "not-a-report", /none of the keys/],
  ["64-bit Mach-O", binary(0xcf, 0xfa, 0xed, 0xfe), "not-a-report", /symbols upload/],
  ["fat Mach-O", binary(0xca, 0xfe, 0xba, 0xbe), "not-a-report", /symbols upload/],
  ["a zip", binary(0x50, 0x4b, 3, 4), "not-a-report", /zip/],
  ["gzip", binary(0x1f, 0x8b, 8), "not-a-report", /gzip/],
  ["a binary plist", bytes("bplist00"), "not-a-report", /property list/],
  ["an XML plist", bytes('<?xml version="1.0"?>'), "not-a-report", /XML/],
  [
    "an XML plist with a description",
    bytes("<plist><dict><key>description</key><string>Tea</string></dict>"),
    "not-a-report",
    /XML/,
  ],
  ["a web page", bytes("<html><body>"), "not-a-report", /web page/],
])("refuses %s and says what it is", (_, input, code, message) => {
  expect(detect(input)).toMatchObject({ kind: "refused", code, message: expect.stringMatching(message) });
});

test("one byte more than a report may have is refused unread", () => {
  expect(detect(new Uint8Array(MAX_REPORT_BYTES + 1))).toMatchObject({ kind: "refused", code: "too-large" });
  expect(detect(new Uint8Array(MAX_REPORT_BYTES).fill(0x20))).toMatchObject({ kind: "refused", code: "empty" });
});

test.each([
  ["format-console-translated/input.crash", "ips"],
  ["format-ips-everything/input.ips", "ips"],
  ["sample-ios13-text/input.ips", "ips-text"],
  ["format-forum-post/input.crash", "crash"],
])("%s is %s, whatever its name says", async (path, kind) => {
  expect(detect(await fixture(`reports/${path}`)).kind).toBe(kind);
});

describe.runIf(hasCorpus)("the corpus", () => {
  test.each(REFUSED)("%s is refused as %s, by its name", async (path, code, name) => {
    expect(detect(await corpus(path))).toMatchObject({ kind: "refused", code, message: expect.stringContaining(name) });
  });
});
