/** A file dropped on `/analyze`: the same answer as the command line, made in the browser, and nothing of it leaves before Keep. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { zipOf } from "../packages/core/test/zip-writer.ts";
import { crashTextWith, HOSTILE_TEXTS, ipsWith } from "../fixtures/hostile/texts.ts";
import { openBrowser, picture, pictureOf, PHONE, sidewaysOverflow, WIDE } from "./browser.ts";
import { windfall } from "./cli.ts";
import { firstStart, root, type RunningHub } from "./hub.ts";

const DSYM = join(root, "fixtures/dsyms/harbor-ios-arm64-d4/Harbor.dSYM");
const OTHER_BUILD = join(root, "fixtures/dsyms/harbor-ios-arm64-d5/Harbor.dSYM");
const REPORT = join(root, "fixtures/reports/sample-null-dereference/input.ips");
const AS_TEXT = join(root, "fixtures/reports/sample-null-dereference/input.crash");
const SWIFT_REPORT = join(root, "fixtures/reports/swift/03-ios17-async-resume.ips");
const SWIFT_DSYM = join(root, "fixtures/dsyms/swift-teebude-ios-arm64-Osize-d5/Teebude.dSYM");
const STATIC = join(root, "packages/web/dist/analyze");

let folder: string;
let hub: RunningHub;
let browser: Browser;
const errors: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windfall-e2e-"));
  hub = await firstStart({ data: join(folder, "data") });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** Everything asked for since the page stood. */
  readonly requests: string[];
}

async function open(address: string): Promise<Opened> {
  const context = await browser.newContext({ viewport: WIDE, acceptDownloads: true });
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // A refusal of the hub is logged by the browser; that one is wanted.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      errors.push(message.text());
  });
  page.on("dialog", (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(address, { waitUntil: "networkidle" });
  await page.getByRole("button", { name: "Choose files" }).waitFor();
  const requests: string[] = [];
  // A worker's blob is no request; whatever goes to a network or a disk is.
  context.on("request", (request) => {
    if (!request.url().startsWith("blob:")) requests.push(`${request.method()} ${request.url()}`);
  });
  return { page, requests };
}

/** As the system's file manager drops them: by path, folders whole. */
async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x: 200, y: 400, data });
  }
  await session.detach();
}

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; worker-src blob:";
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  js: "text/javascript",
  css: "text/css",
  svg: "image/svg+xml",
};

/** Any static host: the folder below some path. */
async function serveFolder(root: string): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const name = /^\/tools\/analyze\/([\w.-]*)$/.exec(request.url ?? "")?.[1];
    const path = name === "" ? "index.html" : (name ?? "none");
    readFile(join(root, path)).then(
      (bytes) => {
        response.setHeader("content-type", TYPES[path.split(".").at(-1) ?? ""] ?? "application/octet-stream");
        response.setHeader("content-security-policy", POLICY);
        response.end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

const WAIT = { timeout: 15_000 };
const heading = (page: Page) => page.getByRole("heading", { level: 1 });
const settled = (page: Page) => page.getByText(/^Reading /).waitFor({ state: "hidden" });

interface Answer {
  input: { path: string };
  symbols: { images: { path?: string; status: string }[] };
  report: { threads: { crashed: boolean; frames: { function?: string; file?: string; line?: number }[] }[] };
}

/** The page's own JSON, as it is saved. */
async function savedJson(page: Page): Promise<Answer> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "JSON" }).click(),
  ]);
  return JSON.parse(await readFile(await download.path(), "utf8")) as Answer;
}

/** Paths are how each side names what it was given. */
function withoutPaths(answer: Answer): Answer {
  const images = answer.symbols.images.map((image) => ({ ...image, path: "" }));
  return { ...answer, input: { ...answer.input, path: "" }, symbols: { images } };
}

test("a report and its dSYM dropped together: the command line's answer, and no request", async () => {
  const { page, requests } = await open(`${hub.url}/analyze`);
  await picture(page, "analyze");
  await drop(page, [REPORT, DSYM]);
  await page
    .getByText(/\w+\.(swift|m|c|cpp):\d+/)
    .first()
    .waitFor();
  await settled(page);
  await picture(page, "analyze-result");
  expect(await page.getByText("Every image that needs one has its dSYM.").count()).toBe(1);

  const answer = await savedJson(page);
  const cli = await windfall(["analyze", REPORT, "--symbols", DSYM, "--format", "json"]);
  const expected = JSON.parse(cli.stdout) as Answer;
  const crashed = answer.report.threads.find((thread) => thread.crashed)?.frames ?? [];
  expect(crashed.filter(({ line }) => line !== undefined).length).toBeGreaterThan(1);
  expect(withoutPaths(answer)).toEqual(withoutPaths(expected));
  expect(requests).toEqual([]);

  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy as text" }).click();
  await page.getByText("Copied").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^Incident Identifier:/);
  expect(copied).toContain("engine_read_pressure + 4 (engine.c:22)");
  expect(requests).toEqual([]);

  // The list would have shown it, from the page and from its worker.
  await page.evaluate(() => fetch("/healthz?page"));
  await page.workers()[0]?.evaluate(() => fetch("/healthz?worker"));
  expect(requests).toEqual(["page", "worker"].map((from) => `GET ${hub.url}/healthz?${from}`));
  await page.context().close();
});

test("opened from a folder on a disk: the dSYM may come later, and one of another build says so", async () => {
  const { page, requests } = await open(pathToFileURL(join(STATIC, "index.html")).href);
  await drop(page, [REPORT]);
  await heading(page).filter({ hasText: " " }).waitFor();
  await page.getByText("no dSYM").first().waitFor();
  expect(await page.getByRole("button", { name: /Keep/ }).count()).toBe(0);
  await drop(page, [OTHER_BUILD]);
  await page.getByText(/but of another build: wanted is UUID/).waitFor();
  await picture(page, "analyze-other-build");
  await page.getByLabel("A folder of reports and symbols").setInputFiles(DSYM);
  await page
    .getByText(/\w+\.(swift|m|c|cpp):\d+/)
    .first()
    .waitFor();
  await settled(page);
  expect(await page.getByText("no dSYM").count()).toBe(0);
  const cli = await windfall(["analyze", REPORT, "--symbols", DSYM, "--format", "json"]);
  expect(withoutPaths(await savedJson(page))).toEqual(withoutPaths(JSON.parse(cli.stdout) as Answer));
  expect(requests).toEqual([]);
  await page.context().close();
});

test("several files at once: a list; what is no report, cut off or empty is said in words", async () => {
  const { page, requests } = await open(`${hub.url}/analyze`);
  const cut = join(folder, "cut.ips");
  const note = join(folder, "shopping list.txt");
  const empty = join(folder, "empty.crash");
  const bytes = await readFile(REPORT);
  await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
  await writeFile(note, "milk, bread, <b>cheese</b>");
  await writeFile(empty, "");
  await drop(page, [AS_TEXT, cut, note, empty, DSYM]);
  const list = page.getByRole("region", { name: "Reports" }).getByRole("button");
  await expect.poll(() => list.count(), WAIT).toBe(2);
  await page.getByText("shopping list.txt is no crash report.").waitFor();
  await page.getByText("empty.crash is empty.").waitFor();
  await list.filter({ hasText: "cut.ips" }).click();
  await page.getByRole("heading", { name: "Found while reading" }).waitFor();
  await picture(page, "analyze-several");
  await list.filter({ hasText: "input.crash" }).click();
  await page.getByText("engine.c:22").first().waitFor();
  expect(requests).toEqual([]);

  await page.getByRole("button", { name: "Dismiss" }).click();
  await page.getByRole("heading", { name: /^Drop a crash report here/ }).waitFor();
  expect(await page.getByText("Symbols given").count()).toBe(0);
  await page.context().close();
});

test("from a static server with a strict policy: a zip with a report and its dSYM, and a report pasted as text", async () => {
  const server = await serveFolder(STATIC);
  const { page, requests } = await open(`${server.url}/tools/analyze/`);
  const archive = join(folder, "from-a-tester.zip");
  const dwarf = "Contents/Resources/DWARF/Harbor";
  await writeFile(
    archive,
    await zipOf([
      { path: "Harbor.crash", bytes: new Uint8Array(await readFile(AS_TEXT)) },
      { path: `dSYMs/Harbor.dSYM/${dwarf}`, bytes: new Uint8Array(await readFile(join(DSYM, dwarf))) },
    ]),
  );
  await page.getByLabel("Reports and symbols", { exact: true }).setInputFiles(archive);
  await page.getByText("engine.c:22").first().waitFor();
  await page.evaluate(
    (text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    },
    await readFile(REPORT, "utf8"),
  );
  await page.getByRole("button", { name: "Pasted text" }).waitFor();
  expect(await page.getByRole("region", { name: "Reports" }).getByRole("button").count()).toBe(2);
  expect(requests).toEqual([]);
  await page.context().close();
  server.close();
});

test("names of a stack in three forms, kept by the browser; a pasted list as people read it, and no request", async () => {
  const { page } = await open(`${hub.url}/analyze`);
  await drop(page, [SWIFT_REPORT, SWIFT_DSYM]);
  const row = page.getByRole("listitem").filter({ hasText: "Concurrency.swift:28" }).first();
  await row.getByText("serveGuest(_:_:)").waitFor();
  await row.getByText("part 2", { exact: true }).waitFor();
  const stack = page.getByRole("region", { name: "Crashed thread 2" });
  await pictureOf(stack, "names-simplified");
  await page.getByRole("button", { name: "Names: simplified" }).first().click();
  await row.getByText(/Teebude\.serveGuest\(.*\) async/).waitFor();
  await page.getByRole("button", { name: "Names: full" }).first().click();
  await row.getByText(/^\$s7Teebude10serveGuest/).waitFor();
  await pictureOf(stack, "names-mangled");
  await page.getByRole("link", { name: "Demangle names" }).click();
  await page.getByRole("textbox", { name: "Mangled" }).fill("1 Harbour $s7harbour4BoatC3rowyyF + 4\n_ZN4Boat3rowEv");
  await page.getByText("1 Harbour Boat.row() + 4\nBoat::row()", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Full" }).click();
  await page.getByText("1 Harbour harbour.Boat.row() -> () + 4\nBoat::row()", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Analyze a file" }).click();
  await page.getByRole("button", { name: "Names: mangled" }).first().waitFor();
  await page.context().close();

  const folderPage = await open(pathToFileURL(join(STATIC, "index.html")).href);
  await folderPage.page.getByRole("link", { name: "Demangle names" }).click();
  await folderPage.page.getByRole("button", { name: "Examples" }).click();
  await folderPage.page.getByText("std::vector<int, std::allocator<int>>::push_back(int const&)").waitFor();
  // Chromium asks for the icon again when the fragment changes.
  expect(folderPage.requests.filter((request) => !request.endsWith("/analyze.svg"))).toEqual([]);
  await folderPage.page.context().close();
});

test("no text of a report acts, and none widens a phone's page", async () => {
  const { page, requests } = await open(`${hub.url}/analyze`);
  await page.setViewportSize(PHONE);
  const paths: string[] = [];
  for (const [index, { text }] of HOSTILE_TEXTS.entries()) {
    for (const [ending, body] of [
      ["ips", ipsWith(text)],
      ["crash", crashTextWith(text)],
    ] as const) {
      paths.push(join(folder, `hostile-${index}.${ending}`));
      await writeFile(paths.at(-1) ?? "", body);
    }
  }
  await drop(page, paths);
  const list = page.getByRole("region", { name: "Reports" }).getByRole("button");
  // Two files of each text; one that holds several reports has more.
  await expect.poll(() => list.count(), WAIT).toBeGreaterThanOrEqual(2 * HOSTILE_TEXTS.length);
  await settled(page);
  // In the page itself: a click from outside waits for more than the next picture.
  const wide = await list.evaluateAll(async (buttons) => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const found: string[] = [];
    for (const button of buttons) {
      (button as HTMLElement).click();
      await drawn();
      const isShown = button.getAttribute("aria-current") === "true";
      const { scrollWidth, clientWidth } = document.documentElement;
      if (!isShown || scrollWidth > clientWidth) found.push(button.textContent ?? "");
    }
    return found;
  });
  expect(wide).toEqual([]);
  expect(await page.evaluate(() => "owned" in globalThis)).toBe(false);
  expect(
    await page.locator("main script, main iframe, main img, main svg[onload], a[href^='javascript:']").count(),
  ).toBe(0);
  expect(requests).toEqual([]);
  await page.context().close();
});

test("keep: signed out it says how; signed in it sends report and dSYM, and leads to the signature", async () => {
  const { page, requests } = await open(`${hub.url}/analyze`);
  await drop(page, [REPORT, DSYM]);
  await page.getByText("engine.c:22").first().waitFor();
  await settled(page);
  await page.setViewportSize(PHONE);
  expect(await sidewaysOverflow(page)).toBe(0);
  await picture(page, "analyze-result-phone");
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("link", { name: "Open the hub" }).waitFor();
  await page.getByRole("button", { name: "Menu" }).click();
  await page.setViewportSize(WIDE);
  await page.getByRole("button", { name: "Keep in this hub" }).click();
  await page.getByText("You are not signed in to this hub, so nothing was sent.").waitFor();
  expect(requests.filter((request) => !request.startsWith("GET "))).toEqual([]);

  const other = await page.context().newPage();
  await other.goto(hub.signInLink);
  await other.getByRole("button", { name: "Sign in" }).click();
  await other.getByRole("button", { name: "Sign out" }).waitFor();
  await other.close();
  requests.length = 0;
  await page.getByRole("button", { name: "Keep in this hub" }).click();
  await page.getByRole("link", { name: "Open its signature" }).click();
  await heading(page).filter({ hasText: "engine_read_pressure" }).waitFor();
  await page.getByText("engine.c:22").first().waitFor();
  const sent = requests
    .filter((request) => request.startsWith("POST "))
    .map((request) => request.slice(hub.url.length + 5));
  expect(sent).toEqual(["/ingest/symbols", "/ingest/reports"]);

  // On any page of the hub: what is dropped is looked at, and the reader is a click away from where they were.
  await drop(page, [AS_TEXT]);
  // The page that was left has a verdict too.
  await page.waitForURL("**/analyze");
  await page.getByRole("region", { name: "Verdict" }).waitFor();
  await page.getByText("no dSYM").first().waitFor();
  await picture(page, "analyze-in-hub");
  await page.context().close();
});

test("the page weighs at most 100 KB of script, its worker 200 KB, and goes on when the hub is away", async () => {
  const context = await browser.newContext({ viewport: WIDE, colorScheme: "dark" });
  const page = await context.newPage();
  const bytes = { page: 0, worker: 0 };
  page.on("response", (response) => {
    const name = new URL(response.url()).pathname;
    if (!name.endsWith(".js")) return;
    // All that reads reports and debug files; it loads beside the page.
    bytes[name.includes("/worker-") ? "worker" : "page"] += Number(response.headers()["content-length"]);
  });
  await page.goto(`${hub.url}/analyze`, { waitUntil: "networkidle" });
  expect(bytes.page).toBeGreaterThan(50 * 1024);
  expect(bytes.page).toBeLessThan(100 * 1024);
  expect(bytes.worker).toBeGreaterThan(50 * 1024);
  expect(bytes.worker).toBeLessThan(200 * 1024);

  expect(await hub.stop()).toBe(0);
  await drop(page, [REPORT, DSYM]);
  await page.getByText("engine.c:22").first().waitFor();
  await settled(page);
  await picture(page, "analyze-result-dark");
  await context.close();
});

test("no page failed, and no policy was broken", () => {
  expect(errors).toEqual([]);
});
