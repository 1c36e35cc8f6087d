/** `ci register` and `ci upload-symbols` as a build machine runs them, against a hub that writes down what it gets. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createWindfall, type Outcome, repo, type Windfall } from "../../test/bundle.ts";

const IMAGE = { uuid: "4c4c44ce-5555-3144-a1af-caee1217c80a", arch: "arm64", name: "Harbor" };
const GITHUB = {
  GITHUB_ACTIONS: "true",
  GITHUB_RUN_ID: "7",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_REPOSITORY: "harbor/app",
  GITHUB_SHA: "9fceb02d0ae598e95dc970b74767f19372d61af8",
  GITHUB_REF_TYPE: "tag",
  GITHUB_REF_NAME: "v2.10",
};

let windfall: Windfall;
let server: Server;
let hub = "";
let archive = "";
let received: { path: string; body: string }[] = [];
let missing: readonly (typeof IMAGE)[] = [];

beforeAll(async () => {
  windfall = await createWindfall();
  archive = join(windfall.folder, "Harbor.xcarchive");
  mkdirSync(join(archive, "dSYMs"), { recursive: true });
  cpSync(join(repo, "fixtures/dsyms/harbor-ios-arm64-d4/Harbor.dSYM"), join(archive, "dSYMs/Harbor.app.dSYM"), {
    recursive: true,
  });
  writeFileSync(
    join(archive, "Info.plist"),
    `<plist><dict><key>ApplicationProperties</key><dict>
      <key>CFBundleIdentifier</key><string>org.example.Harbor</string>
      <key>CFBundleShortVersionString</key><string>2.10</string>
      <key>CFBundleVersion</key><string>210</string></dict></dict></plist>`,
  );
  server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    received.push({ path: request.url ?? "", body });
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answerTo(request.url, body)));
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
  missing = [];
});

function answerTo(url: string | undefined, body: string): unknown {
  if (url === "/ingest/symbols") {
    const slice = { ...IMAGE, sizeBytes: 1, hasDebugInfo: true, uploadedAt: "2026-01-01T00:00:00Z", duplicate: false };
    return { slices: [slice], skipped: [] };
  }
  const { images = [] } = JSON.parse(body) as { images?: readonly unknown[] };
  return { appId: "a1", known: false, images: images.length, missingSymbols: missing };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("latin1");
}

/** Without this machine's own CI variables. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const all = { PATH: process.env["PATH"] ?? "", WINDFALL_KEY: "wfi_test", WINDFALL_HUB: hub, ...env };
    const child = spawn(process.execPath, [join(windfall.folder, "windfall.mjs"), "ci", ...args], { env: all });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject).on("close", (status) => resolve({ status, stdout, stderr }));
  });
}

const registered = (): unknown => JSON.parse(received.at(-1)?.body ?? "null");

test("a build is registered with what its archive and its CI run say", async () => {
  expect(await run(["register", archive, "--channel", "testflight"], GITHUB)).toEqual({
    status: 0,
    stdout: "registered  org.example.Harbor 2.10 (210)  1 image, v2.10, 9fceb02d0ae5, github-actions\n",
    stderr: "",
  });
  expect(received.map(({ path }) => path)).toEqual(["/api/v1/builds"]);
  expect(registered()).toEqual({
    bundleId: "org.example.Harbor",
    version: "2.10",
    build: "210",
    commit: GITHUB.GITHUB_SHA,
    tag: "v2.10",
    channel: "testflight",
    ci: { provider: "github-actions", runId: "7", runUrl: "https://github.com/harbor/app/actions/runs/7" },
    images: [IMAGE],
  });
});

test("flags win, and are enough without an archive or a CI system", async () => {
  const flags = ["--app", "org.example.Tea", "--version", "1.0", "--build", "5", "--commit", "abc", "--ci", "buildbot"];
  expect((await run(["register", ...flags, "--uploaded-at", "2026-11-01"], GITHUB)).status).toBe(0);
  expect(registered()).toEqual({
    bundleId: "org.example.Tea",
    version: "1.0",
    build: "5",
    commit: "abc",
    tag: "v2.10",
    ci: { provider: "buildbot" },
    uploadedAt: "2026-11-01T00:00:00.000Z",
  });
});

test("images without symbols are told, with the command that sends them", async () => {
  missing = [IMAGE];
  const { stdout } = await run(["register", archive]);
  expect(stdout.split("\n").slice(1, 3)).toEqual([
    `no symbols yet  ${IMAGE.uuid}  arm64  Harbor`,
    `windfall symbols upload '${archive}' sends them`,
  ]);
});

test("upload-symbols sends the debug files first, then the build; the archive is the one Xcode Cloud made", async () => {
  const { status, stdout } = await run(["upload-symbols"], { CI_XCODE_CLOUD: "TRUE", CI_ARCHIVE_PATH: archive });
  expect(status).toBe(0);
  expect(received.map(({ path }) => path)).toEqual(["/ingest/symbols", "/api/v1/builds"]);
  expect(stdout).toBe(
    `accepted  ${IMAGE.uuid}  arm64  Harbor\nregistered  org.example.Harbor 2.10 (210)  1 image, xcode-cloud\n`,
  );
});

test.each([
  ["no archive and no flags", ["register"], 2, "the archive does not say its bundle id"],
  ["upload-symbols without an archive", ["upload-symbols"], 2, "which archive?"],
  ["an archive that is not there", ["register", "/nowhere.xcarchive"], 3, "/nowhere.xcarchive: no such file"],
  [
    "a time that is none",
    ["register", "--app", "a", "--version", "1", "--build", "1", "--uploaded-at", "soon"],
    2,
    "'soon'",
  ],
])("%s is told in one line, and nothing is sent", async (_, args, status, message) => {
  const outcome = await run(args);
  expect(outcome).toMatchObject({ status, stdout: "" });
  expect(outcome.stderr).toMatch(/^windfall: [^\n]+\n$/);
  expect(outcome.stderr).toContain(message);
  expect(received).toEqual([]);
});
