/** What `serve` starts, where, and with which Node. The hub itself is started by `e2e/`. */
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWindfall, nodesToTest, type Windfall } from "../../test/bundle.ts";

let windfall: Windfall;
beforeAll(async () => {
  windfall = await createWindfall();
});
afterAll(() => windfall.dispose());

function write(path: string, text: string, mode = 0o644): string {
  const file = join(windfall.folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

/** The bundle in a folder laid out like a clone, whose start script says what it was given and ends with 7 when it is told to stop. */
function clone(): string {
  const start = `
    process.on("SIGTERM", () => process.exit(7));
    console.log(JSON.stringify({ argv: process.argv.slice(2), node: process.version, path: process.env.PATH.split(":")[0] }));
    setInterval(() => {}, 1000);`;
  write("clone/scripts/start.mjs", start);
  const bundle = join(windfall.folder, "clone/packages/cli/dist/windfall.mjs");
  mkdirSync(dirname(bundle), { recursive: true });
  copyFileSync(join(windfall.folder, "windfall.mjs"), bundle);
  return bundle;
}

interface Started {
  readonly argv: readonly string[];
  readonly node: string;
  readonly path: string;
}

/** Starts it, waits for its first line, stops it, and gives both ends. */
function startAndStop(
  node: string,
  bundle: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ started: Started; code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [bundle, "serve", ...args], {
      cwd: windfall.folder,
      env: { PATH: process.env["PATH"] ?? "", ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      if (text.includes("\n")) child.kill("SIGTERM");
    });
    child.on("error", reject).on("close", (code) => resolve({ started: JSON.parse(text || "{}") as Started, code }));
  });
}

test.each(nodesToTest())(
  "in a clone its start script becomes the hub, signals and exit code with it (%s)",
  async (node) => {
    const { started, code } = await startAndStop(node, clone(), ["--data", "a folder", "--port=20123", "--demo"]);
    expect(started.argv).toEqual(["--data", "a folder", "--port", "20123", "--demo"]);
    expect(started.path).toBe(dirname(node));
    expect(code).toBe(7);
  },
);

test("a Node named in WINDFALL_NODE runs it", async () => {
  const wrapper = write("node-of-mine/node", `#!/bin/sh\nexec "${process.execPath}" "$@"\n`, 0o755);
  const { started } = await startAndStop(nodesToTest().at(-1) ?? process.execPath, clone(), [], {
    WINDFALL_NODE: wrapper,
  });
  expect(started).toMatchObject({ argv: [], node: process.version, path: dirname(wrapper) });
});

test("outside a clone an installed hub is started", async () => {
  write("project/package.json", "{}");
  write(
    "project/node_modules/@windfall/hub/package.json",
    JSON.stringify({ name: "@windfall/hub", exports: { "./main": "./main.mjs" } }),
  );
  write(
    "project/node_modules/@windfall/hub/main.mjs",
    "console.log(process.version, process.argv.slice(2).join(' ')); process.exitCode = 5;",
  );
  const cwd = join(windfall.folder, "project");
  for (const node of nodesToTest()) {
    const env = { PATH: `${dirname(process.execPath)}:${process.env["PATH"]}` };
    const { status, stdout } = windfall.run(["serve", "--port", "20124"], { node, cwd, env });
    expect({ node, status, stdout }).toEqual({ node, status: 5, stdout: `${process.version} --port 20124\n` });
  }
});

test("no hub, and no Node that could run it, are told in one line", () => {
  const none = windfall.run(["serve"], { cwd: windfall.folder });
  expect(none).toMatchObject({ status: 1, stdout: "" });
  expect(none.stderr).toMatch(/^windfall: the hub is not installed: [^\n]+\n$/);
  const old = write("old/node", "#!/bin/sh\necho v18.0.0\n", 0o755);
  const named = windfall.run(["serve"], { env: { WINDFALL_NODE: old } });
  expect(named).toMatchObject({ status: 1, stdout: "" });
  expect(named.stderr).toBe(`windfall: WINDFALL_NODE is ${old}, which is no Node 24 or newer\n`);
  const [, node20] = nodesToTest();
  if (node20 === undefined) return;
  const lacking = windfall.run(["serve"], { node: node20, env: { PATH: dirname(old) } });
  expect(lacking.status).toBe(1);
  expect(lacking.stderr).toMatch(/^windfall: the hub needs Node 24 or newer and this is 20\.[^\n]+\n$/);
});
