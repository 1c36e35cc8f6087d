/** What is sent to a hub, and what is said of its answers. The hub here only writes down what it gets; the real one is part of `e2e/`. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { zipOf } from "../../../core/test/zip-writer.ts";
import { createWindfall, nodesToTest, type Outcome, repo, type Windfall } from "../../test/bundle.ts";

interface Received {
  readonly path: string;
  readonly key: string;
  readonly type: string;
  readonly body: Buffer;
}

const KEY = "wfi_test";
const HARBOR = "fixtures/dsyms/harbor-ios-arm64-d4";
const FILE = `${HARBOR}/Harbor.dSYM/Contents/Resources/DWARF/Harbor`;
const REPORT = "fixtures/reports/sample-null-dereference/input.ips";
const SLICE = {
  uuid: "u",
  arch: "arm64",
  name: "Harbor",
  sizeBytes: 1,
  hasDebugInfo: true,
  uploadedAt: "2026-01-01T00:00:00Z",
};

let windfall: Windfall;
let server: Server;
let hub = "";
let received: Received[] = [];

beforeAll(async () => {
  windfall = await createWindfall();
  server = createServer(async (request, response) => {
    const { url = "", headers } = request;
    const body = await bodyOf(request);
    received.push({ path: url, key: headers.authorization ?? "", type: headers["content-type"] ?? "", body });
    const [status, answer] = answerTo(url, headers.authorization);
    response.writeHead(status, { "content-type": "application/json" }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  windfall.dispose();
  server.close();
});
beforeEach(() => {
  received = [];
});

function answerTo(url: string, key: string | undefined): [number, string] {
  if (url.startsWith("/other/")) return [200, "<html>"];
  if (key !== `Bearer ${KEY}`) {
    return [401, JSON.stringify({ error: { code: "unauthenticated", message: "unknown key", requestId: "r1" } })];
  }
  if (url === "/ingest/symbols")
    return [200, JSON.stringify({ slices: [{ ...SLICE, duplicate: false }], skipped: [] })];
  return received.filter(({ path }) => path === url).length > 1
    ? [200, JSON.stringify({ id: "r-1", duplicate: true })]
    : [202, JSON.stringify({ id: "r-1", reports: ["r-1"] })];
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Not `windfall.run`: that waits without letting this process answer. */
function run(
  args: readonly string[],
  { node = process.execPath, env = {} }: { node?: string; env?: Record<string, string> } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const all = { PATH: process.env["PATH"] ?? "", WINDFALL_KEY: KEY, WINDFALL_HUB: hub, ...env };
    const child = spawn(node, [join(windfall.folder, "windfall.mjs"), ...args], { cwd: repo, env: all });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject).on("close", (status) => resolve({ status, stdout, stderr }));
  });
}

function write(name: string, bytes: Uint8Array | string): string {
  const path = join(windfall.folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

describe.each(nodesToTest())("with %s", (node) => {
  test("reports are sent as they are, with the key", async () => {
    const outcome = await run(["upload", REPORT, REPORT], { node });
    expect(outcome).toEqual({
      status: 0,
      stdout: `accepted  r-1  ${REPORT}\nknown already  r-1  ${REPORT}\n`,
      stderr: "",
    });
    expect(received.map(({ path, key }) => [path, key])).toEqual([
      ["/ingest/reports", `Bearer ${KEY}`],
      ["/ingest/reports", `Bearer ${KEY}`],
    ]);
    expect(received[0]?.body.equals(readFileSync(join(repo, REPORT)))).toBe(true);
  });

  test("a debug file is sent with its name and every byte", async () => {
    const outcome = await run(["symbols", "upload", HARBOR], { node });
    expect(outcome).toEqual({ status: 0, stdout: "accepted  u  arm64  Harbor\n", stderr: "" });
    const [{ path, type, body } = { path: "", type: "", body: Buffer.alloc(0) }] = received;
    expect(path).toBe("/ingest/symbols");
    const file = (await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData()).get(
      "file",
    );
    if (!(file instanceof File)) throw new Error("no file in the form");
    expect(file.name).toBe("Harbor.dSYM/Contents/Resources/DWARF/Harbor");
    expect(Buffer.from(await file.arrayBuffer()).equals(readFileSync(join(repo, FILE)))).toBe(true);
  });
});

test("every report of a folder is sent, and nothing that is none", async () => {
  write("many/a.ips", readFileSync(join(repo, REPORT)));
  write("many/notes.txt", "no report");
  write(
    "many/b.zip",
    await zipOf([{ path: "in/b.crash", bytes: readFileSync(join(repo, REPORT.replace(".ips", ".crash"))) }]),
  );
  const { status, stdout } = await run(["upload", join(windfall.folder, "many"), "--format", "json"]);
  expect(status).toBe(0);
  expect(received).toHaveLength(2);
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { part?: string }).part),
  ).toEqual([undefined, "in/b.crash"]);
});

test("of a binary and its dSYM only the dSYM is sent; a zip goes as it is", async () => {
  const dwarf = readFileSync(join(repo, FILE));
  const binary = readFileSync(join(repo, "fixtures/dsyms/harbor-ios-arm64-symbols/Harbor"));
  write("app.xcarchive/Products/Applications/Harbor.app/Harbor", withUuidOf(dwarf, binary));
  write("app.xcarchive/dSYMs/Harbor.app.dSYM/Contents/Resources/DWARF/Harbor", dwarf);
  expect((await run(["symbols", "upload", join(windfall.folder, "app.xcarchive")])).status).toBe(0);
  expect(received).toHaveLength(1);
  expect(received[0]?.body.includes(dwarf)).toBe(true);
  received = [];
  write("binary.xcarchive/Products/Applications/Harbor.app/Harbor", binary);
  expect((await run(["symbols", "upload", join(windfall.folder, "binary.xcarchive")])).status).toBe(0);
  expect(received).toHaveLength(1);
  received = [];
  const zip = await zipOf([{ path: FILE, bytes: dwarf }]);
  expect((await run(["symbols", "upload", write("Harbor.dSYM.zip", zip)])).status).toBe(0);
  expect(received).toHaveLength(1);
  expect(received[0]?.body.includes(Buffer.from(zip))).toBe(true);
});

test.each([
  ["no key", { WINDFALL_KEY: "" }, [], 2, "WINDFALL_KEY is not set"],
  ["a wrong key", { WINDFALL_KEY: "wfi_wrong" }, [], 1, "the key in WINDFALL_KEY is not one of this hub"],
  ["no hub there", {}, ["--hub", "http://127.0.0.1:1"], 1, "no hub answers at http://127.0.0.1:1"],
  ["no address", {}, ["--hub", "hub"], 2, "is no address of a hub"],
  ["an address of another kind", {}, ["--hub", "ftp://x"], 2, "instead of http: or https:"],
])("%s is told in one line", async (_, env, flags, exit, message) => {
  for (const command of [
    ["upload", REPORT],
    ["symbols", "upload", HARBOR],
  ]) {
    const { status, stdout, stderr } = await run([...command, ...flags], { env });
    expect({ status, stdout }).toEqual({ status: exit, stdout: "" });
    expect(stderr).toMatch(/^windfall: [^\n]+\n$/);
    expect(stderr).toContain(message);
  }
});

test("something else than a hub behind the address is told", async () => {
  const { status, stderr } = await run(["upload", REPORT], { env: { WINDFALL_HUB: `${hub}/other` } });
  expect(status).toBe(1);
  expect(stderr).toContain("answered in another shape");
});

test("what cannot be read is told, and the rest is sent", async () => {
  const outcome = await run(["upload", "/nowhere.ips", REPORT]);
  expect(outcome.status).toBe(3);
  expect(outcome.stdout).toContain("accepted");
  expect(await run(["symbols", "upload", "fixtures/sources"])).toMatchObject({
    status: 3,
    stderr: expect.stringContaining("no debug file with a UUID") as string,
  });
});

/** `binary` as the one that `dwarf` was made from. */
function withUuidOf(dwarf: Buffer, binary: Buffer): Buffer {
  const copy = Buffer.from(binary);
  dwarf.copy(copy, uuidAt(binary), uuidAt(dwarf), uuidAt(dwarf) + 16);
  return copy;
}

/** LC_UUID is 0x1b and 24 bytes long. */
const uuidAt = (machO: Buffer): number => machO.indexOf(Buffer.from([0x1b, 0, 0, 0, 24, 0, 0, 0])) + 8;
