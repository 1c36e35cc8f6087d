/** From the first usage to the crash-free line: what is shown without it, what a month of it shows, and the answer on a new version. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { variantOf } from "../fixtures/variants.ts";
import { openBrowser, PHONE, picture, sidewaysOverflow, WIDE } from "./browser.ts";
import { firstStart, root, type RunningHub } from "./hub.ts";

const APP = "org.windfall.fixtures.Harbor";
const DAY_MS = 24 * 3600 * 1000;
const DAYS = 35;
const USERS = 1_200;
/** How long ago 2.1 came out. */
const RELEASED = 12;

let folder: string;
let hub: RunningHub;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windfall-e2e-"));
  hub = await firstStart({ data: join(folder, "data") });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: WIDE });
  await page.goto(hub.signInLink);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("No crash report has arrived yet").waitFor();
});

afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("a page without usage says what is missing, and its command is one that works", async () => {
  await sendCrash({ ago: 3, version: "2.0.0", number: 1 });
  await hub.processed();
  await page.goto(hub.url);
  await page.getByText("the app has sent no usage").waitFor();
  const command = await page.getByText("/ingest/usage").first().innerText();
  const body = /-d '(.+?)'/.exec(command)?.[1] ?? "";
  const answer = await send("/ingest/usage", body);
  expect(await answer.json()).toMatchObject({ accepted: 1, rejected: 0 });
  await picture(page, "usage-none");
});

test("a month of usage and crashes opens with the crash-free line and says which version is worse", async () => {
  const crashes: Crash[] = [];
  for (let ago = DAYS - 1; ago >= 0; ago--) {
    const onNew = ago > RELEASED ? 0 : Math.min(USERS / 2, (RELEASED - ago + 1) * 80);
    const rows = Array.from({ length: USERS }, (_, n) => usageRow(n, ago, n < onNew ? "2.1.0" : "2.0.0"));
    expect((await send("/ingest/usage", rows.map((row) => JSON.stringify(row)).join("\n"))).status).toBe(202);
    for (let i = 0; i < 2; i++) crashes.push({ ago, version: "2.0.0", install: USERS - 1 - i - ago });
    for (let i = 0; i < Math.round(onNew / 80); i++) crashes.push({ ago, version: "2.1.0", install: i * 7 });
  }
  for (let at = 0; at < crashes.length; at += 20) {
    await Promise.all(crashes.slice(at, at + 20).map((crash, i) => sendCrash({ ...crash, number: 100 + at + i })));
  }
  await hub.processed();

  await page.goto(hub.url);
  await page.getByRole("heading", { name: "Crash-free users" }).waitFor();
  const { crashFree, comparison } = await overview();
  const shown = await page.locator(".figure").first().innerText();
  expect(shown.replace(/\s/, " ")).toBe(`${(crashFree.users.value * 100).toFixed(2)} %`);
  const inWindow = crashes.filter(({ ago }) => ago < 30);
  const perDay = new Set(inWindow.map(({ ago, install }) => `${ago} ${install}`)).size;
  // The command of the page added one user three days ago at the latest.
  expect(crashFree.users).toMatchObject({ crashed: perDay });
  expect(crashFree.users.n).toBeGreaterThanOrEqual(30 * USERS);
  expect(crashFree.users.n).toBeLessThanOrEqual(30 * USERS + 2);
  expect(comparison).toMatchObject({ verdict: "worse", newer: { version: "2.1.0" }, older: { version: "2.0.0" } });
  const checks = page.getByRole("region", { name: "Daily checks" });
  await checks.getByText("2.1.0 against 2.0.0:").waitFor();
  expect(await checks.innerText()).toMatch(/2\.1\.0 against 2\.0\.0: worse, \d\.\d\d points more users crash/);
  const row = page.getByRole("table", { name: "Versions" }).getByRole("row", { name: /2\.1\.0.*210/ });
  expect(await row.innerText()).toContain("Worse");
  await picture(page, "usage-overview");

  await page.getByRole("button", { name: "Sessions", exact: true }).click();
  await page.getByRole("heading", { name: "Crash-free sessions" }).waitFor();
  await page.getByRole("group", { name: "Form of crash-free" }).getByRole("button", { name: "Table" }).click();
  await page.getByRole("table", { name: /^Crash-free sessions per day/ }).waitFor();

  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(hub.url);
  await page.getByRole("heading", { name: "Crash-free users" }).waitFor();
  await picture(page, "usage-overview-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(PHONE);
  expect(await sidewaysOverflow(page)).toBe(0);
  await picture(page, "usage-overview-phone");
});

interface Crash {
  readonly ago: number;
  readonly version: string;
  readonly install?: number;
  readonly number?: number;
}

let template: string | undefined;

async function sendCrash({ ago, version, install, number = 0 }: Crash): Promise<void> {
  template ??= await readFile(join(root, "fixtures/reports/sample-null-dereference/input.ips"), "utf8");
  // Early in the UTC day, so that a report of today lies in the past.
  const at = new Date(Date.parse(dayAgo(ago)) + 1000);
  const body = variantOf(template, {
    number,
    at,
    device: install ?? 0,
    app: { version, build: version.replaceAll(".", "") },
  });
  const query = install === undefined ? "" : `?install=install-${install}`;
  expect((await send(`/ingest/reports${query}`, body)).status).toBe(202);
}

const usageRow = (n: number, ago: number, version: string) => ({
  installId: `install-${n}`,
  day: dayAgo(ago),
  app: APP,
  version,
  build: version.replaceAll(".", ""),
  platform: "macOS",
  sessions: 2 + (n % 3),
  crashedSessions: 0,
});

const dayAgo = (ago: number): string => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);

const send = (path: string, body: string): Promise<Response> =>
  fetch(hub.url + path, { method: "POST", body, headers: { authorization: `Bearer ${hub.ingestKey}` } });

interface Numbers {
  readonly crashFree: { readonly users: { readonly value: number; readonly n: number; readonly crashed: number } };
  readonly comparison: object;
}

async function overview(): Promise<Numbers> {
  const headers = { authorization: `Bearer ${hub.apiKey}` };
  const { apps } = (await (await fetch(`${hub.url}/api/v1/apps`, { headers })).json()) as { apps: { id: string }[] };
  return (await (await fetch(`${hub.url}/api/v1/apps/${apps[0]?.id}/overview`, { headers })).json()) as Numbers;
}
