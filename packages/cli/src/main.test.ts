/** The bundle itself: what is in it, which Node runs it, how it starts and fails. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWindfall, nodesToTest, repo, type Windfall } from "../test/bundle.ts";
import { COMMANDS } from "./commands.ts";

let windfall: Windfall;
beforeAll(async () => {
  windfall = await createWindfall();
});
afterAll(() => windfall.dispose());

describe("the bundle", () => {
  test("holds the CLI and core as code, the contract of the hub as text, and nothing of hub, web or an engine", () => {
    const { code, text } = windfall.modules;
    const outside = code.filter((id) => !id.startsWith("\0") && !/\/packages\/(cli|core)\/src\//.test(id));
    expect(outside).toEqual([]);
    expect(code.some((id) => id.endsWith("/packages/cli/src/commands/analyze.ts"))).toBe(true);
    expect(text.some((id) => id.includes("/node_modules/zod/"))).toBe(true);
    expect(
      [...code, ...text].filter((id) => /\/packages\/(hub|web)\/|chdb|clickhouse|node_modules\/(?!zod)/.test(id)),
    ).toEqual([]);
  });

  test("imports nothing at its start, and is ASCII", () => {
    const source = readFileSync(join(windfall.folder, "windfall.mjs"), "latin1");
    expect(source.match(/(^|;)import[\s{*"'`][^(]*?from/g)).toBeNull();
    // oxlint-disable-next-line no-control-regex
    expect(source).toMatch(/^[\0-\x7f]*$/);
  });

  test("uses nothing that Node 20.0 lacks", () => {
    const source = readFileSync(join(windfall.folder, "windfall.mjs"), "latin1");
    const newer = [
      /\bPromise\.(withResolvers|try)\b/,
      /\bArray\.fromAsync\b/,
      /\b(Object|Map)\.groupBy\b/,
      /\bIterator\.from\b/,
      /\b(import\.meta\.(dirname|filename|resolve))\b/,
      /\bURL\.parse\b/,
      /\.(intersection|isSubsetOf|symmetricDifference|isWellFormed|toWellFormed)\(/,
      /\bawait using\b|\busing [\w$]+ ?=/,
    ];
    expect(newer.filter((pattern) => pattern.test(source))).toEqual([]);
  });
});

describe.each(nodesToTest())("with %s", (node) => {
  test("prints its version", () => {
    const { version } = JSON.parse(readFileSync(join(repo, "packages/cli/package.json"), "utf8")) as {
      version: string;
    };
    expect(windfall.run(["--version"], { node })).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("every command has help with an example", () => {
    for (const { name, example, flags, dash = "--" } of COMMANDS) {
      const { status, stdout, stderr } = windfall.run([...name.split(" "), "--help"], { node });
      expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: "" });
      expect(stdout).toContain(`Example\n  ${example}\n`);
      for (const flag of flags) expect(stdout).toContain(`${dash}${flag.name}`);
    }
  });

  test.each([
    [["analyze", "x.ips", "--jsno"], "unknown flag --jsno"],
    [["analyze", "x.ips", "--symbls", "y"], "did you mean --symbols?"],
    [["analyse", "x.ips"], "did you mean 'analyze'?"],
    [["symbols", "lits"], "did you mean 'symbols list'?"],
    [["symbols"], "windfall symbols --help lists them"],
    [[], "windfall --help lists them"],
    [["analyze"], "analyze needs a FILE"],
    [["symbols", "verify", "a", "b"], "takes no 'b'"],
    [["serve", "--port", "http"], "--port is a number"],
  ])("%j is wrong usage", (args, message) => {
    const { status, stdout, stderr } = windfall.run(args, { node });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^windfall: [^\n]+\n$/);
    expect(stderr).toContain(message);
  });
});

test("what is published is the bin and the bundle, and depends on nothing", () => {
  const manifest = JSON.parse(readFileSync(join(repo, "packages/cli/package.json"), "utf8")) as Record<string, unknown>;
  expect(manifest["files"]).toEqual(["bin", "dist/windfall.mjs"]);
  for (const kind of ["dependencies", "optionalDependencies", "peerDependencies", "bundledDependencies"]) {
    expect(manifest[kind]).toBeUndefined();
  }
  const packed = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: join(repo, "packages/cli"),
    encoding: "utf8",
  });
  const paths = [...packed.stdout.matchAll(/"path": "([^"]+)"/g)].map(([, path]) => path);
  // The bundle is there only after an install.
  expect(paths.filter((path) => path !== "dist/windfall.mjs").toSorted((a = "", b = "") => a.localeCompare(b))).toEqual(
    ["bin/windfall.js", "LICENSE", "package.json"],
  );
});

test("the bin makes the bundle where none is, and says so where it cannot", () => {
  const clone = join(windfall.folder, "clone");
  mkdirSync(join(clone, "packages/cli"), { recursive: true });
  mkdirSync(join(clone, "scripts"));
  cpSync(join(repo, "packages/cli/bin"), join(clone, "packages/cli/bin"), { recursive: true });
  writeFileSync(join(clone, "package.json"), '{"type":"module"}');
  const bin = join(clone, "packages/cli/bin/windfall.js");
  for (const node of nodesToTest()) {
    const { status, stderr } = spawnSync(node, [bin, "--version"], { encoding: "utf8" });
    expect({ node, status, stderr }).toEqual({
      node,
      status: 1,
      stderr: "windfall: this copy of windfall is incomplete: install it again\n",
    });
    const made = join(clone, "packages/cli/dist/windfall.mjs");
    writeFileSync(
      join(clone, "scripts/bundle-cli.mjs"),
      `import { cpSync } from "node:fs"; export const bundleCli = async () => cpSync(${JSON.stringify(join(windfall.folder, "windfall.mjs"))}, ${JSON.stringify(made)});`,
    );
    for (const run of ["making it", "having it"]) {
      expect([run, spawnSync(node, [bin, "--version"], { encoding: "utf8" })]).toMatchObject([
        run,
        { status: 0, stderr: "" },
      ]);
    }
    rmSync(dirname(made), { recursive: true });
    rmSync(join(clone, "scripts/bundle-cli.mjs"));
  }
});

test("an error about flags is an object too where JSON was asked for", () => {
  const { status, stdout } = windfall.run(["analyze", "x.ips", "--format", "json", "--nope"]);
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toEqual({
    error: { code: "usage", message: expect.stringContaining("--nope") as string },
  });
});

test("help lists every command, and those of a group", () => {
  const { stdout } = windfall.run(["--help"]);
  for (const { name } of COMMANDS) expect(stdout).toContain(`  ${name}`);
  const group = windfall.run(["help", "symbols"]).stdout;
  expect(group).toContain("symbols verify REPORT");
  expect(group).not.toContain("analyze");
});

test("a closed pipe ends it quietly", () => {
  const { status, stderr } = windfall.run(["--help"], { closeStdout: true });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
