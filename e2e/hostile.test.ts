/** Reports written by an attacker: the hub takes them, the pages show them as text, and nothing of them acts. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { crashTextWith, HOSTILE_TEXTS, ipsWith } from "../fixtures/hostile/texts.ts";
import { openBrowser, sidewaysOverflow, WIDE } from "./browser.ts";
import { firstStart, type RunningHub } from "./hub.ts";

let folder: string;
let hub: RunningHub;
let browser: Browser;
let page: Page;
const foreign: string[] = [];
const errors: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windfall-e2e-"));
  hub = await firstStart({ data: join(folder, "data") });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: WIDE });
  page.on("request", (request) => {
    if (!request.url().startsWith(hub.url)) foreign.push(request.url());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("dialog", (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
});

afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Listed {
  readonly apps: readonly { readonly id: string }[];
}
interface Signatures {
  readonly signatures: readonly { readonly id: string; readonly lastSeen: string }[];
}

async function ask<T>(path: string): Promise<T> {
  const answer = await fetch(hub.url + path, { headers: { authorization: `Bearer ${hub.apiKey}` } });
  expect([path, answer.status]).toEqual([path, 200]);
  return (await answer.json()) as T;
}

test("no text of a report acts on any page", { timeout: 180_000 }, async () => {
  const reports = HOSTILE_TEXTS.flatMap(({ text }) => [ipsWith(text), crashTextWith(text)]);
  for (const body of reports) {
    const answer = await fetch(`${hub.url}/ingest/reports`, {
      method: "POST",
      headers: { authorization: `Bearer ${hub.ingestKey}` },
      body,
    });
    expect(answer.status, await answer.text()).toBeLessThan(300);
  }
  await hub.processed();
  const { apps } = await ask<Listed>("/api/v1/apps");
  expect(apps.length).toBeGreaterThan(HOSTILE_TEXTS.length / 2);

  await page.goto(hub.signInLink);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  const wide: string[] = [];
  const days = "from=2025-02-20&to=2025-03-21";
  for (const { id } of apps) {
    const { signatures } = await ask<Signatures>(`/api/v1/apps/${id}/signatures?${days}`);
    const addresses = [`/apps/${id}?${days}`, ...signatures.map((one) => `/apps/${id}/signatures/${one.id}?${days}`)];
    for (const address of addresses) {
      await page.goto(hub.url + address);
      await page
        .locator(address.includes("/signatures/") ? ".frames" : "main h2")
        .first()
        .waitFor();
      expect([address, await page.evaluate(() => "owned" in globalThis)]).toEqual([address, false]);
      expect([address, await page.locator("main script, main iframe, main img, main svg[onload]").count()]).toEqual([
        address,
        0,
      ]);
      expect([address, await page.locator('a[href^="javascript:"]').count()]).toEqual([address, 0]);
      if ((await sidewaysOverflow(page)) > 0) wide.push(`${address} ${await widest(page)}`);
    }
  }
  expect(wide).toEqual([]);
  expect(foreign).toEqual([]);
  expect(errors).toEqual([]);
});

/** The element that sticks out furthest, for the message of a failure. */
function widest(of: Page): Promise<string> {
  return of.evaluate(() => {
    const all = [...document.querySelectorAll("main *")].map((element) => ({
      element,
      right: element.getBoundingClientRect().right,
    }));
    const { element } = all.reduce((a, b) => (b.right > a.right ? b : a));
    return `${element.tagName}.${element.className}: ${(element.textContent ?? "").slice(0, 60)}`;
  });
}

test("a download's name is made by the hub, not by the report", async () => {
  const { apps } = await ask<Listed>("/api/v1/apps");
  for (const { id } of apps.slice(0, 30)) {
    const { signatures } = await ask<Signatures>(`/api/v1/apps/${id}/signatures?from=2025-02-20&to=2025-03-21`);
    for (const { id: signature } of signatures) {
      const { reports } = await ask<{ reports: { id: string }[] }>(`/api/v1/signatures/${signature}/reports`);
      for (const { id: report } of reports) {
        const answer = await fetch(`${hub.url}/api/v1/reports/${report}/download?format=original`, {
          headers: { authorization: `Bearer ${hub.apiKey}` },
        });
        expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w.-]+"$/);
        expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
        await answer.arrayBuffer();
      }
    }
  }
});
