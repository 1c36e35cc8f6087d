import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { startTestHub } from "../test/hub.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

function start(args: readonly string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, ["--conditions=@windfall/source", main, ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
    timeout: 30_000,
  });
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "windfall-start-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test.each<[string, (at: string) => readonly string[], string, number]>([
  [
    "the data folder is a file",
    (at) => {
      writeFileSync(join(at, "file"), "");
      return ["--data", join(at, "file"), "--port", "0"];
    },
    "is a file, not a folder",
    1,
  ],
  [
    "the state is damaged",
    (at) => {
      writeFileSync(join(at, "state.db"), "this is no database, and it is longer than a header of one".repeat(20));
      return ["--data", at, "--port", "0"];
    },
    "the state in",
    1,
  ],
  ["the address is not this machine's", (at) => ["--data", at, "--port", "0", "--host", "192.0.2.1"], "--host", 1],
  ["the port is none", (at) => ["--data", at, "--port", "http"], "--port: http is no port", 2],
  ["a flag is unknown", (at) => ["--data", at, "--prot", "1"], "Unknown option '--prot'", 2],
])("one sentence and no stack when %s", (_, args, sentence, code) => {
  const { status, stderr } = start(args(folder()));
  expect(stderr).toContain(sentence);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(status).toBe(code);
});

test("an empty variable counts as not set, a wrong one is named", () => {
  const { status, stderr } = start(["--data", folder()], {
    WINDFALL_HOST: "",
    WINDFALL_EVENTS: "",
    WINDFALL_PORT: "x",
  });
  expect([status, stderr]).toEqual([2, expect.stringContaining("WINDFALL_PORT: x is no port")]);
});

test("nothing in the data folder is readable by others, also when the folder was there before", async () => {
  const at = folder();
  mkdirSync(join(at, "data"), { mode: 0o755 });
  chmodSync(join(at, "data"), 0o755);
  const before = process.umask(0o077);
  onTestFinished(() => void process.umask(before));
  const t = await startTestHub({ dataFolder: join(at, "data") });
  await t.stop();
  const open = readdirSync(join(at, "data"), { recursive: true, encoding: "utf8" })
    .map((name) => join(at, "data", name))
    .concat(join(at, "data"))
    .filter((path) => (statSync(path).mode & 0o077) !== 0);
  expect(open).toEqual([]);
});
