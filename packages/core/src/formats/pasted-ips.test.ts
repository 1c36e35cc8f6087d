import { expect, test } from "vitest";
import { MAX_QUOTED_LENGTH, MAX_TRIES, pastedIps } from "./pasted-ips.ts";
import { parseReports } from "./parse.ts";

const HEADER = '{"app_name":"Harbor","bug_type":"309","os_version":"iPhone OS 18.2 (22C152)"}';
const BODY = '{\n  "procName" : "Harbor",\n  "threads" : [{"frames":[]}]\n}';
const REPORT = `${HEADER}\n${BODY}`;
const quoted = (text: string, mark: string) =>
  text
    .split("\n")
    .map((line) => `${mark}${line}`)
    .join("\n");
const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ["behind prose", `It crashes since today:\n\n${REPORT}`],
  ["in a fence", `Look:\n\n\`\`\`json\n${REPORT}\n\`\`\`\n\nAny idea?\n`],
  ["in a fence and nothing else", `\`\`\`\n${REPORT}\n\`\`\``],
  ["in a fence with the line ends of Windows", `Look:\n\`\`\`\n${REPORT}\n\`\`\`\n`.replaceAll("\n", "\r\n")],
  ["quoted in a mail", `You wrote:\n\n${quoted(REPORT, "> ")}\n`],
  ["indented", `Look:\n\n${quoted(REPORT, "    ")}\n`],
  ["with the entities of a web page", `<p>${REPORT.replaceAll('"', "&quot;")}`.replace("<p>", "Look:\n")],
  ["whose number is its first key", `Look:\n${HEADER.replace(/^\{(.*),("bug_type":"309"),/, "{$2,$1,")}\n${BODY}`],
  ["behind a line that talks about the key", `The "bug_type" is odd:\n${REPORT}`],
])("a report %s is read whole", (_, text) => {
  const reports = parseReports(bytes(text));
  expect(reports).toHaveLength(1);
  expect(reports[0]).toMatchObject({
    value: { format: "ips", app: { name: "Harbor" }, os: { version: "18.2" }, threads: [{ index: 0 }] },
    problems: [],
  });
});

test("lines stay where they stood, so that what is told of one can be found", () => {
  expect(pastedIps(`a\nb\n${REPORT}`)).toBe(`\n\n${REPORT}`);
});

test("a header line before a text report is found too", () => {
  const text = `Look:\n${HEADER.replace("309", "109")}\nIncident Identifier: A\nException Type:  EXC_CRASH (SIGABRT)\n`;
  expect(parseReports(bytes(text))[0]?.value).toMatchObject({
    format: "crash",
    bugType: "109",
    app: { name: "Harbor" },
  });
});

test.each([
  ["a report that nothing stands before", REPORT],
  ["prose that names the key", 'What does "bug_type" mean?\n'],
  ["nothing of it", "hello\n"],
])("%s is left to the others", (_, text) => {
  expect(pastedIps(text)).toBeUndefined();
});

test("a quoted report is taken up to its limit", () => {
  const filler = (length: number) => " ".repeat(length - REPORT.length - REPORT.split("\n").length * 2);
  const text = (length: number) => `Look:\n${quoted(REPORT, "> ")}${filler(length)}`;
  expect(pastedIps(text(MAX_QUOTED_LENGTH))).toBeDefined();
  expect(pastedIps(text(MAX_QUOTED_LENGTH + 1))).toBeUndefined();
});

test("prose that names the key again and again is not searched forever", () => {
  const prose = (count: number) => '"bug_type"?\n'.repeat(count);
  expect(pastedIps(prose(MAX_TRIES - 1) + REPORT)).toBeDefined();
  expect(pastedIps(prose(MAX_TRIES) + REPORT)).toBeUndefined();
});
