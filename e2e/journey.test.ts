/** A developer's first hour: sign in, send a dSYM and a report with the CLI, read the line, take the report home. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Download, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser, picture, sidewaysOverflow, PHONE, WIDE } from "./browser.ts";
import { windfall } from "./cli.ts";
import { firstStart, root, type RunningHub } from "./hub.ts";

const DSYM = join(root, "fixtures/dsyms/harbor-ios-arm64-d4/Harbor.dSYM");
const REPORT = join(root, "fixtures/reports/sample-null-dereference/input.ips");

let folder: string;
let hub: RunningHub;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const foreign: string[] = [];
const errors: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windfall-e2e-"));
  hub = await firstStart({ data: join(folder, "data") });
  browser = await openBrowser();
  context = await browser.newContext({ viewport: WIDE, acceptDownloads: true });
  page = await context.newPage();
  page.on("request", (request) => {
    if (!request.url().startsWith(hub.url)) foreign.push(request.url());
  });
  page.on("pageerror", (error) => errors.push(error.message));
});

afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("the printed link signs in once", async () => {
  await page.goto(hub.signInLink);
  await picture(page, "sign-in");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "No crash report has arrived yet" }).waitFor();
  await picture(page, "first-run");

  const other = await browser.newContext();
  const second = await other.newPage();
  await second.goto(hub.signInLink);
  await second.getByRole("button", { name: "Sign in" }).click();
  await second.getByText("windfall people link").first().waitFor();
  expect(await second.getByRole("heading", { name: "No crash report has arrived yet" }).count()).toBe(0);
  await other.close();
});

test("the CLI sends a dSYM and a report with the ingest key", async () => {
  const env = { WINDFALL_HUB: hub.url, WINDFALL_KEY: hub.ingestKey };
  expect(await windfall(["symbols", "upload", DSYM], env)).toMatchObject({ code: 0 });
  expect(await windfall(["upload", REPORT], env)).toMatchObject({ code: 0 });
  const again = await windfall(["upload", REPORT], env);
  expect(again).toMatchObject({ code: 0 });
  expect(again.stdout).toMatch(/duplicate|already/i);
  await hub.processed();
});

test("a wrong key is refused with what to do", async () => {
  const { code, stderr } = await windfall(["upload", REPORT], { WINDFALL_HUB: hub.url, WINDFALL_KEY: "wfi_wrong" });
  expect(code).toBe(1);
  expect(stderr).toMatch(/key/i);
});

test("the signature says what broke and on which line", async () => {
  await page.goto(hub.url);
  // The report is older than the last 30 days: the page says so and leads to its days.
  await page.getByRole("link", { name: "Show the days up to it" }).click();
  await page
    .getByRole("link", { name: /Null dereference in engine_read_pressure/ })
    .first()
    .click();
  await page.getByRole("heading", { name: /Null dereference in engine_read_pressure/ }).waitFor();
  await page.getByText("engine.c:22").first().waitFor();
  expect(await page.getByText("warm_up").count()).toBeGreaterThan(0);
  expect(await page.getByText("fault address 0x4 is below one page").count()).toBeGreaterThan(0);
  await picture(page, "signature-light");
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "signature-dark");
  await page.emulateMedia({ colorScheme: "light" });
});

test("the report downloads as it came and as Apple's text", async () => {
  const original = await bytesOf(await download(() => page.getByRole("link", { name: ".ips" }).click()));
  expect(original.equals(await readFile(REPORT))).toBe(true);
  const text = (await bytesOf(await download(() => page.getByRole("link", { name: "Apple text" }).click()))).toString();
  expect(text).toMatch(/^Incident Identifier: {1,}77B06158-59C5-5C9A-9CF2-17CF7AE846B6$/m);
  expect(text).toMatch(/^0 {3}Harbor .*engine_read_pressure.*\(engine\.c:22\)$/m);
});

test("every page fits a phone", async () => {
  await page.setViewportSize(PHONE);
  const path = new URL(page.url()).pathname;
  const app = path.split("/").slice(0, 3).join("/");
  for (const [name, address] of [
    ["signature-phone", page.url()],
    ["overview-phone", hub.url + app],
    ["signatures-phone", `${hub.url}${app}/signatures`],
    ["symbols-phone", `${hub.url}/symbols`],
  ] as const) {
    await page.goto(address);
    await page.locator("main h1, main h2").first().waitFor();
    await page.waitForLoadState("networkidle");
    expect([name, await sidewaysOverflow(page)]).toEqual([name, 0]);
    await picture(page, name);
  }
  await page.setViewportSize(WIDE);
});

test("the address holds the filters: copying it shows the same", async () => {
  await page.goto(hub.url);
  await page.getByRole("link", { name: "Show the days up to it" }).click();
  await page
    .getByRole("link", { name: /Null dereference/ })
    .first()
    .waitFor();
  const overview = new URL(page.url());
  overview.searchParams.append("version", "9.9");
  await page.goto(overview.href);
  await page.waitForLoadState("networkidle");
  expect(await page.getByRole("link", { name: /Null dereference/ }).count()).toBe(0);
  await page.goBack();
  await page
    .getByRole("link", { name: /Null dereference/ })
    .first()
    .waitFor();
});

test("signing out ends it", async () => {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("windfall people link").first().waitFor();
  expect((await page.request.get(`${hub.url}/api/v1/apps`)).status()).toBe(401);
});

test("a locked-out owner gets a new link on the hub's machine", async () => {
  const { code, stdout } = await windfall(["people", "link", "--data", join(folder, "data")]);
  expect(code).toBe(0);
  expect(stdout.trim()).toMatch(new RegExp(`^${hub.url}/sign-in\\?token=[\\w-]+$`));
  await page.goto(stdout.trim());
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
});

test("the first page loads at most 200 KB of script, as sent", async () => {
  const fresh = await context.newPage();
  let scriptBytes = 0;
  fresh.on("response", (response) => {
    if (response.request().resourceType() !== "script") return;
    scriptBytes += Number(response.headers()["content-length"]);
    expect(response.headers()["content-encoding"]).toBe("gzip");
  });
  await fresh.goto(hub.url);
  await fresh.getByRole("button", { name: "Sign out" }).waitFor();
  expect(scriptBytes).toBeGreaterThan(0);
  expect(scriptBytes).toBeLessThan(200 * 1024);
  await fresh.close();
});

test("no page asked another host, none failed", () => {
  expect(foreign).toEqual([]);
  expect(errors).toEqual([]);
});

async function download(click: () => Promise<void>): Promise<Download> {
  const [result] = await Promise.all([page.waitForEvent("download"), click()]);
  return result;
}

async function bytesOf(result: Download): Promise<Buffer> {
  return readFile(await result.path());
}
