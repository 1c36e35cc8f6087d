/** The log of a hub is read by more people than its pages: nothing in it may let somebody in, or say who somebody is. */
import { readdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { variantOf } from "../../../fixtures/variants.ts";
import { temporaryEngine } from "../test/events.ts";
import { fixtureText, startTestHub, type TestHub } from "../test/hub.ts";
import { errorField } from "./logger.ts";

const NAME = "Mara Beispiel";
const EMAIL = "mara.beispiel@example.com";
const PASSWORD = "correct horse battery";
const INSTALL = "4F8E2C9A-77B1-4D2E-9C55-0A6B1D3E5F70";
const FILE = "Quartalszahlen-von-Mara.ips";

const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  body: typeof body === "string" ? body : JSON.stringify(body),
  headers,
});

test("a hub's log holds no key, token, password, name, address, install id or file name", async () => {
  const t = await startTestHub();
  onTestFinished(() => t.remove());
  const secrets = new Map([
    ["the ingest key", t.ingestKey],
    ["the API key", t.apiKey],
    ["a name", NAME],
    ["an e-mail address", EMAIL],
    ["a password", PASSWORD],
    ["an install id", INSTALL],
    ["a file name", FILE],
    ["what a report says", "Teebude"],
  ]);
  const origin = { origin: t.hub.url };
  const anonymous = { ...origin, cookie: "none=1" };

  // In by link, by invitation, by password; and what of it goes wrong.
  const link = new URL(await t.hub.newSignInLink()).searchParams.get("token") ?? "";
  const signedIn = await t.ask("/api/v1/sign-in", post({ token: link }, anonymous));
  const owner = { ...origin, cookie: (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "" };
  secrets.set("a sign-in link", link).set("a session", owner.cookie.slice(owner.cookie.indexOf("=") + 1));
  const invited = await t.json<{ url: string }>("/api/v1/invitations", post({ name: NAME, role: "member" }, owner));
  const invitation = new URL(invited.url).searchParams.get("token") ?? "";
  secrets.set("an invitation", invitation);
  await t.ask("/api/v1/invitations/open", post({ token: invitation }, anonymous));
  const answers = [
    await t.ask("/api/v1/invitations/accept", post({ token: invitation, name: EMAIL, password: PASSWORD }, anonymous)),
    await t.ask("/api/v1/invitations/accept", post({ token: invitation, name: NAME, password: PASSWORD }, anonymous)),
    await t.ask("/api/v1/sign-in/password", post({ name: EMAIL, password: PASSWORD }, anonymous)),
    await t.ask("/api/v1/sign-in/password", post({ name: EMAIL, password: `${PASSWORD}!` }, anonymous)),
    await t.ask("/api/v1/sign-in", post({ token: link }, anonymous)),
    await t.ask("/api/v1/sign-in", post(`{"token":"${link}`, anonymous)),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 200, 401, 401, 400]);

  const made = await t.json<{ secret: string }>(
    "/api/v1/keys",
    post({ kind: "ingest", name: `${NAME}'s build machine` }, owner),
  );
  secrets.set("a made key", made.secret);
  await ingest(t, made.secret);
  await t.hub.settled();

  // Everything that logs an error: damaged blobs, a hub that fails inside.
  await damage(t);
  await t.hub.settled();
  const state = new DatabaseSync(join(t.folder, "state.db"));
  state.exec("ALTER TABLE sign_in_links RENAME TO away");
  state.close();
  expect((await t.ask("/api/v1/sign-in", post({ token: link }, anonymous))).status).toBe(500);

  const log = t.log.join("\n");
  for (const line of ["a request failed", "a report failed", "a usage batch failed", "the sender hung up"]) {
    expect(log).toContain(line);
  }
  for (const [what, secret] of secrets) {
    expect(secret.length, what).toBeGreaterThan(6);
    expect(log.toLowerCase().includes(secret.toLowerCase()), what).toBe(false);
  }
  expect(log).not.toMatch(/wf[ik]_|[?&](?:key|token|install)=/);
});

/** With the key in the URL, as senders do that know nothing else. */
async function ingest(t: TestHub, key: string): Promise<void> {
  const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
  const report = (number: number) => variantOf(template, { number, at: new Date(), device: number });
  const at = `/ingest/reports?key=${key}&install=${INSTALL}`;
  const form = new FormData();
  form.append("file", new File([report(1)], FILE));
  const day = new Date().toISOString().slice(0, 10);
  const usage = (app: string) => ({ installId: INSTALL, day, app, version: "1", sessions: 1 });
  const header = { cookie: "none=1" };
  const statuses: number[] = [];
  for (const [path, body] of [
    [at, report(0)],
    [at, form],
    [at, `Dear ${NAME}`],
    [`/ingest/usage?key=${key}`, JSON.stringify(usage("com.example.harbor"))],
    [`/ingest/usage?key=${key}`, `{"installId":"${INSTALL}`],
    [`/ingest/reports?key=${key}x`, report(2)],
  ] as const) {
    statuses.push((await t.ask(path, { method: "POST", body, headers: header })).status);
  }
  expect(statuses).toEqual([202, 202, 422, 202, 400, 401]);
  await new Promise<void>((resolve) => {
    const socket = connect(t.hub.port, "127.0.0.1", () => {
      socket.write(
        `POST ${at} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9000\r\n\r\n${report(3).slice(0, 4_000)}`,
        () => setTimeout(() => socket.destroy(), 50),
      );
    });
    socket.on("close", () => resolve());
  });
  await expect.poll(() => t.log.some((line) => line.includes("the sender hung up"))).toBe(true);
}

/** As if everything had come and could not be read back. */
async function damage(t: TestHub): Promise<void> {
  const blobs = join(t.folder, "blobs");
  for (const entry of readdirSync(blobs, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) writeFileSync(join(entry.parentPath, entry.name), `{"damaged": "${NAME}`);
  }
  const state = new DatabaseSync(join(t.folder, "state.db"));
  state.exec("PRAGMA foreign_keys = OFF; DELETE FROM reports; UPDATE inbox SET state = 'waiting'");
  state.close();
}

test.each([
  '{"token": "SECRET',
  "SECRET",
  '{"a": SECRET}',
  `["${"x".repeat(100)}", SECRET, "${"y".repeat(100)}"]`,
  '"\\SECRET"',
])("an error about JSON does not quote it: %s", (text) => {
  let caught: unknown;
  try {
    JSON.parse(text);
  } catch (error) {
    caught = error;
  }
  expect(errorField(caught)).toMatch(/^SyntaxError: .*\n +at /);
  expect(errorField(caught)).not.toContain("SECRET");
});

test("an error of the event engine does not quote the row or the parameter", async () => {
  const engine = await temporaryEngine();
  const row = { report_id: "r", app_id: "a", raw_key: "no number", device_id: "SECRET", incident_id: "it's SECRET: (" };
  const failures = [
    await engine.insert("windfall.events", [row]).catch(errorField),
    await engine.query("SELECT {day:Date}", { day: "SECRET of mara@example.com" }).catch(errorField),
  ];
  for (const failure of failures) {
    expect(failure).toMatch(/^EventEngineError: Cannot parse .*\(CANNOT_PARSE_\w+\)/s);
    expect(failure).not.toMatch(/SECRET|mara/);
  }
});
