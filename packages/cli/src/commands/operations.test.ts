/** `doctor`, `hub rebuild`, `keys` and `people` as scripts see them, against a hub that runs: what is printed, and how they end. */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWindfall, fixtures, type Outcome, type Windfall } from "../../test/bundle.ts";
import { type RealHub, startRealHub } from "../../test/real-hub.ts";

const REPORTS = ["01-ios17-unwrap-nil", "03-ios17-async-resume", "09-ios18-try-bang"].map((name) =>
  join(fixtures, "reports/swift", `${name}.ips`),
);
const APP = "org.windfall.fixtures.Teebude";

let windfall: Windfall;
let hub: RealHub;

beforeAll(async () => {
  [windfall, hub] = await Promise.all([createWindfall(), startRealHub()]);
  expect(run("upload", ...REPORTS).status).toBe(0);
  await hub.processed();
});
afterAll(async () => {
  await hub.stop();
  windfall.dispose();
});

const run = (...args: string[]): Outcome => windfall.run(args, { env: hub.env });
const runWithKey = (key: string, ...args: string[]): Outcome =>
  windfall.run(args, { env: { ...hub.env, WINDFALL_KEY: key } });
const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** While something else goes on in this process. */
function runMeanwhile(...args: string[]): Promise<Outcome> {
  const env = { PATH: process.env["PATH"] ?? "", ...hub.env };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(windfall.folder, "windfall.mjs"), ...args], { env });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject).on("close", (status) => resolve({ status, stdout, stderr }));
  });
}

test("doctor of a healthy hub names every check and ends with 0", () => {
  const { status, stdout } = run("doctor");
  expect(stdout).toMatch(/^ok {5}engine {7}the event engine answers$/m);
  expect(stdout).toMatch(/^ok {5}events {7}3 events for 3 stored reports$/m);
  expect(stdout).not.toContain("WRONG");
  expect(status).toBe(0);
});

test("hub rebuild waits for the end and says how many", () => {
  expect(run("hub", "rebuild")).toEqual({
    status: 0,
    stdout: "the events of 3 reports are made anew\n",
    stderr: "",
  });
  expect(run("doctor", "--format", "json").stdout).toContain("3 events for 3 stored reports");
});

test("a rebuild that cannot be done ends with 1 and its reason, and leaves the events as they were", async () => {
  // The engine needs longer to start than it is left alive.
  const killing = setInterval(() => hub.killEngine(), 20);
  const { status, stderr } = await runMeanwhile("hub", "rebuild");
  clearInterval(killing);
  expect(status).toBe(1);
  expect(stderr).toContain("the events are as they were");
  expect(run("doctor").stdout).toMatch(/^ok {5}events {7}3 events for 3 stored reports$/m);
});

test("an ingest key is printed once, may send and nothing else, and ends when it is revoked", () => {
  const made = run("keys", "create", "build machine");
  expect(made.status).toBe(0);
  const secret = made.stdout.trim();
  expect(secret).toMatch(/^wfi_/);
  expect(made.stderr).toContain("ingest key 'build machine' may send; it is shown only now");

  expect(runWithKey(secret, "upload", REPORTS[0] ?? "").stdout).toMatch(/^known already {2}/);
  const listed = runWithKey(secret, "keys", "list");
  expect([listed.status, listed.stdout]).toEqual([1, ""]);
  expect(listed.stderr).toContain("the key in WINDFALL_KEY may not do this");

  const row = linesOf(run("keys", "list", "--format", "json").stdout).find(({ name }) => name === "build machine");
  expect(row).toMatchObject({ kind: "ingest", right: "send", apps: null, revokedAt: null });
  expect(JSON.stringify(row)).not.toContain(secret);
  const id = String(row?.["id"]);
  expect(run("keys", "revoke", id)).toEqual({ status: 0, stdout: `revoked  ${id}\n`, stderr: "" });
  const again = run("keys", "revoke", id);
  expect([again.status, again.stdout]).toEqual([1, ""]);

  const refused = runWithKey(secret, "upload", REPORTS[0] ?? "");
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain("is not one of this hub, or was revoked");
  expect(run("keys", "list").stdout).toMatch(new RegExp(`^${id} .* revoked +build machine$`, "m"));
});

test("an API key for one app is named by its bundle id and reaches no further", () => {
  const made = run("keys", "create", "board", "--kind", "api", "--right", "read", "--app", APP, "--format", "json");
  expect(made.status).toBe(0);
  const [key] = linesOf(made.stdout);
  expect(key).toMatchObject({ kind: "api", right: "read", apps: [{ name: "Teebude" }] });
  expect(run("keys", "list").stdout).toMatch(/read \(Teebude\)/);
  const refused = runWithKey(String(key?.["secret"]), "doctor");
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain("may not do this");
});

test("a key for an app that the hub does not have is not made", () => {
  const { status, stderr } = run(
    "keys",
    "create",
    "x",
    "--kind",
    "api",
    "--right",
    "read",
    "--app",
    "org.example.None",
  );
  expect(status).toBe(1);
  expect(stderr).toContain("the hub has no app with the id or bundle id 'org.example.None'");
  expect(run("keys", "list").stdout).not.toMatch(/ x$/m);
});

test("people are invited by a link, listed, and taken back", async () => {
  const invited = run("people", "invite", "Mara Lind", "--role", "member");
  expect(invited.status).toBe(0);
  expect(invited.stdout).toMatch(new RegExp(`^${hub.env.WINDFALL_HUB}/invitation\\?token=\\S+\\n$`));
  expect(invited.stderr).toContain("for 'Mara Lind' as member; works once");
  expect(run("people", "list").stdout).toMatch(/member +invited until \S+ +Mara Lind$/m);

  const token = new URL(invited.stdout.trim()).searchParams.get("token");
  const accepted = await fetch(`${hub.env.WINDFALL_HUB}/api/v1/invitations/accept`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: hub.env.WINDFALL_HUB },
    body: JSON.stringify({ token, name: "Mara Lind", password: "correct horse battery" }),
  });
  expect(accepted.status).toBe(200);
  expect(run("people", "list").stdout).toMatch(/member +active \S+ +Mara Lind$/m);

  expect(run("people", "link", "mara lind").stdout).toMatch(/\/sign-in\?token=\S+\n$/);
  expect(run("people", "remove", "mara lind").stdout).toBe("removed  mara lind\n");
  expect(run("people", "list").stdout).not.toContain("Mara Lind");
  expect(run("people", "remove", "mara lind")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("the hub knows nobody called 'mara lind'"),
  });
});

test("the last admin cannot be removed", () => {
  const { status, stderr } = run("people", "remove", "owner");
  expect(status).toBe(1);
  expect(stderr).toContain("admin");
  expect(run("people", "list").stdout).toMatch(/admin .* Owner$/m);
});

test("debug files are pruned or removed by UUID, and what went is printed", () => {
  const uuid = "4c4c44d7-5555-3144-a17f-702897e64204";
  expect(run("symbols", "upload", join(fixtures, "dsyms/swift-teebude-ios-arm64-O-d4/Teebude.dSYM")).status).toBe(0);
  // Uploaded today: nothing that is unused.
  expect(run("symbols", "prune", "--unused-days", "30").stdout).toBe("0 slices removed, 0.0 MB on the disk\n");
  expect(run("symbols", "prune", "--unused-days", "0").status).toBe(2);
  expect(run("symbols", "prune").status).toBe(2);
  const { status, stdout } = run("symbols", "remove", uuid.toUpperCase());
  expect(status).toBe(0);
  expect(stdout).toMatch(new RegExp(`^${uuid}  arm64     Teebude\\n1 slice removed, 0\\.\\d MB on the disk\\n$`));
  expect(run("symbols", "remove", uuid)).toMatchObject({ status: 1, stdout: "" });
});

test("doctor of a hub with a problem says the way out and ends with 1", () => {
  rmSync(join(hub.data, "blobs"), { recursive: true });
  const { status, stdout } = run("doctor");
  expect(stdout).toMatch(/^WRONG {2}blobs {8}3 of 3 blobs are damaged: .*\n {20}put them back from a backup/m);
  expect(status).toBe(1);
});
