/**
 * What is no crash, from upload to page: a hang with whom it waited for, a kill for memory that names no app, a payload with two
 * diagnostics; no count of crashes moves. And what is large: a tree a thousand calls deep, four thousand threads.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { variantOf } from "../fixtures/variants.ts";
import { openBrowser, PHONE, picture, sidewaysOverflow, WIDE } from "./browser.ts";
import { windfall } from "./cli.ts";
import { firstStart, root, type RunningHub } from "./hub.ts";

const DSYM = join(root, "fixtures/dsyms/harbor-ios-arm64-d4");
const report = (name: string) => readFile(join(root, "fixtures/reports", name), "utf8");
const DEEP = 1_000;
const THREADS = 4_096;

let folder: string;
let hub: RunningHub;
let browser: Browser;
let page: Page;
let app: string;
const errors: string[] = [];

/** Days that the pages show without a filter. */
const RECENT = new Date(Date.now() - 2 * 86_400_000);
const recent = (text: string) => text.replaceAll(/202[56]-0[234]-\d\d/g, RECENT.toISOString().slice(0, 10));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windfall-e2e-"));
  hub = await firstStart({ data: join(folder, "data") });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: WIDE });
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(hub.signInLink);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "No crash report has arrived yet" }).waitFor();
});

afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function upload(name: string, text: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, text);
  const env = { WINDFALL_HUB: hub.url, WINDFALL_KEY: hub.ingestKey };
  expect(await windfall(["upload", path], env)).toMatchObject({ code: 0 });
  await hub.processed();
}

const openKind = async (kind: string, link: RegExp) => {
  await page.goto(`${hub.url}/apps/${app}/signatures/kind/${kind}`);
  await page.getByRole("table", { name: "Signatures" }).getByRole("link", { name: link }).first().click();
  await page.getByRole("region", { name: "Report", exact: true }).waitFor();
};

/** At both widths and in both themes, and never wider than the window. */
async function everyLook(name: string): Promise<void> {
  for (const [width, viewport] of [
    ["1440", WIDE],
    ["390", PHONE],
  ] as const) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await sidewaysOverflow(page)).toBe(0);
      await picture(page, `${name}-${width}-${colorScheme}`);
    }
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: "light" });
}

test("a crash, then everything else: one app, and its crashes stay one", async () => {
  const env = { WINDFALL_HUB: hub.url, WINDFALL_KEY: hub.ingestKey };
  expect(await windfall(["symbols", "upload", DSYM], env)).toMatchObject({ code: 0 });
  await upload(
    "crash.ips",
    variantOf(await report("sample-null-dereference/input.ips"), { number: 1, at: RECENT, device: 1 }),
  );
  await page.goto(hub.url);
  await page.getByRole("heading", { name: "Top signatures" }).waitFor();
  app = /\/apps\/([^/?]+)/.exec(page.url())?.[1] ?? "";
  // Only crashes: no tabs.
  await page.goto(`${hub.url}/apps/${app}/signatures`);
  await page.getByText("1 signature, 1 crash,").waitFor();
  expect(await page.getByRole("navigation", { name: "Kinds of report" }).count()).toBe(0);

  await upload("hang.ips", recent(await report("format-hang-ios/input.ips")));
  await upload("JetsamEvent.ips", recent(await report("format-jetsam/input.ips")));
  const { hangDiagnostics, diskWriteExceptionDiagnostics, ...payload } = JSON.parse(
    recent(await report("format-metrickit-sampled/input.json")),
  ) as Record<string, unknown>;
  const { timeStampBegin, timeStampEnd } = payload;
  const two = { timeStampBegin, timeStampEnd, hangDiagnostics, diskWriteExceptionDiagnostics };
  await upload("diagnostics.json", JSON.stringify(two));

  await page.goto(hub.url);
  await page.getByText("Not counted as crashes:").waitFor();
  expect(new URL(page.url()).pathname).toBe(`/apps/${app}`);
  const beside = (await page.getByText("Not counted as crashes:").innerText()).replaceAll(/\s+/g, " ");
  expect(beside).toContain("2 hangs, 1 report of disk writes, 1 jetsam report");
  const answer = await fetch(`${hub.url}/api/v1/apps`, { headers: { authorization: `Bearer ${hub.apiKey}` } });
  expect(await answer.json()).toMatchObject({ apps: [{ bundleId: "org.windfall.fixtures.Harbor", crashes: 1 }] });
  const tabs = page.getByRole("navigation", { name: "Kinds of report" });
  await page.goto(`${hub.url}/apps/${app}/signatures`);
  await tabs.waitFor();
  expect((await tabs.getByRole("link").allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " "))).toEqual([
    "Crashes 1",
    "Hangs 2",
    "Disk writes 1",
    "Jetsam 1",
  ]);
  await page.getByText("1 signature, 1 crash,").waitFor();
});

test("the hang: its limit, the thread that hung as a tree, and the one it waited for", async () => {
  await openKind("hang", /waitForTide/);
  await page.getByRole("heading", { name: "Hung thread 0" }).waitFor();
  await page.getByText("blocked by turnstile waiting for Harbor [3715] thread 0xf1aeb").first().waitFor();
  await page.getByRole("heading", { name: "Waited for: thread 1" }).waitFor();
  await page.getByText("60 samples in 6 s").waitFor();
  const tree = page.getByRole("tree", { name: "Hung thread 0, call tree" });
  const rows = tree.getByRole("treeitem");
  expect(await rows.count()).toBe(6);
  expect((await rows.last().innerText()).replaceAll(/\s+/g, " ")).toMatch(/^2 3\.3 %/);
  await everyLook("kinds-hang");

  // By keyboard alone: into the tree, down, close, open, to the caller.
  await rows.first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => rows.count()).toBe(2);
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => rows.count()).toBe(6);
  await page.keyboard.press("End");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-level"))).toBe("3");
  await page.keyboard.press("ArrowLeft");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-level"))).toBe("2");
  await page.getByRole("button", { name: "Heaviest path" }).first().click();
  await page.getByRole("list", { name: "Hung thread 0, heaviest path" }).waitFor();
});

test("the kill for memory is the app's, with its build, though the report names none", async () => {
  await openKind("jetsam", /Jetsam|Killed/);
  await page.getByText("Killed for memory: Harbor (per-process-limit) and 1 more").waitFor();
  await page.getByText("SpringBoard [55] 222.0 MiB").waitFor();
  await page.getByText("1.4 (140)").first().waitFor();
  expect(await page.getByRole("heading", { name: /thread/i }).count()).toBe(0);
  await everyLook("kinds-jetsam");
});

test("a payload with two diagnostics is two reports, each on the page of its kind", async () => {
  await openKind("hang", /warm_up/);
  await page.getByText("4,25 sec").waitFor();
  await page.getByRole("tree", { name: "Hung thread 0, call tree" }).waitFor();
  await openKind("disk-writes", /-\[HarborDeck startEngine:\]/);
  await page.getByText("1.073.741 kB").first().waitFor();
  await picture(page, "kinds-disk-writes");
});

test("a tree a thousand calls deep and four thousand threads are drawn as far as they are looked at", async () => {
  const payload = JSON.parse(await report("format-metrickit-sampled/input.json")) as {
    hangDiagnostics: { callStackTree: { callStacks: { callStackRootFrames: unknown[] }[] } }[];
  };
  let frame: Record<string, unknown> | undefined;
  for (let depth = DEEP; depth > 0; depth--) {
    const image = {
      binaryName: "Harbor",
      binaryUUID: "4C4C44CE-5555-3144-A1AF-CAEE1217C80A",
      address: 4310467460 + depth * 16,
    };
    const subFrames =
      frame === undefined
        ? []
        : depth === 500
          ? [frame, { ...image, sampleCount: 1, offsetIntoBinaryTextSegment: 64 }]
          : [frame];
    frame = { ...image, offsetIntoBinaryTextSegment: 17284 + depth * 16, sampleCount: 9, subFrames };
  }
  const [hang] = payload.hangDiagnostics;
  const [stack] = hang?.callStackTree.callStacks ?? [];
  if (!hang || !stack || !frame) throw new Error("no hang");
  stack.callStackRootFrames = [frame];
  const deep = join(folder, "deep.json");
  await writeFile(deep, JSON.stringify({ ...payload, hangDiagnostics: [hang] }));

  const [header = "", body = ""] = (await report("sample-null-dereference/input.ips")).split(/\n(.*)/s);
  const parsed = JSON.parse(body) as { threads: { id: number; triggered?: boolean }[] };
  const [other] = parsed.threads.filter(({ triggered }) => triggered !== true);
  const many = join(folder, "many.ips");
  const more = Array.from({ length: THREADS - parsed.threads.length }, (_, id) => ({ ...other, id: 100_000 + id }));
  await writeFile(many, `${header}\n${JSON.stringify({ ...parsed, threads: [...parsed.threads, ...more] })}`);

  await page.goto(`${hub.url}/analyze`);
  await page.getByLabel("Reports and symbols", { exact: true }).setInputFiles([deep, many]);
  const list = page.getByRole("region", { name: "Reports" }).getByRole("button");
  await expect.poll(() => list.count(), { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
  await list.filter({ hasText: "deep.json" }).first().click();
  const rows = page.getByRole("tree").first().getByRole("treeitem");
  await rows.first().waitFor();
  expect(await rows.count()).toBe(250);
  await page.getByRole("button", { name: "Show more lines" }).click();
  await expect.poll(() => rows.count()).toBe(DEEP + 1);
  await page.setViewportSize(PHONE);
  expect(await sidewaysOverflow(page)).toBe(0);
  await page.setViewportSize(WIDE);

  await list.filter({ hasText: "many.ips" }).click();
  await page.getByText(`${(THREADS - 1).toLocaleString("en-US")} threads`).waitFor();
  const threads = page.getByRole("region", { name: "Other threads" }).getByRole("listitem");
  expect(await threads.count()).toBeLessThan(20);
  expect(await page.locator("main *").count()).toBeLessThan(2_000);
});

test("no page failed", () => {
  expect(errors).toEqual([]);
});
