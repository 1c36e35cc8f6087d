/** A newcomer with `--demo`: from the first start to the first crash-free line, through a story that can be read, to one click that removes it. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
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

test("a day of the line says its value, interval, n and whether it still fills: under the pointer, by keys, as CSV", async () => {
  const line = page.getByRole("slider", { name: /^Crash-free users per day/ });
  const card = page.locator(".plot .tip");
  const box = await line.boundingBox();
  if (!box) throw new Error("the line is not drawn");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const text = (await card.innerText()).replace(/\s+/g, " ");
  expect(text).toMatch(
    /^\w{3} \d+ \w{3} \d{4} closed Crash-free \d+\.\d\d % 95 % interval [\d.]+ to [\d.]+ Crashed \d+ of [\d,]+ users$/,
  );
  await page.mouse.move(0, 0);
  expect(await card.count()).toBe(0);

  await line.focus();
  await page.keyboard.press("End");
  expect(await line.getAttribute("aria-valuetext")).toContain("still filling");
  await page.keyboard.press("ArrowLeft");
  // Yesterday fills still: what it will come to stands beside what is there.
  const yesterday = (await line.getAttribute("aria-valuetext"))?.replace(/\s/g, " ") ?? "";
  const late = /With late reports (\d+\.\d\d) % \([\d.]+ to [\d.]+\); Usually here by now (\d+) %$/.exec(yesterday);
  await page.keyboard.press("ArrowLeft");
  const told = (await line.getAttribute("aria-valuetext"))?.replace(/\s/g, " ") ?? "";
  expect(told).toContain(", closed; ");
  await page.keyboard.press("Escape");
  expect(await card.count()).toBe(0);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "CSV: download crash-free users" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("crash-free-users.csv");
  const [head, ...lines] = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  expect(head).toBe(
    "day,open,crash_free,low_95,high_95,crashed,n,corrected,corrected_low_95,corrected_high_95,usually_arrived",
  );
  expect(lines).toHaveLength(30);
  expect(lines.map((row) => row.split(",")[1])).toEqual([...Array.from({ length: 28 }, () => "no"), "yes", "yes"]);
  const fields = (lines.at(-2) ?? "").split(",");
  expect([(Number(fields[7]) * 100).toFixed(2), String(Math.round(Number(fields[10]) * 100))]).toEqual([
    late?.[1],
    late?.[2],
  ]);
  expect(await page.getByRole("note", { name: "Late reports" }).first().innerText()).toContain(`${late?.[1]}\u00a0%`);
  expect(Number(fields[7])).toBeLessThanOrEqual(Number(fields[2]));
  expect(lines.at(-3)).toMatch(/,,,,$/);
  const [, , value, , , crashed] = (lines.at(-3) ?? "").split(",");
  expect(told).toContain(`Crash-free ${(Number(value) * 100).toFixed(2)} %`);
  expect(told).toContain(`Crashed ${crashed} of `);
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
