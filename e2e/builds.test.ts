/** From a CI run to the page of builds: a registered archive, an extension that joins by its name, a Debug build that a person joins. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { variantOf } from "../fixtures/variants.ts";
import { openBrowser, PHONE, picture, sidewaysOverflow, WIDE } from "./browser.ts";
import { windfall } from "./cli.ts";
import { firstStart, root, type RunningHub } from "./hub.ts";

const HARBOR = "org.windfall.fixtures.Harbor";
const REPORT = join(root, "fixtures/reports/sample-null-dereference/input.ips");
const DSYM = join(root, "fixtures/dsyms/harbor-ios-arm64-d4/Harbor.dSYM");

let folder: string;
let hub: RunningHub;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windfall-e2e-builds-"));
  hub = await firstStart({ data: join(folder, "data") });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function archive(version: string, build: string): Promise<string> {
  const path = join(folder, `Harbor ${version}.xcarchive`);
  await mkdir(join(path, "dSYMs"), { recursive: true });
  await cp(DSYM, join(path, "dSYMs/Harbor.app.dSYM"), { recursive: true });
  const facts = { CFBundleIdentifier: HARBOR, CFBundleShortVersionString: version, CFBundleVersion: build };
  const pairs = Object.entries(facts).map(([key, value]) => `<key>${key}</key><string>${value}</string>`);
  const properties = `<key>ApplicationProperties</key><dict>${pairs.join("")}</dict>`;
  await writeFile(join(path, "Info.plist"), `<plist><dict>${properties}</dict></plist>`);
  return path;
}

test("builds stand in the order of their upload, with their run; what belongs to the app is counted with it", async () => {
  const env = {
    WINDFALL_HUB: hub.url,
    WINDFALL_KEY: hub.ingestKey,
    GITHUB_ACTIONS: "true",
    GITHUB_RUN_ID: "7",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "harbor/app",
    GITHUB_SHA: "9fceb02d0ae598e95dc970b74767f19372d61af8",
    GITHUB_REF_TYPE: "branch",
    GITHUB_REF_NAME: "main",
    GITHUB_HEAD_REF: "",
  };
  expect(await windfall(["ci", "upload-symbols", await archive("2.9", "29")], env)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`registered  ${HARBOR} 2.9 (29)`) as string,
  });
  const again = await windfall(["ci", "register", await archive("2.10", "210"), "--channel", "testflight"], env);
  expect(again).toMatchObject({ code: 0, stderr: "" });
  expect(again.stdout).not.toContain("no symbols yet");

  const template = await readFile(REPORT, "utf8");
  const sent = [
    [HARBOR, "2.10", "210", "iPhone17,1"],
    [HARBOR, "2.9", "29", "iPhone17,1"],
    [`${HARBOR}.Widget`, "2.10", "210", "iPhone17,1"],
    [`${HARBOR}.debug`, "2.11", "211", "iPhone17,1"],
  ] as const;
  for (const [i, [bundleId, version, build, model]] of sent.entries()) {
    const at = new Date(Date.now() - (i + 1) * 3600_000);
    const text = variantOf(template, { number: i, at, device: i, model, app: { version, build } });
    const path = join(folder, `${i}.ips`);
    await writeFile(path, text.replaceAll(HARBOR, bundleId));
    expect(await windfall(["upload", path], env)).toMatchObject({ code: 0 });
  }
  await hub.processed();

  const page = await browser.newPage({ viewport: WIDE });
  await page.goto(hub.signInLink);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Builds" }).click();
  const app = page.getByRole("button", { name: "Harbor", exact: false }).first();
  await app.waitFor();
  // Two apps of one name until the Debug build is joined: the one with builds from CI is wanted.
  const { apps } = (await (
    await fetch(`${hub.url}/api/v1/apps`, { headers: { authorization: `Bearer ${hub.apiKey}` } })
  ).json()) as { apps: { id: string; bundleId: string; processes: { id: string }[] }[] };
  expect(apps.map(({ bundleId }) => bundleId).toSorted()).toEqual([HARBOR, `${HARBOR}.debug`]);
  const id = apps.find(({ bundleId }) => bundleId === HARBOR)?.id ?? "";
  await page.goto(`${hub.url}/builds?app=${id}`);

  const rows = page.getByRole("table", { name: "Builds" }).getByRole("row");
  await rows.nth(1).waitFor();
  expect(await rows.nth(1).innerText()).toContain("2.10");
  expect(await page.getByRole("link", { name: "GitHub Actions" }).first().getAttribute("href")).toBe(
    "https://github.com/harbor/app/actions/runs/7",
  );
  const processes = page.getByRole("table", { name: "Processes" }).getByRole("row");
  expect(await processes.count()).toBe(2);
  expect(await processes.nth(1).innerText()).toContain("by its bundle id");

  await page.getByLabel("Count another app with this one").selectOption({ label: `Harbor (${HARBOR}.debug)` });
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByText("by a person").waitFor();
  // The owner may have reports scrubbed before they are stored.
  const storage = page.getByLabel("Reports of this app are stored");
  expect(await storage.inputValue()).toBe("raw");
  await storage.selectOption("scrubbed");
  await page.reload();
  await storage.waitFor();
  expect(await storage.inputValue()).toBe("scrubbed");
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const [name, viewport] of [
      ["wide", WIDE],
      ["phone", PHONE],
    ] as const) {
      await page.setViewportSize(viewport);
      expect(await sidewaysOverflow(page)).toBe(0);
      await picture(page, `builds-${name}-${scheme}`);
    }
  }

  await page.setViewportSize(WIDE);
  await page.goto(`${hub.url}/apps/${id}/signatures`);
  await page.getByText("1 signature, 4 crashes").waitFor();
  await page.getByRole("button", { name: "Process" }).click();
  await page.getByRole("option").first().waitFor();
  expect(await page.getByRole("option").count()).toBe(3);
  await page.getByRole("option").locator(`[title="${HARBOR}.Widget"]`).click();
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("1 signature, 1 crash,").waitFor();
  expect(new URL(page.url()).searchParams.getAll("process")).toEqual([`${HARBOR}.Widget`]);

  // A link to the widget's own crashes leads to the app.
  const widget = apps.flatMap(({ processes }) => processes)[0]?.id ?? "";
  await page.goto(`${hub.url}/apps/${widget}/signatures`);
  await page.waitForURL(`${hub.url}/apps/${id}/signatures`);
  await page.getByRole("button", { name: "Device" }).click();
  await page.getByRole("option", { name: "iPhone 16 Pro" }).waitFor();
});
