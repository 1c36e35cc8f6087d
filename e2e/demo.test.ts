/** A newcomer with `--demo`: from the first start to the first crash-free line, through a story that can be read, to one click that removes it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser, PHONE, picture, sidewaysOverflow, WIDE } from "./browser.ts";
import { firstStart, type RunningHub } from "./hub.ts";

const FILL_TIMEOUT_MS = 120_000;

let folder: string;
let hub: RunningHub;
let browser: Browser;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windfall-e2e-"));
  hub = await firstStart({ data: join(folder, "data"), flags: ["--demo"] });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: WIDE });
  page.on("pageerror", (error) => errors.push(error.message));
});

afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

test(
  "the hub serves while it fills, and says when all is there",
  async () => {
    await page.goto(hub.signInLink);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await expect.poll(hub.printed, { timeout: FILL_TIMEOUT_MS, interval: 200 }).toContain("Demo: all is there.");
  },
  FILL_TIMEOUT_MS,
);

test("the overview opens with crash-free users, and is marked as demo data", async () => {
  await page.goto(hub.url);
  await page
    .getByText(/crash-free users/i)
    .first()
    .waitFor();
  await page
    .getByText(/\b9\d\.\d+\s?%/)
    .first()
    .waitFor();
  await page.getByRole("group", { name: "Demo data" }).waitFor();
  await page.waitForLoadState("networkidle");
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await picture(page, `demo-overview-${theme}`);
    // As the README shows it: what one sees first.
    await picture(page, `readme-overview-${theme}`, false);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(PHONE);
  expect(await sidewaysOverflow(page)).toBe(0);
  await picture(page, "demo-overview-phone");
  await page.setViewportSize(WIDE);
});

test("its signatures name functions and lines", async () => {
  await page
    .getByRole("link", { name: /Null dereference in engine_read_pressure/ })
    .first()
    .click();
  await page.getByText("engine.c:22").first().waitFor();
});

test("one click removes it", async () => {
  await page.getByRole("button", { name: "Remove it" }).click();
  await page.getByRole("heading", { name: "No crash report has arrived yet" }).waitFor();
  expect(await page.getByRole("group", { name: "Demo data" }).count()).toBe(0);
  expect(errors).toEqual([]);
});
