/** `doctor` and `hub rebuild` as scripts see them: what is printed, and how they end. The hub here answers what it is told to. */
import { spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Doctor, Rebuild } from "@windfall/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWindfall, type Outcome, type Windfall } from "../../test/bundle.ts";

let windfall: Windfall;
let server: Server;
let hub = "";
let answers: object[] = [];

beforeAll(async () => {
  windfall = await createWindfall();
  server = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answers.length > 1 ? answers.shift() : answers[0]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  windfall.dispose();
  server.close();
});

/** Not `windfall.run`: that would hold up the server in this process. */
function run(...args: string[]): Promise<Outcome> {
  const env = { PATH: process.env["PATH"] ?? "", WINDFALL_KEY: "wfk_test", WINDFALL_HUB: hub };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(windfall.folder, "windfall.mjs"), ...args], { env });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject).on("close", (status) => resolve({ status, stdout, stderr }));
  });
}

const well: Doctor = { healthy: true, findings: [{ check: "disk", level: "ok", found: "9.0 GiB free" }] };
const ill: Doctor = {
  healthy: false,
  findings: [{ check: "queue", level: "problem", found: "7 uploads wait", wayOut: "look into the log" }],
};

test.each([
  ["a healthy hub", well, 0, /^ok {5}disk/],
  ["one with a problem", ill, 1, /^WRONG {2}queue.*7 uploads wait\n {20}look into the log\n$/],
])("doctor on %s", async (_, answer, exit, text) => {
  answers = [answer];
  const outcome = await run("doctor");
  expect(outcome.stdout).toMatch(text);
  expect(outcome.status).toBe(exit);
});

const rebuild = (state: Rebuild["state"], reason: string | null = null): Rebuild => ({
  state,
  startedAt: "2026-11-24T10:00:00.000Z",
  endedAt: null,
  total: 3,
  done: 3,
  unreadable: 0,
  reason,
});

test("hub rebuild waits for the end and says how many", async () => {
  answers = [rebuild("running"), rebuild("running"), rebuild("done")];
  const outcome = await run("hub", "rebuild");
  expect([outcome.status, outcome.stdout]).toEqual([0, "the events of 3 reports are made anew\n"]);
});

test("one that fails ends with 1 and its reason", async () => {
  answers = [rebuild("failed", "no room")];
  const outcome = await run("hub", "rebuild");
  expect(outcome.status).toBe(1);
  expect(outcome.stderr).toContain("no room");
});
