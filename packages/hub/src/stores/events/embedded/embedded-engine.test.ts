/** The engine's process as its hub meets it: locked, busy, killed, orphaned, missing. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished, expect, test, vi } from "vitest";
import { isRunning, temporaryEngine, temporaryFolder } from "../../../../test/events.ts";
import { openEventEngine } from "../open-events.ts";
import { MIGRATIONS } from "../schema.ts";
import { createEmbeddedEngine } from "./embedded-engine.ts";

/** Runs for minutes unless it is ended. */
const ENDLESS = "SELECT sum(sleepEachRow(0.01)) FROM numbers(100000) SETTINGS max_block_size = 1";

test("nothing starts before the first question", async () => {
  const engine = createEmbeddedEngine(temporaryFolder());
  expect(engine.process.pid).toBeUndefined();
  await engine.close();
  await expect(engine.query("SELECT 1")).rejects.toMatchObject({ code: "closed", retryable: false });
});

test("64-bit integers, times and parameters of every type are exact", async () => {
  const engine = await temporaryEngine();
  const [row] = await engine.query(
    `SELECT {big:UInt64} AS big, {negative:Int64} AS negative, {text:String} AS text, {list:Array(String)} AS list,
  {numbers:Array(UInt64)} AS numbers, {flag:Bool} AS flag, {none:Nullable(String)} AS none, {day:Date} AS day,
  {empty:Array(String)} AS empty, toDateTime64('2026-11-24 17:00:00.123', 3, 'UTC') AS time`,
    {
      big: 2n ** 64n - 1n,
      negative: -(2n ** 63n),
      text: "it's \\ \0 \n \t {a:String} 💥",
      list: ["it's", "\\'", "\0\n\t\r", "a,b]"],
      numbers: [2n ** 64n - 1n, 0],
      flag: true,
      none: null,
      day: "2026-11-24",
      empty: [],
    },
  );
  expect(row).toEqual({
    big: "18446744073709551615",
    negative: "-9223372036854775808",
    text: "it's \\ \0 \n \t {a:String} 💥",
    list: ["it's", "\\'", "\0\n\t\r", "a,b]"],
    numbers: ["18446744073709551615", "0"],
    flag: true,
    none: null,
    day: "2026-11-24",
    empty: [],
    time: "2026-11-24T17:00:00.123Z",
  });
});

test("a parameter may be megabytes of hostile text", async () => {
  const engine = await temporaryEngine();
  const text = "it's \\ \0\n".repeat(200_000);
  expect(await engine.query("SELECT {text:String} AS text", { text })).toEqual([{ text }]);
  expect(await engine.query("SELECT {list:Array(String)} AS list", { list: [text, text] })).toEqual([
    { list: [text, text] },
  ]);
});

test("concurrent questions never see one another's parameters, and a forgotten one is not an older question's", async () => {
  const engine = await temporaryEngine();
  const values = Array.from({ length: 300 }, (_, index) => `value-${index}`);
  const answers = await Promise.all(
    values.map((value) => engine.query<{ value: string }>("SELECT {value:String} AS value", { value })),
  );
  expect(answers.flat().map(({ value }) => value)).toEqual(values);
  for (let index = 0; index < 10; index += 1) {
    await expect(engine.query("SELECT {value:String} AS value")).rejects.toMatchObject({ code: "query-failed" });
  }
});

test("a limit of one question does not stay with its session", async () => {
  const engine = await temporaryEngine();
  const large = "SELECT length(groupArray(toString(number))) AS rows FROM numbers(1000000)";
  await Promise.all(
    Array.from({ length: 8 }, () =>
      expect(engine.query(large, {}, { maxMemoryBytes: 1_000_000 })).rejects.toMatchObject({ code: "memory-limit" }),
    ),
  );
  await expect(engine.query(ENDLESS, {}, { timeoutMs: 200 })).rejects.toMatchObject({ code: "time-limit" });
  for (let index = 0; index < 8; index += 1) expect(await engine.query(large)).toEqual([{ rows: "1000000" }]);
});

test("a long question and a long write hold up no other question, and both can be cancelled", async () => {
  const engine = await temporaryEngine();
  const aborter = new AbortController();
  const endless = [
    expect(engine.query(ENDLESS, {}, { queryId: "it's long" })).rejects.toMatchObject({ code: "cancelled" }),
    expect(engine.query(ENDLESS, {}, { signal: aborter.signal })).rejects.toMatchObject({ code: "cancelled" }),
    expect(
      engine.command(
        `INSERT INTO windfall.migrations SELECT 7, toString(sum(sleepEachRow(0.01))), now() FROM numbers(100000) SETTINGS max_block_size = 1`,
        {},
        { queryId: "write" },
      ),
    ).rejects.toMatchObject({ code: "cancelled" }),
  ];
  await vi.waitFor(async () => {
    const running = await engine.query(
      "SELECT query FROM system.processes WHERE query LIKE '%sleepEachRow%numbers(1%'",
    );
    // Itself included.
    expect(running).toHaveLength(endless.length + 1);
  });
  await engine.cancel("nobody's");
  await engine.cancel("it's long");
  await engine.cancel("write");
  aborter.abort();
  await Promise.all(endless);
  await expect(engine.query("SELECT 1", {}, { signal: aborter.signal })).rejects.toMatchObject({ code: "cancelled" });
});

test("questions that wait behind busy sessions can be cancelled too", async () => {
  const engine = await temporaryEngine();
  const asked = Array.from({ length: 20 }, (_, index) => `query-${index}`);
  const answers = asked.map((queryId) =>
    expect(engine.query(ENDLESS, {}, { queryId })).rejects.toMatchObject({ code: "cancelled" }),
  );
  for (const queryId of asked.toReversed()) await engine.cancel(queryId);
  await Promise.all(answers);
  expect(await engine.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("an engine that is killed fails its questions as retryable and is back for the next", async () => {
  const engine = await temporaryEngine();
  const before = engine.process.pid;
  if (before === undefined) throw new Error("not running");
  const asked = expect(engine.query(ENDLESS)).rejects.toMatchObject({ code: "engine-lost", retryable: true });
  process.kill(before, "SIGKILL");
  await asked;
  expect(await engine.query("SELECT count() AS migrations FROM windfall.migrations")).toEqual([
    { migrations: String(MIGRATIONS.length) },
  ]);
  expect(engine.process.pid).not.toBe(before);
});

test("close ends what runs too long, answers it, and leaves no process", async () => {
  const engine = await temporaryEngine();
  const { pid } = engine.process;
  if (pid === undefined) throw new Error("not running");
  const short = engine.query("SELECT sleep(1) AS zero");
  const long = expect(engine.query(ENDLESS)).rejects.toMatchObject({ code: "cancelled" });
  await engine.query("SELECT 1");
  const closed = engine.close();
  await expect(engine.query("SELECT 1")).rejects.toMatchObject({ code: "closed" });
  expect(await short).toEqual([{ zero: 0 }]);
  await Promise.all([long, closed]);
  expect(isRunning(pid)).toBe(false);
});

test("close sends the last answer whole", async () => {
  const engine = await temporaryEngine();
  const large = engine.query<{ text: string }>(
    "SELECT repeat('x', 1000000) AS text, sleepEachRow(0.05) FROM numbers(20)",
  );
  // Only once the engine has it: what was not asked yet is refused.
  await engine.query("SELECT 1");
  await engine.close();
  expect((await large).reduce((size, { text }) => size + text.length, 0)).toBe(20_000_000);
});

test("a second engine on the folder says who holds it, and gets it once it is free", async () => {
  const folder = temporaryFolder();
  const first = await temporaryEngine(folder);
  const second = openEventEngine({ folder });
  onTestFinished(() => second.close());
  await expect(second.query("SELECT 1")).rejects.toMatchObject({
    code: "data-folder-locked",
    message: expect.stringContaining(folder),
  });
  expect(await first.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  const waiting = second.query("SELECT 2 AS two");
  await first.close();
  expect(await waiting).toEqual([{ two: 2 }]);
});

test("a hub that is killed leaves no engine, and the next hub opens the folder", async () => {
  const folder = temporaryFolder();
  const script = `
    const { createEmbeddedEngine } = await import(${JSON.stringify(new URL("./embedded-engine.ts", import.meta.url).href)});
    const engine = createEmbeddedEngine(${JSON.stringify(folder)});
    await engine.query("SELECT 1");
    void engine.query(${JSON.stringify(ENDLESS)});
    void engine.command("CREATE DATABASE after_the_start");
    console.log(engine.process.pid);`;
  const hub = spawn(process.execPath, ["--conditions=@windfall/source", "--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await once(hub.stdout, "data")) as [Buffer];
  const pid = Number(said.toString());
  expect(isRunning(pid)).toBe(true);
  hub.kill("SIGKILL");
  const next = await temporaryEngine(folder);
  expect(await next.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 10_000 });
});

test("a folder that cannot be opened says why", async () => {
  const engine = createEmbeddedEngine("/dev/null/events");
  onTestFinished(() => engine.close());
  await expect(engine.query("SELECT 1")).rejects.toMatchObject({ code: "engine-failed" });
  await expect(engine.query("SELECT 1")).rejects.toThrow("/dev/null/events");
});

test("on a platform without the engine one sentence names the way out", async () => {
  // The package itself decides, told that it runs on Windows.
  vi.stubEnv("NODE_OPTIONS", `--import=data:text/javascript,Object.defineProperty(process,'platform',{value:'win32'})`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const engine = openEventEngine({ folder: temporaryFolder() });
  onTestFinished(() => engine.close());
  await expect(engine.query("SELECT 1")).rejects.toMatchObject({
    code: "platform-unsupported",
    message: expect.stringMatching(/win32-.*WINDFALL_EVENTS/),
  });
});
