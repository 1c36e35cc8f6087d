/** Chromium for the journeys: one browser per test file, pictures into `.windfall/pictures` (or where `WINDFALL_PICTURES` says). */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { chromiumPath } from "../scripts/chromium.mjs";
import { root } from "./hub.ts";

const pictures = process.env["WINDFALL_PICTURES"] ?? join(root, ".windfall", "pictures");

export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export function openBrowser(): Promise<Browser> {
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: chromiumPath(),
    args: ["--disable-gpu", "--disable-background-networking", ...(asRoot ? ["--no-sandbox"] : [])],
  });
}

export async function picture(page: Page, name: string, fullPage = true): Promise<void> {
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage });
}

/** A part of a page. */
export async function pictureOf(part: Locator, name: string): Promise<void> {
  await mkdir(pictures, { recursive: true });
  await part.screenshot({ path: join(pictures, `${name}.png`) });
}

/** Pixels the page is wider than its window: 0 on a page that does not scroll sideways. */
export function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
