/** Every page in both themes and widths: what assistive tools and the keyboard rely on, and texts that can be read. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser, PHONE, sidewaysOverflow, WIDE } from "./browser.ts";
import { firstStart, type RunningHub } from "./hub.ts";

let folder: string;
let hub: RunningHub;
let browser: Browser;
let page: Page;
let app: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windfall-e2e-"));
  hub = await firstStart({ data: join(folder, "data") });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: WIDE });
  await page.goto(hub.signInLink);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Load the sample" }).click();
  await page.waitForURL(/\/signatures\/\d+/);
  app = /\/apps\/[^/]+/.exec(page.url())?.[0] ?? "";
});

afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

const PAGES = [
  () => app,
  () => `${app}/signatures`,
  () => `${app}/signatures/1`,
  () => `${app}/signatures/999999`,
  () => "/builds",
  () => "/symbols",
  () => "/settings",
  () => "/set-aside",
  () => "/analyze",
  () => "/names",
  () => "/nowhere",
];

test("every page, in both themes and widths, has names, one heading, readable texts", async () => {
  const wrong: string[] = [];
  for (const path of PAGES) {
    await page.goto(hub.url + path());
    await page.locator("main h1, header h1").first().waitFor();
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
    for (const viewport of [WIDE, PHONE]) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const found = await page.evaluate(faults);
        if ((await sidewaysOverflow(page)) > 0) found.push("scrolls sideways");
        wrong.push(...found.map((fault) => `${path()} ${viewport.width} ${colorScheme}: ${fault}`));
      }
    }
  }
  expect(wrong).toEqual([]);
});

test("the check itself finds what it looks for", async () => {
  const blank = await browser.newPage({ colorScheme: "light" });
  await blank.setContent(
    `<main><h1>One</h1><h1>Two</h1><button></button><i id="a"></i><i id="a"></i><p style="color:#999;background:#fff">pale</p></main>`,
  );
  expect(await blank.evaluate(faults)).toEqual([
    "2 headings of level one",
    "no name: <button></button>",
    "two of id a",
    "contrast 2.8 of “pale”",
  ]);
  await blank.close();
});

test("Tab goes through the page in the order it is read, and shows where it is", async () => {
  await page.setViewportSize(WIDE);
  await page.goto(hub.url + app);
  await page.getByRole("heading", { name: "Top signatures" }).waitFor();
  const seen: string[] = [];
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const region = element.closest("nav, header, form, main")?.tagName ?? "skip";
      return { region, visible: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 };
    });
    if (!at) break;
    expect(at.visible, `stop ${i} in ${at.region}`).toBe(true);
    if (seen.at(-1) !== at.region) seen.push(at.region);
  }
  expect(seen).toEqual(["skip", "NAV", "FORM", "MAIN"]);
});

/** Runs in the page. */
function faults(): string[] {
  const found: string[] = [];
  const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true });
  const headings = [...document.querySelectorAll("h1")].filter(isShown).length;
  if (headings !== 1) found.push(`${headings} headings of level one`);
  if (document.querySelectorAll("main").length !== 1) found.push("not one main");

  for (const element of document.querySelectorAll(
    "button, a[href], input, select, textarea, [role=slider], [role=img]",
  )) {
    if (!isShown(element)) continue;
    const labels = "labels" in element ? [...((element.labels as NodeList | null) ?? [])] : [];
    const by = (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id));
    const texts = [element, ...labels, ...by].map((node) => node?.textContent ?? "");
    const name = [element.getAttribute("aria-label"), ...texts, element.getAttribute("title")].join("").trim();
    if (name === "") found.push(`no name: ${element.outerHTML.slice(0, 100)}`);
  }

  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) found.push(`two of id ${id}`);

  const channels = (color: string) => /^rgba?\(([^)]+)\)$/.exec(color)?.[1]?.split(",").map(Number) ?? [];
  const luminance = ([r = 0, g = 0, b = 0]: readonly number[]) => {
    const [x = 0, y = 0, z = 0] = [r, g, b].map((c) => (c <= 10 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element: Element | null): readonly number[] => {
    if (!element) return [255, 255, 255];
    const background = channels(getComputedStyle(element).backgroundColor);
    return background.length > 0 && (background[3] ?? 1) > 0.99 ? background : behind(element.parentElement);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? "";
    if (!element || text === "" || !isShown(element) || element.closest("[disabled], script, style, noscript"))
      continue;
    const color = channels(getComputedStyle(element).color);
    if (color.length === 0) continue;
    const [light, dark] = [luminance(color), luminance(behind(element))].toSorted((a, b) => b - a) as [number, number];
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) found.push(`contrast ${contrast.toFixed(1)} of “${text.slice(0, 30)}”`);
  }
  return found;
}
