/** A newcomer without a crash at hand: one click loads the repo's own sample. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser, picture, WIDE } from "./browser.ts";
import { firstStart, type RunningHub, start } from "./hub.ts";

let folder: string;
let hub: RunningHub;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windfall-e2e-"));
  hub = await firstStart({ data: join(folder, "data") });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

test("one click on an empty hub ends at a symbolicated signature, which a second start still shows", async () => {
  const page = await browser.newPage({ viewport: WIDE });
  await page.goto(hub.signInLink);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Load the sample" }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page
    .getByText(/\w+\.(swift|m|c|cpp):\d+/)
    .first()
    .waitFor();
  await picture(page, "sample-signature");

  const address = new URL(page.url());
  expect(await hub.stop()).toBe(0);
  const again = await start({ data: join(folder, "data"), port: Number(address.port) });
  expect(again.printed()).not.toMatch(/wfi_|wfk_|token=/);
  await page.goto(address.href);
  await page
    .getByText(/\w+\.(swift|m|c|cpp):\d+/)
    .first()
    .waitFor();
  expect(await again.stop()).toBe(0);
});
