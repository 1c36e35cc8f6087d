/** A file dropped on `/analyze`: the same answer as the command line, made in the browser, and nothing of it leaves before Keep. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { crashTextWith, HOSTILE_TEXTS, ipsWith } from "../fixtures/hostile/texts.ts";
import { openBrowser, picture, PHONE, sidewaysOverflow, WIDE } from "./browser.ts";
import { windfall } from "./cli.ts";
import { firstStart, root, type RunningHub } from "./hub.ts";

const DSYM = join(root, "fixtures/dsyms/harbor-ios-arm64-d4/Harbor.dSYM");
const OTHER_BUILD = join(root, "fixtures/dsyms/harbor-ios-arm64-d5/Harbor.dSYM");
const REPORT = join(root, "fixtures/reports/sample-null-dereference/input.ips");
const AS_TEXT = join(root, "fixtures/reports/sample-null-dereference/input.crash");
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
    if (message.type() === "error") errors.push(message.text());
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
    await session.send("Input.dispatchDragEvent", { type, x: 500, y: 400, data });
  }
  await session.detach();
}

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
  const images = answer.symbols.images.map(({ path: _, ...image }) => image);
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
  await page.context().close();
});

test("opened from a folder on a disk: the dSYM may come later, and one of another build says so", async () => {
  const { page, requests } = await open(pathToFileURL(join(STATIC, "index.html")).href);
  await drop(page, [REPORT]);
  await heading(page).filter({ hasText: " " }).waitFor();
  await page.getByText("no dSYM").first().waitFor();
  expect(await page.getByRole("button", { name: /Keep/ }).count()).toBe(0);
  await drop(page, [OTHER_BUILD]);
  await page.getByText(/is of another build: its UUID is/).waitFor();
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
