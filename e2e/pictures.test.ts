/**
 * The pages with a month of crashes: they agree with what was sent, fit every width in both themes, and give the README its picture
 * (`WINDFALL_PICTURES=docs/pictures npm test` renews the committed one).
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { variantOf } from "../fixtures/variants.ts";
import { openBrowser, PHONE, picture, sidewaysOverflow, WIDE } from "./browser.ts";
import { windfall } from "./cli.ts";
import { firstStart, root, type RunningHub } from "./hub.ts";

const DAY_MS = 86_400_000;
const DSYMS = ["harbor-ios-arm64-d4", "harbor-ios-arm64-d5", "harbor-ios-fat-one-slice"];
/** Case, crashes, of how many devices, since how many days. */
const SENT = [
  ["sample-null-dereference", 126, 80, 12],
  ["sample-nsexception", 61, 40, 28],
  ["sample-cxx-out-of-range", 34, 30, 28],
  ["sample-watchdog", 19, 19, 20],
  ["sample-missing-dsym", 9, 7, 4],
  ["sample-stack-overflow", 6, 2, 25],
] as const;
const TOTAL = SENT.reduce((sum, [, crashes]) => sum + crashes, 0);
const MODELS = ["iPhone17,1", "iPhone17,1", "iPhone16,2", "iPhone15,3", "iPhone14,5", "iPad14,3"];
const SYSTEMS = [
  { version: "26.5.1", build: "23F79" },
  { version: "26.5.1", build: "23F79" },
  { version: "26.4", build: "23E210" },
  { version: "18.7", build: "22H20" },
];
const BUILDS = [
  { version: "1.4.1", build: "143" },
  { version: "1.4", build: "140" },
];

let folder: string;
let hub: RunningHub;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windfall-e2e-"));
  hub = await firstStart({ data: join(folder, "data") });
  const env = { WINDFALL_HUB: hub.url, WINDFALL_KEY: hub.ingestKey };
  const dsyms = DSYMS.map((name) => join(root, "fixtures/dsyms", name));
  expect(await windfall(["symbols", "upload", ...dsyms], env)).toMatchObject({ code: 0 });
  await send();
  await hub.processed();
  browser = await openBrowser();
  page = await browser.newPage({ viewport: WIDE, deviceScaleFactor: 2 });
  await page.goto(hub.signInLink);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Top signatures" }).waitFor();
});

afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("the overview counts what was sent, most crashes first", async () => {
  const rows = page.getByRole("table", { name: /top signatures/i }).getByRole("row");
  await rows.nth(SENT.length).waitFor();
  const texts = (await rows.allInnerTexts()).slice(1).map((text) => text.replace(/\s+/g, " "));
  expect(texts).toHaveLength(SENT.length);
  expect(texts[0]).toMatch(/Null dereference in engine_read_pressure/);
  for (const [i, [, crashes]] of SENT.entries()) {
    expect(texts[i]).toContain(((crashes / TOTAL) * 100).toFixed(1));
  }
  expect(await page.locator("main").innerText()).toContain(`${TOTAL}`);
});

test("both themes and both widths hold", async () => {
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const [width, viewport] of [
      ["1440", WIDE],
      ["390", PHONE],
    ] as const) {
      await page.setViewportSize(viewport);
      await page.waitForLoadState("networkidle");
      expect([scheme, width, await sidewaysOverflow(page)]).toEqual([scheme, width, 0]);
      await picture(page, `overview-${scheme}-${width}`);
    }
  }
  await page.setViewportSize(WIDE);
});

test("what crashes most, and on which line: one picture", async () => {
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(hub.url);
    const link = page.getByRole("link", { name: /Null dereference in engine_read_pressure/ }).first();
    await link.waitFor();
    const table = await shotOf(page, page.getByRole("table", { name: /top signatures/i }));
    await link.click();
    await page.getByText("engine.c:22").first().waitFor();
    const stack = await shotOf(page, page.locator(".frames").first());
    const hero = await browser.newPage({
      viewport: { width: 1200, height: 630 },
      deviceScaleFactor: 2,
      colorScheme: scheme,
    });
    await hero.setContent(await heroPage(table, stack));
    await hero.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
    await picture(hero, `hero-${scheme}`, false);
    await hero.close();
  }
});

async function shotOf(from: Page, locator: ReturnType<Page["locator"]>): Promise<string> {
  await from.waitForLoadState("networkidle");
  return (await locator.screenshot()).toString("base64");
}

/** The product's own tokens around crops of its own pages. */
async function heroPage(table: string, stack: string): Promise<string> {
  const tokens = await readFile(join(root, "packages/web/src/ui/tokens.css"), "utf8");
  const png = (data: string) => `<img src="data:image/png;base64,${data}" alt="">`;
  return `<!doctype html><style>${tokens}
    body { margin: 0; background: var(--bg-sunken); color: var(--text); font: 13px/20px var(--font); width: 1200px; height: 630px; overflow: hidden; position: relative }
    h1 { position: absolute; left: 48px; top: 28px; margin: 0; font-size: 26px; line-height: 36px; font-weight: 600 }
    figure { position: absolute; margin: 0; padding: 12px 16px; background: var(--bg); border: 1px solid var(--line-strong); border-radius: 8px; overflow: hidden }
    img { display: block; width: 100% }
    .table { left: 48px; top: 84px; width: 1072px; height: 318px }
    .stack { left: 300px; top: 352px; width: 820px; height: 218px; box-shadow: var(--shadow) }
  </style><h1>What crashes most, and on which line?</h1><figure class="table">${png(table)}</figure><figure class="stack">${png(stack)}</figure>`;
}

async function send(): Promise<void> {
  let number = 0;
  const now = Date.now() - 600_000;
  for (const [name, crashes, devices, days] of SENT) {
    const template = await readFile(join(root, "fixtures/reports", name, "input.ips"), "utf8");
    for (let i = 0; i < crashes; i++) {
      // More of them towards today, as a release spreads.
      const age = days * DAY_MS * (1 - Math.sqrt((i + 0.5) / crashes));
      const build =
        name === "sample-missing-dsym" ? undefined : BUILDS[age > 14 * DAY_MS ? 1 : (i + number) % 4 === 0 ? 1 : 0];
      const model = MODELS[(i * 7) % MODELS.length];
      const os = SYSTEMS[(i * 5) % SYSTEMS.length];
      const body = variantOf(template, {
        number: number++,
        at: new Date(now - age),
        device: i % devices,
        ...(model !== undefined && { model }),
        ...(os && { os }),
        ...(build && { app: build }),
      });
      const answer = await fetch(`${hub.url}/ingest/reports`, {
        method: "POST",
        headers: { authorization: `Bearer ${hub.ingestKey}` },
        body,
      });
      expect(answer.status).toBe(202);
    }
  }
}
