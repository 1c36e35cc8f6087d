/** A second person comes by invitation and sees what a viewer may; a key is made, used and revoked. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser, PHONE, picture, sidewaysOverflow, WIDE } from "./browser.ts";
import { windfall } from "./cli.ts";
import { firstStart, type RunningHub } from "./hub.ts";

const PASSWORD = "a river runs through";

let folder: string;
let hub: RunningHub;
let browser: Browser;
let owner: Page;
let viewer: Page;
let memberLink = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windfall-e2e-"));
  hub = await firstStart({ data: join(folder, "data") });
  browser = await openBrowser();
  owner = await browser.newPage({ viewport: WIDE });
  viewer = await (await browser.newContext({ viewport: WIDE })).newPage();
  await owner.goto(hub.signInLink);
  await owner.getByRole("button", { name: "Sign in" }).click();
  await owner.getByRole("button", { name: "Load the sample" }).click();
  await owner
    .getByText(/\w+\.(swift|m|c|cpp):\d+/)
    .first()
    .waitFor();
});

afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

const secretOf = async (page: Page) => (await page.locator(".panel .cmd code").first().textContent()) ?? "";

test("the owner invites a viewer, who accepts in another browser and comes back by name and password", async () => {
  await owner.getByRole("link", { name: "Settings" }).click();
  await owner.getByRole("button", { name: "Invite" }).click();
  await owner.getByLabel("Name, as others see it", { exact: true }).fill("Priya Nair");
  await owner.getByRole("button", { name: "Make the link" }).click();
  await owner.getByText("Shown once.").waitFor();
  const link = await secretOf(owner);
  expect(link).toMatch(new RegExp(`^${hub.url}/invitation\\?token=[\\w-]{27}$`));

  await viewer.goto(link);
  await viewer.getByRole("heading", { name: "Owner invites you" }).waitFor();
  await picture(viewer, "invitation");
  await viewer.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await viewer.getByRole("button", { name: "Accept and sign in" }).click();
  await viewer.getByRole("link", { name: "Signatures", exact: true }).waitFor();

  await viewer.getByRole("button", { name: "Sign out" }).click();
  await viewer.getByLabel("Name").fill("priya nair");
  await viewer.getByLabel("Password", { exact: true }).fill("not the password");
  await viewer.getByRole("button", { name: "Sign in" }).click();
  await viewer.getByText("No match.").waitFor();
  await picture(viewer, "sign-in-password");
  await viewer.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await viewer.getByRole("button", { name: "Sign in" }).click();
  await viewer.getByRole("link", { name: "Signatures", exact: true }).waitFor();

  const other = await (await browser.newContext()).newPage();
  await other.goto(link);
  await other.getByRole("heading", { name: "This invitation no longer works" }).waitFor();
  await other.context().close();
});

test("a viewer sees no control that is not a viewer's, and the hub refuses what is asked anyway", async () => {
  await viewer.getByRole("link", { name: "Settings" }).click();
  await viewer.getByRole("heading", { name: "Your sessions" }).waitFor();
  for (const name of ["People", "Ingest keys", "API keys"]) {
    expect(await viewer.getByRole("heading", { name, exact: true }).count(), name).toBe(0);
  }
  for (const name of ["Invite", "New ingest key", "New API key"]) {
    expect(await viewer.getByRole("button", { name }).count(), name).toBe(0);
  }
  await picture(viewer, "settings-viewer");
  await viewer.getByRole("link", { name: "Symbols" }).click();
  await viewer.getByRole("heading", { name: "Symbols" }).waitFor();
  expect(await viewer.locator("input[type=file]").count()).toBe(0);
  const asked = async (method: "GET" | "POST", path: string) =>
    (await viewer.request.fetch(hub.url + path, { method, headers: { origin: hub.url } })).status();
  expect(await asked("GET", "/api/v1/apps")).toBe(200);
  expect(await asked("GET", "/api/v1/people")).toBe(403);
  expect(await asked("GET", "/api/v1/keys")).toBe(403);
  expect(await asked("POST", "/api/v1/keys")).toBe(403);
  expect(await asked("POST", "/ingest/reports")).toBe(403);
});

test("a key is made on the page, used, revoked there, and refused", async () => {
  await owner.reload();
  await owner.getByRole("button", { name: "New API key" }).click();
  await owner.getByLabel("What it is for").fill("Release gate");
  await owner.getByRole("button", { name: "Make the key" }).click();
  await owner.getByText("Shown once.").waitFor();
  const key = await secretOf(owner);
  const ask = () => fetch(`${hub.url}/api/v1/apps`, { headers: { authorization: `Bearer ${key}` } });
  expect((await ask()).status).toBe(200);
  await picture(owner, "settings-people-keys");
  await owner.getByRole("button", { name: "I have stored it" }).click();
  await owner.getByRole("button", { name: "Revoke Release gate" }).click();
  await owner.getByRole("button", { name: "Really: Revoke Release gate" }).click();
  await owner.getByText("Revoked", { exact: true }).waitFor();
  expect((await ask()).status).toBe(401);
  expect(await owner.getByText(key).count()).toBe(0);
});

test("the command line does the same with an API key that may manage", async () => {
  const env = { WINDFALL_HUB: hub.url, WINDFALL_KEY: hub.apiKey };
  const made = await windfall(["keys", "create", "CI", "--kind", "api", "--right", "read"], env);
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^wfk_[\w-]{27}\n$/) });
  const reader = { ...env, WINDFALL_KEY: made.stdout.trim() };
  expect(await windfall(["keys", "list"], reader)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("may not"),
  });
  const listed = await windfall(["keys", "list", "--format", "json"], env);
  const keys = listed.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: string; name: string });
  const { id } = keys.find(({ name }) => name === "CI") ?? { id: "" };
  expect(await windfall(["keys", "revoke", id], env)).toMatchObject({ code: 0 });
  expect(await windfall(["keys", "list"], reader)).toMatchObject({ stderr: expect.stringContaining("revoked") });

  expect(await windfall(["people", "list"], env)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Priya Nair"),
  });
  const link = await windfall(["people", "link", "Priya Nair"], env);
  expect(link.stdout).toMatch(/\/sign-in\?token=/);
  expect(await windfall(["people", "remove", "priya nair"], env)).toMatchObject({ code: 0 });
  await viewer.reload();
  await viewer.getByLabel("Password", { exact: true }).waitFor();
  expect(await windfall(["people", "remove", "Owner"], env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("only admin"),
  });
  const invited = await windfall(["people", "invite", "Tom", "--role", "member"], env);
  expect(invited.stdout).toMatch(/\/invitation\?token=/);
  memberLink = invited.stdout.trim();
});

test("a member makes keys with a member's rights, and sees no others", async () => {
  const member = await (await browser.newContext({ viewport: WIDE })).newPage();
  await member.goto(memberLink);
  await member.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await member.getByRole("button", { name: "Accept and sign in" }).click();
  await member.getByRole("link", { name: "Settings" }).click();
  await member.getByRole("button", { name: "New API key" }).click();
  expect(await member.getByRole("heading", { name: "People", exact: true }).count()).toBe(0);
  expect(await member.getByText("Release gate").count()).toBe(0);
  expect(await member.locator("label").filter({ hasText: /^May/ }).locator("option").allTextContents()).toEqual([
    "Read",
    "Read, change, send",
  ]);
  await member.getByLabel("What it is for").fill("Tom's script");
  await member.getByRole("button", { name: "Make the key" }).click();
  await member.getByText("Shown once.").waitFor();
  await picture(member, "settings-member");
  await member.getByRole("button", { name: "I have stored it" }).click();
  await owner.reload();
  await owner.getByText("Tom's script").waitFor();
  await member.getByRole("button", { name: "Revoke Tom's script" }).click();
  await member.getByRole("button", { name: "Really: Revoke Tom's script" }).click();
  await member.getByText("Revoked", { exact: true }).waitFor();
  await member.context().close();
});

test("the settings fit a phone, and both themes", async () => {
  await owner.emulateMedia({ colorScheme: "dark" });
  await owner.reload();
  await owner.getByRole("heading", { name: "API keys", exact: true }).waitFor();
  await owner.getByRole("button", { name: "New API key" }).click();
  await picture(owner, "settings-people-keys-dark");
  await owner.emulateMedia({ colorScheme: "light" });
  await owner.setViewportSize(PHONE);
  await picture(owner, "settings-people-keys-phone");
  expect(await sidewaysOverflow(owner)).toBe(0);
});
