/** The promise of `202`: kill -9 at random moments while reports and usage stream in, and afterwards all that was acknowledged is there, once. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../test/events.ts";
import { type Counted, createHubProcess, ended, freePort, killRounds } from "../test/kill-rounds.ts";

const HUB_KILLS = 20;
const ENGINE_KILLS = 4;
const hub = ["--conditions=@windfall/source", fileURLToPath(new URL("./main.ts", import.meta.url))];

test("kills of the hub and of its engine lose nothing and count nothing twice", { timeout: 300_000 }, async () => {
  const dataFolder = join(temporaryFolder(), "data");
  const exact = ({ found, expected }: Counted) => found === expected;
  const count = await killRounds({
    dataFolder,
    hub,
    hubKills: HUB_KILLS,
    engineKills: ENGINE_KILLS,
    pauseMs: 5,
  });
  expect(count).toMatchObject({ lost: [], doubled: [], setAside: 0, exitCode: 0 });
  // 0: the hub was away. Of its engine's end a reader sees nothing, or that it will be back.
  expect(Object.keys(count.pages).filter((status) => !["0", "200", "503"].includes(status))).toEqual([]);
  for (const [name, counted] of Object.entries({ uploads: count.uploads, reports: count.reports, ...count.usage })) {
    expect(exact(counted), `${name}: ${counted.found} of ${counted.expected}`).toBe(true);
  }
});

test("a second hub on the folder ends with 1 and says why; unknown flags end with 2", { timeout: 60_000 }, async () => {
  const dataFolder = join(temporaryFolder(), "data");
  const first = createHubProcess({ dataFolder, hub }, await freePort());
  onTestFinished(async () => void (await first.kill()));
  await first.start();
  const run = async (...flags: string[]) => {
    const child = spawn(process.execPath, [...hub, ...flags], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (text) => (said += String(text)));
    return { code: await ended(child), said };
  };
  const second = await run("--data", dataFolder, "--port", "0");
  expect(second.code).toBe(1);
  expect(second.said).toContain("data-folder-locked: another hub already runs on");
  expect(await first.stop()).toBe(0);
  expect((await run("--prot", "1")).code).toBe(2);
});
