/**
 * What npm would publish, by itself: the hub and the command line from their tarballs, in a folder outside the repo that has nothing but
 * them and the packages that they declare.
 */
import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "./hub.ts";

const run = promisify(execFile);
const PACKAGES = ["core", "api", "hub", "cli"] as const;

let folder: string;
let modules: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "windfall-packed-"));
  modules = join(folder, "node_modules");
  for (const name of PACKAGES) await install(name);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As npm would, but without the network: a package's own files from its tarball, what it declares from the repo's packages. */
async function install(name: (typeof PACKAGES)[number]): Promise<void> {
  const packed = join(folder, `packed-${name}`);
  mkdirSync(packed);
  await run("npm", ["pack", "-w", `packages/${name}`, "--pack-destination", packed], { cwd: root });
  const [tarball = ""] = readdirSync(packed);
  await run("tar", ["xzf", tarball], { cwd: packed });
  const facts = JSON.parse(readFileSync(join(packed, "package/package.json"), "utf8")) as {
    name: string;
    dependencies?: Readonly<Record<string, string>>;
  };
  put(join(packed, "package"), facts.name);
  for (const needed of Object.keys(facts.dependencies ?? {})) {
    if (!needed.startsWith("@windfall/")) put(join(root, "node_modules", needed), needed);
  }
}

const placed = new Set<string>();
function put(from: string, name: string): void {
  if (placed.has(name)) return;
  placed.add(name);
  mkdirSync(dirname(join(modules, name)), { recursive: true });
  symlinkSync(from, join(modules, name));
}

const filesOf = (name: string): string[] =>
  readdirSync(join(modules, name), { recursive: true, encoding: "utf8" }).sort();

test("a package holds what runs, and neither tests nor sources nor the notes of the compiler", () => {
  const hub = filesOf("@windfall/hub");
  expect(hub).toEqual(
    expect.arrayContaining([
      "LICENSE",
      "assets/devices.tsv",
      "assets/sample/report.ips",
      "dist/main.js",
      "dist/pipeline/worker.js",
      "dist/stores/events/embedded/child.js",
      "dist/web/index.html",
      "dist/web/analyze.html",
      "dist/web/third-party-licenses.md",
    ]),
  );
  expect(filesOf("windfall").filter((path) => path.includes("."))).toEqual([
    "bin/windfall.js",
    "dist/windfall.mjs",
    "package.json",
  ]);
  for (const name of ["@windfall/core", "@windfall/api", "@windfall/hub", "windfall"]) {
    const strange = filesOf(name).filter((path) => /\.test\.|\.tsbuildinfo$|^src\b|^test\b|node_modules/.test(path));
    expect(strange, name).toEqual([]);
  }
});

test("the demangler is an entry point of its own", async () => {
  const code = `import { demangle, nameFacts } from "@windfall/core/demangle";
    console.log(demangle("$s7harbour4BoatC3rowyyF"), nameFacts("$s7harbour4BoatC3rowyyFTm").isMerged);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code], { cwd: join(modules, "..") });
  expect(stdout).toBe("Boat.row() true\n");
});

test("the hub starts from there, serves its pages, takes the sample in and reads it", async () => {
  const cli = join(modules, "windfall/bin/windfall.js");
  const flags = ["serve", "--data", join(folder, "data"), "--port", "0"];
  const hub = spawn(process.execPath, [cli, ...flags], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise((resolve) => hub.once("exit", resolve));
  let printed = "";
  for (const stream of [hub.stdout, hub.stderr]) stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  try {
    await expect.poll(() => printed, { timeout: 30_000, interval: 50 }).toContain("Ctrl+C");
    const url = /running: (\S+)/.exec(printed)?.[1] ?? "";
    const key = /\bwfk_\S+/.exec(printed)?.[0] ?? "";
    const page = await (await fetch(url)).text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? "";
    expect((await fetch(url + script)).headers.get("content-type")).toContain("javascript");
    expect((await fetch(`${url}/analyze`)).status).toBe(200);

    const headers = { authorization: `Bearer ${key}` };
    expect((await fetch(`${url}/api/v1/sample`, { method: "POST", headers })).status).toBe(200);
    const { stdout } = await run(
      process.execPath,
      [cli, "upload", join(root, "fixtures/reports/swift/01-ios17-unwrap-nil.ips")],
      { cwd: folder, env: { ...process.env, WINDFALL_HUB: url, WINDFALL_KEY: key } },
    );
    expect(stdout).toMatch(/^accepted {2}/);
    const apps = async () =>
      ((await (await fetch(`${url}/api/v1/apps`, { headers })).json()) as { apps: { name: string }[] }).apps;
    await expect.poll(async () => (await apps()).length, { timeout: 20_000 }).toBe(2);
  } finally {
    hub.kill("SIGTERM");
    await exited;
  }
});
