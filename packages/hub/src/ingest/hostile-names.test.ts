/** What a form calls its parts and files is a stranger's text: it becomes no path, no header, no log line and no command of a terminal. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { SymbolsAnswer, SymbolsList } from "@windfall/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureBytes, fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";

let t: TestHub;
let template: string;
let debugFile: Buffer;
beforeAll(async () => {
  t = await startTestHub();
  template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
  debugFile = await fixtureBytes("dsyms/swift-teebude-ios-arm64-O-d4/Teebude.dSYM/Contents/Resources/DWARF/Teebude");
});
afterAll(() => t.remove());

let number = 0;
const fresh = () => variantOf(template, { number: ++number, at: new Date(), device: number });

/** Written as they are, without what a browser would escape. */
const NAMES: readonly (readonly [what: string, name: string])[] = [
  ["climbing", "../../../../etc/cron.d/hostile-name"],
  ["absolute", "/etc/hostile-name"],
  ["of Windows", "C:\\Windows\\hostile-name.ips"],
  ["of the store", "blobs/tmp/1"],
  ["with a NUL", "hostile-name\0.ips"],
  ["with a command of the terminal", "hostile-name\u001b]0;owned\u0007\u001b[2J.ips"],
  ["with a tag", "<img src=x onerror=alert('hostile-name')>"],
  ["right to left", "hostile-name\u202espi.exe"],
  ["of an e-mail address", "hostile-name@example.com.ips"],
  ["of the prototype", "__proto__"],
  ["of a shell", "$(touch /tmp/hostile-name);`id`"],
  ["of 10,000 letters", `hostile-name${"x".repeat(10_000)}`],
  ["of nothing", ""],
  ["of broken UTF-8", "hostile-name\udcff"],
];

const BOUNDARY = "hostile";
function form(field: string, fileName: string, body: string | Buffer, more = ""): Uint8Array {
  const head = `--${BOUNDARY}\r\n${more}Content-Disposition: form-data; name="${field}"; filename="${fileName}"\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body), Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}
const headers = { "content-type": `multipart/form-data; boundary=${BOUNDARY}` };

/** Not of the events' folder: its engine merges parts whenever it likes, and what is listed there is gone before it is looked at. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (path === join(t.folder, "events")) return [];
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });

/** All files of the hub that are not the stores' own. */
const strays = () =>
  filesBelow(t.folder)
    .map((path) => path.slice(t.folder.length + 1))
    .filter(
      (path) => !/^(?:state\.db(?:-wal|-shm)?|hub\.lock|hub\.url|address|blobs\/[0-9a-f]{2}\/[0-9a-f]{64})$/.test(path),
    );

test.each(NAMES)("a report whose file and field have a name %s is a report like any other", async (_, name) => {
  const before = strays();
  for (const [field, fileName] of [
    ["file", name],
    [name.replaceAll('"', ""), "a.ips"],
  ] as const) {
    const text = fresh();
    const { status, body } = await t.send("/ingest/reports", form(field, fileName, text), headers);
    expect([status, body.reports?.length]).toEqual([202, 1]);
    await t.hub.settled();
    const download = await t.ask(`/api/v1/reports/${body.id}/download`);
    expect(download.headers.get("content-disposition")).toBe(`attachment; filename="${body.id}.ips"`);
    expect(await download.text()).toBe(text);
  }
  expect(strays()).toEqual(before);
  expect(t.log.join("\n")).not.toMatch(/hostile-name/);
});

test.each(NAMES)("a debug file with a name %s is listed under one that can be shown", async (_, name) => {
  const send = async (bytes: Buffer) => {
    const response = await t.ask("/ingest/symbols", {
      method: "POST",
      body: form("file", name, bytes) as BodyInit,
      headers,
    });
    return { status: response.status, body: await response.json() };
  };
  const { status, body } = await send(debugFile);
  expect(status).toBe(200);
  const refused = await send(Buffer.from("no debug file"));
  expect(refused).toMatchObject({ status: 422, body: { error: { code: "not-symbols" } } });
  const { held } = await t.json<SymbolsList>("/api/v1/symbols");
  for (const shown of [
    ...(body as SymbolsAnswer).slices.map((slice) => slice.name),
    ...held.map((slice) => slice.name),
    (refused.body as { error: { message: string } }).error.message,
  ]) {
    // oxlint-disable-next-line no-control-regex
    expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\//);
    expect(shown.isWellFormed()).toBe(true);
    expect(shown.length).toBeLessThanOrEqual(300);
  }
  expect(t.log.join("\n")).not.toMatch(/hostile-name/);
});

test.each<[string, Uint8Array, number]>([
  ["the same field a hundred times", repeated(100), 202],
  [
    "a head with strange lines",
    form("file", "a.ips", "REPORT", "x-strange: \u0001\r\ncontent-type: text/\u00ff\r\n"),
    202,
  ],
  ["a name that never ends", form("file", `a.ips${'"'.repeat(3)}; name="other`, "REPORT"), 202],
  ["no disposition", Buffer.from(`--${BOUNDARY}\r\n\r\nREPORT\r\n--${BOUNDARY}--\r\n`), 202],
  [
    "only a field that says nothing",
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="key"\r\n\r\nx\r\n--${BOUNDARY}--\r\n`),
    400,
  ],
])("%s", async (_, bytes, status) => {
  const text = fresh();
  const body = Buffer.from(Buffer.from(bytes).toString("latin1").replaceAll("REPORT", text), "latin1");
  expect((await t.send("/ingest/reports", body, headers)).status).toBe(status);
});

function repeated(times: number): Uint8Array {
  const part = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="installId"\r\n\r\nabc\r\n`;
  const file = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.ips"\r\n\r\nREPORT\r\n`;
  return Buffer.from(`${part.repeat(times)}${file}--${BOUNDARY}--\r\n`);
}
