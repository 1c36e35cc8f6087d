/** Hostile and broken usage: each limit one past it, and random damage. */
import { expect, test } from "vitest";
import { seededRandom } from "../../test/events.ts";
import {
  MAX_BUNDLE_ID,
  MAX_SESSIONS,
  MAX_USAGE_ROWS,
  MAX_USAGE_TEXT,
  NotUsage,
  parseUsage,
  type UsageRow,
} from "./parse-usage.ts";

const NOW = "2026-11-24T12:00:00.000Z";
const row = { installId: "install-1", day: "2026-11-24", app: "com.example.harbor", version: "2.1.0", sessions: 3 };
const bytes = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const parse = (value: unknown) => parseUsage(bytes(value), NOW);

test.for([
  ["a row alone", row],
  ["an array", [row]],
  ["rows in an object", { rows: [row] }],
  ["a line", `${JSON.stringify(row)}\r\n\r\n`],
  ["a byte order mark before it", `\ufeff${JSON.stringify(row)}`],
] as const)("%s is one row", ([, body]) => {
  const { app, ...rest } = row;
  expect(parse(body)).toMatchObject({ rows: [{ ...rest, bundleId: app }], problems: [] });
});

test.for([
  ["day", "2026-11-25", undefined],
  ["day", "2026-11-26", "more than a day ahead"],
  ["day", "2040-06-01", "more than a day ahead"],
  ["day", "2008-01-01", undefined],
  ["day", "2007-12-31", "before 2008"],
  ["day", "2026-02-29", "not a day like 2026-11-24"],
  ["day", "2026-11-24T10:00:00Z", "not a day like 2026-11-24"],
  ["day", 20_261_124, "not text"],
  ["sessions", MAX_SESSIONS, undefined],
  ["sessions", MAX_SESSIONS + 1, "more than 86400"],
  ["sessions", "3", "not a number from 0"],
  ["sessions", null, "missing"],
  ["crashedSessions", 3, undefined],
  ["crashedSessions", 4, "more than sessions"],
  ["foregroundSeconds", 86_401, "more than 86400"],
  ["version", "", "missing"],
  ["version", "1".repeat(MAX_USAGE_TEXT), undefined],
  ["version", "1".repeat(MAX_USAGE_TEXT + 1), "longer than 100 characters"],
  ["app", "a".repeat(MAX_BUNDLE_ID), undefined],
  ["app", "a".repeat(MAX_BUNDLE_ID + 1), "longer than 200 characters"],
  ["installId", "1234567", "not 8 to 200 printable characters that tell installs apart"],
  ["installId", "00000000-0000-0000-0000-000000000000", "not 8 to 200 printable characters that tell installs apart"],
  ["installId", "with a space in it", "not 8 to 200 printable characters that tell installs apart"],
] as const)("%s: %s", ([field, value, reason]) => {
  const { rows, problems } = parse([{ ...row, [field]: value }]);
  expect(problems).toEqual(reason === undefined ? [] : [{ row: 1, field, reason }]);
  expect(rows.length).toBe(reason === undefined ? 1 : 0);
});

test("one row more than a batch may hold is refused as a whole", () => {
  const line = JSON.stringify(row);
  expect(parse(Array.from({ length: MAX_USAGE_ROWS }, () => line).join("\n")).rows.length).toBe(MAX_USAGE_ROWS);
  expect(() => parse(Array.from({ length: MAX_USAGE_ROWS + 1 }, () => line).join("\n"))).toThrow(NotUsage);
});

test("a UUID is one install, however it is written", () => {
  const id = "9F1C6B0E-0B7C-4E36-9B5B-2F1B8B0C1A01";
  const ids = parse([id, id.toLowerCase(), ` ${id}\n`].map((installId) => ({ ...row, installId }))).rows;
  expect(new Set(ids.map(({ installId }) => installId)).size).toBe(1);
});

test("what no store could hold is replaced, and names from Object's prototype are only names", () => {
  const [read] = parse([{ ...row, os: "26\0\ud800" }]).rows;
  expect(read?.os).toBe("26\ufffd\ufffd");
  expect(parse('{"__proto__": {"day": "2026-11-24"}, "installId": "install-1"}').problems).toMatchObject([
    { field: "day", reason: "missing" },
  ]);
});

test("random damage is refused or leaves only rows that can be right", () => {
  const random = seededRandom(7);
  const lines = [row, { ...row, installId: "install-2", crashedSessions: 1, os: "26.1" }, row];
  const whole = bytes(lines.map((line) => JSON.stringify(line)).join("\n"));
  let kept = 0;
  for (let i = 0; i < 3_000; i++) {
    const damaged = whole.slice(0, random() < 0.3 ? Math.floor(random() * whole.length) : whole.length);
    for (let n = 0; n < 3; n++) damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
    try {
      const { rows } = parseUsage(damaged, NOW);
      kept += rows.length;
      for (const one of rows) expect(isPossible(one)).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(NotUsage);
    }
  }
  expect(kept).toBeGreaterThan(100);
});

function isPossible({ day, sessions, crashedSessions = 0, installId, version }: UsageRow): boolean {
  return (
    day >= "2008-01-01" && day <= "2026-11-25" && sessions >= crashedSessions && installId.length >= 8 && version !== ""
  );
}
