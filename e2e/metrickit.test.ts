/** What MetricKit gives an app, sent as an app and as a person would, and seen on the pages: crashes, and the rest apart from them. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser, PHONE, picture, sidewaysOverflow, WIDE } from "./browser.ts";
import { windfall } from "./cli.ts";
import { firstStart, root, type RunningHub } from "./hub.ts";

const DSYM = join(root, "fixtures/dsyms/harbor-ios-arm64-d4");
const fixture = (name: string) => join(root, `fixtures/reports/format-metrickit-${name}/input.json`);

let folder: string;
let hub: RunningHub;
let browser: Browser;
let page: Page;
let app: string;

/** Days that the pages show without a filter. */
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
async function recent(name: string): Promise<string> {
  const text = await readFile(fixture(name), "utf8");
  return text.replaceAll(/2025-0[23]-\d\d|2020-\d\d-\d\d/g, daysAgo(2));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windfall-e2e-"));
  hub = await firstStart({ data: join(folder, "data") });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: WIDE });
  await page.goto(hub.signInLink);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "No crash report has arrived yet" }).waitFor();
});

afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("an app posts its payloads as an array, a person uploads a file: both are taken, and known when sent again", async () => {
  const env = { WINDFALL_HUB: hub.url, WINDFALL_KEY: hub.ingestKey };
  expect((await windfall(["symbols", "upload", DSYM, "--format", "json"], env)).code).toBe(0);
  const body = `[${await recent("crash")},${await recent("sampled")}]`;
  const post = () =>
    fetch(`${hub.url}/ingest/metrickit?key=${hub.ingestKey}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
  expect((await post()).status).toBe(202);
  expect((await post()).status).toBe(200);
  const metrics = join(folder, "payload.json");
  await writeFile(metrics, await recent("metrics"));
  const uploaded = await windfall(["upload", metrics], env);
  expect(uploaded).toMatchObject({ code: 0, stderr: "" });
  expect(uploaded.stdout).toContain("accepted");
  expect((await windfall(["upload", metrics], env)).stdout).toContain("known already");
  await hub.processed();
});

test("the overview counts the crash alone, and says what else there is", async () => {
  await page.goto(hub.url);
  await page.getByRole("heading", { name: "Top signatures" }).waitFor();
  await page.getByText("1 metric payload received").first().waitFor();
  await page.getByRole("link", { name: "1 report of disk writes" }).waitFor();
  app = /\/apps\/([^/?]+)/.exec(page.url())?.[1] ?? "";
  const table = page.getByRole("table", { name: "Top signatures" }).locator("tbody tr");
  await table.getByText("Null dereference in engine_read_pressure").waitFor();
  expect(await table.count()).toBe(1);
  await picture(page, "metrickit-overview");
});

test("hangs have a list of their own behind a tab, and a page with the stack they hung in", async () => {
  await page.getByRole("link", { name: "All signatures" }).click();
  const tabs = page.getByRole("navigation", { name: "Kinds of report" });
  await tabs.getByRole("link", { name: "Crashes 1" }).waitFor();
  expect((await tabs.getByRole("link").allInnerTexts()).map((text) => text.replace(/\s+/g, " "))).toEqual([
    "Crashes 1",
    "Hangs 1",
    "Slow launches 1",
    "CPU use 1",
    "Disk writes 1",
  ]);
  await tabs.getByRole("link", { name: "Hangs 1" }).click();
  await page.waitForURL(`**/apps/${app}/signatures/kind/hang`);
  await page.getByText("1 signature, 1 hang,").waitFor();
  await picture(page, "metrickit-hangs");
  await page.getByRole("link", { name: "Hang in warm_up" }).click();
  await page.getByRole("heading", { name: "Hang in warm_up" }).waitFor();
  await page.getByText("-[HarborDeck startEngine:]").first().waitFor();
  await page.getByText("Share of hangs", { exact: true }).waitFor();
  await picture(page, "metrickit-hang");
  // A filter leaves the reader among the hangs.
  await page.goBack();
  await tabs.waitFor();
  await page.goto(`${hub.url}/apps/${app}/signatures/kind/hang?version=9.9`);
  await page.getByText("No hang in these days and filters.").waitFor();
  await page.goto(`${hub.url}/apps/${app}/signatures/kind/launch`);
  await page.getByText("Slow launch in engine_wait_for_pump").waitFor();
});

test("on a phone the tabs scroll and the page does not", async () => {
  const phone = await browser.newPage({ viewport: PHONE, storageState: await page.context().storageState() });
  await phone.goto(`${hub.url}/apps/${app}/signatures/kind/disk-writes`);
  await phone.getByRole("link", { name: "Disk writes in -[HarborDeck startEngine:]" }).waitFor();
  expect(await sidewaysOverflow(phone)).toBe(0);
  await picture(phone, "metrickit-phone");
  await phone.close();
});

test("a dropped payload of metrics shows its numbers, and what the device wrote", async () => {
  await page.goto(`${hub.url}/analyze`);
  await page.getByLabel("Reports and symbols", { exact: true }).setInputFiles(fixture("metrics"));
  const table = page.getByRole("table", { name: "Measured" });
  await table.getByRole("row", { name: /cumulativeLogicalWrites 79\.0.MB 79 041 kB/ }).waitFor();
  await table.getByRole("row", { name: /histogrammedTimeToFirstDrawKey median 954\.5.ms/ }).waitFor();
  await picture(page, "metrickit-analyze");
});

test("analyze reads payloads without a hub, with the symbols beside them", async () => {
  const { code, stdout, stderr } = await windfall(["analyze", fixture("sampled"), "--symbols", DSYM]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("Hang in warm_up");
  expect(stdout).toContain("4,25 sec");
  expect(stdout).toContain("heaviest path of 12 samples");
  const told = await windfall(["analyze", fixture("metrics")]);
  expect(told.stdout).toContain("applicationTimeMetrics/cumulativeForegroundTime  2,717 s");
  expect(told.stdout).toMatch(/histogrammedTimeToFirstDrawKey {2}948 in 12 buckets, .*median 954\.5 ms/);
  const json = await windfall(["analyze", fixture("crash"), "--format", "json"]);
  expect(JSON.parse(json.stdout)).toMatchObject({ report: { format: "metrickit", kind: "crash", crashedThread: 0 } });
});
