import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWindfall, fixtures, type Windfall } from "../../test/bundle.ts";

let windfall: Windfall;
beforeAll(async () => {
  windfall = await createWindfall();
});
afterAll(() => windfall.dispose());

const INPUT = join(fixtures, "reports/sample-null-dereference/input.ips");
const KEY = /"crashReporterKey" ?: ?"([^"]+)"/;
const keyOf = (text: string) => KEY.exec(text)?.[1] ?? "";

test("the key of the device becomes a pseudonym: one per secret, one per run without any", () => {
  const raw = keyOf(readFileSync(INPUT, "utf8"));
  const withSecret = windfall.run(["scrub", INPUT, "--secret", "ours"]);
  expect(withSecret).toMatchObject({ status: 0, stderr: "" });
  expect(withSecret.stdout).not.toContain(raw);
  expect(keyOf(withSecret.stdout)).toMatch(/^scrub_[0-9a-f]{16}$/);
  const fromEnvironment = windfall.run(["scrub", INPUT], { env: { WINDFALL_SCRUB_SECRET: "ours" } });
  expect(fromEnvironment.stdout).toBe(withSecret.stdout);
  const [first, second] = [windfall.run(["scrub", INPUT]), windfall.run(["scrub", INPUT])];
  expect(keyOf(first.stdout)).not.toBe(keyOf(second.stdout));
});

test("what is scrubbed comes back as it came, and analyzes to the same signature", () => {
  const out = join(windfall.folder, "scrubbed.ips");
  expect(windfall.run(["scrub", INPUT, "--strict", "-o", out])).toEqual({ status: 0, stdout: "", stderr: "" });
  const text = readFileSync(out, "utf8");
  expect(windfall.run(["scrub", out, "--strict"]).stdout).toBe(text);
  const signature = (path: string) => {
    const { stdout } = windfall.run(["analyze", path, "--symbols", "fixtures/dsyms", "--format", "json"]);
    return (JSON.parse(stdout) as { signature: { key: string } }).signature.key;
  };
  expect(signature(out)).toBe(signature(INPUT));
});

test("what is no report is refused", () => {
  const { status, stderr } = windfall.run(["scrub", "README.md"]);
  expect({ status, stderr }).toMatchObject({ status: 3, stderr: expect.stringContaining("README.md:") as string });
});
