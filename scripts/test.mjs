/**
 * `npm test`: the checks, every test in Node, core's once more in Chromium, the browser journeys.
 * Ends with `N passed, N failed` alone on a line. A missing Chromium is found or installed, never skipped.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromiumPath } from "./chromium.mjs";
import { ensureBuilt, ensureInstalled, environment, fail, root, run, say } from "./toolchain.mjs";

const started = Date.now();
say("checks, tests in Node, tests in Chromium, browser journeys: about seven minutes on two cores");
ensureInstalled();
const chromium = ensureChromium();
run("node", [join("scripts", "check.mjs")]);
ensureBuilt();

const results = join(root, ".windfall", "test-results.json");
mkdirSync(join(root, ".windfall"), { recursive: true });
rmSync(results, { force: true });
const { status } = spawnSync(
  "vitest",
  ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${results}`, ...process.argv.slice(2)],
  { cwd: root, env: environment({ WINDFALL_CHROMIUM: chromium }), stdio: "inherit" },
);
if (!existsSync(results)) fail("the test runner ended without results (see above)");
const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(readFileSync(results, "utf8"));
// A file that could not even be loaded has no tests to count: count the file.
const broken = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
const failed = numFailedTests + broken || (status === 0 && numFailedTestSuites === 0 ? 0 : 1);
say(`took ${Math.round((Date.now() - started) / 1000)} s`);
process.stdout.write(`${numPassedTests} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && numPassedTests > 0 ? 0 : 1;

/** The browser the tests run in; installed by the system's package manager where it is missing. */
function ensureChromium() {
  const found = chromiumPath();
  if (found !== "") return found;
  const asRoot = process.getuid?.() === 0;
  if (asRoot && existsSync("/usr/bin/apt-get")) {
    say("no Chromium on this machine: installing Debian's (about 100 MB)");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    run("apt-get", ["update", "-qq"], { env });
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { env });
    const installed = chromiumPath();
    if (installed !== "") return installed;
  }
  return fail(
    "the tests need Chromium: install it (Debian: apt-get install chromium; macOS: brew install --cask chromium) or set WINDFALL_CHROMIUM to its path",
  );
}
