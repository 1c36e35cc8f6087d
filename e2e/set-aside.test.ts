/** Uploads that cannot be read: listed with reason and sender, downloaded, tried again; a viewer sees them and may not try. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser, PHONE, picture, sidewaysOverflow, WIDE } from "./browser.ts";
import { firstStart, type RunningHub, start } from "./hub.ts";

const GARBAGE = "<b>no report</b>";

let folder: string;
let hub: RunningHub;
let stop: () => Promise<unknown>;
let browser: Browser;
let owner: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windfall-e2e-"));
  const data = join(folder, "data");
  hub = await firstStart({ data });
  stop = () => hub.stop();
  browser = await openBrowser();
  owner = await browser.newPage({ viewport: WIDE });
  await owner.goto(hub.signInLink);
  await owner.getByRole("button", { name: "Sign in" }).click();
  await owner.getByRole("heading", { name: "No crash report has arrived yet" }).waitFor();
  const usage = { installId: "an-install-of-somebody", day: new Date().toISOString().slice(0, 10), sessions: 3 };
  await send("/ingest/usage", JSON.stringify([{ ...usage, app: "com.example.app", version: "2.1", build: "4" }]));
  await hub.processed();
});

afterAll(async () => {
  await browser?.close();
  await stop?.();
  await rm(folder, { recursive: true, force: true });
});

async function send(path: string, body: BodyInit): Promise<void> {
  const headers = { authorization: `Bearer ${hub.ingestKey}` };
  expect((await fetch(hub.url + path, { method: "POST", headers, body })).status).toBe(202);
}

const rows = (page: Page) => page.getByRole("table", { name: "Set-aside uploads" }).locator("tbody tr");

test("while there is none the settings say so, and the navigation does not speak of it", async () => {
  await owner.getByRole("link", { name: "Settings" }).click();
  await owner.getByText("None. Show the list").waitFor();
  expect(await owner.getByRole("link", { name: "Set aside" }).count()).toBe(0);
  await owner.getByRole("link", { name: "Show the list" }).click();
  await owner.getByRole("heading", { name: "Nothing is set aside" }).waitFor();
  expect(await owner.getByRole("button", { name: "Try" }).count()).toBe(0);
  await picture(owner, "set-aside-none");
});

test("one is listed with its reason and its sender, and downloads as it came", async () => {
  const form = new FormData();
  // A sink that cannot be told no: whatever it sends is kept.
  form.append("reports", new Blob([JSON.stringify([GARBAGE])]), "reports.json");
  await send("/ingest/reports", form);
  await hub.processed();
  await owner.reload();
  await rows(owner).first().waitFor();
  const row = (await rows(owner).innerText()).replace(/\s+/g, " ");
  expect(row).toMatch(/Report .+ key “.+” now \d+ 16 B/);
  await owner.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Set aside" }).waitFor();
  const [download] = await Promise.all([
    owner.waitForEvent("download"),
    owner.getByRole("link", { name: /^Download .+ as it came$/ }).click(),
  ]);
  expect(await readFile(await download.path(), "utf8")).toBe(GARBAGE);
});

test("tried again, what can be read is read, and what cannot comes back", async () => {
  // As after a fault that has been mended since: what the hub gave up is good.
  await hub.stop();
  const data = join(folder, "data");
  const state = new DatabaseSync(join(data, "state.db"));
  state.exec("UPDATE inbox SET state = 'set-aside', reason = 'the engine was away', attempts = 3 WHERE kind = 'usage'");
  state.close();
  ({ stop } = await start({ data, port: Number(new URL(hub.url).port) }));
  await owner.reload();
  await owner.getByRole("heading", { name: "2 uploads could not be read" }).waitFor();
  await owner
    .locator("tr", { hasText: "Usage" })
    .getByRole("button", { name: /again$/ })
    .click();
  await owner.getByText("Tried again: 1 upload read.").waitFor();
  expect(await rows(owner).count()).toBe(1);
  await owner.getByRole("button", { name: "Try it again" }).click();
  await owner.getByText("1 upload set aside again").waitFor();
  expect(await rows(owner).count()).toBe(1);
});

test("a viewer sees the list and has nothing to press; both themes and a phone hold it", async () => {
  const answer = await fetch(`${hub.url}/api/v1/invitations`, {
    method: "POST",
    headers: { authorization: `Bearer ${hub.apiKey}` },
    body: JSON.stringify({ name: "Priya Nair", role: "viewer" }),
  });
  const { url } = (await answer.json()) as { url: string };
  const viewer = await (await browser.newContext({ viewport: WIDE })).newPage();
  await viewer.goto(url);
  await viewer.getByLabel("Password", { exact: true }).fill("a river runs through");
  await viewer.getByRole("button", { name: "Accept and sign in" }).click();
  await viewer.getByRole("link", { name: "Set aside" }).click();
  await rows(viewer).first().waitFor();
  expect(await viewer.getByRole("button", { name: /try/i }).count()).toBe(0);
  const tried = await viewer.request.post(`${hub.url}/api/v1/set-aside/retry`, {
    data: {},
    headers: { origin: hub.url },
  });
  expect(tried.status()).toBe(403);
  await viewer.context().close();

  await picture(owner, "set-aside-light");
  await owner.emulateMedia({ colorScheme: "dark" });
  await picture(owner, "set-aside-dark");
  await owner.setViewportSize(PHONE);
  await picture(owner, "set-aside-phone");
  expect(await sidewaysOverflow(owner)).toBe(0);
});
