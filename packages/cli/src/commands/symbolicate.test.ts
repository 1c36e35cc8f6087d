import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWindfall, fixtures, type Windfall } from "../../test/bundle.ts";

let windfall: Windfall;
beforeAll(async () => {
  windfall = await createWindfall();
});
afterAll(() => windfall.dispose());

const SYMBOLS = ["--symbols", "fixtures/dsyms"];
const sample = (name: string) => join(fixtures, "reports/sample-null-dereference", name);

test.each(["input.ips", "input.crash"])("%s gets names; what has them already stays as it is", (name) => {
  const out = join(windfall.folder, name);
  const first = windfall.run(["symbolicate", sample(name), ...SYMBOLS, "-o", out]);
  expect(first).toEqual({ status: 0, stdout: "", stderr: "" });
  const text = readFileSync(out, "utf8");
  expect(text).toContain("engine.c");
  expect(text).not.toBe(readFileSync(sample(name), "utf8"));
  const second = windfall.run(["symbolicate", out, ...SYMBOLS]);
  expect(second).toEqual({ status: 0, stdout: text, stderr: "" });
});

test("both forms of one report get the same names", () => {
  const ips = windfall.run(["symbolicate", sample("input.ips"), ...SYMBOLS]).stdout;
  const text = windfall.run(["convert", "-", "--to", "crash"], { input: Buffer.from(ips) }).stdout;
  const crash = windfall.run(["symbolicate", sample("input.crash"), ...SYMBOLS]).stdout;
  expect(text.trimEnd()).toBe(crash.trimEnd());
});

test("images without symbols are told, and the report comes back as it came", () => {
  const { status, stdout, stderr } = windfall.run(["symbolicate", sample("input.ips")]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: readFileSync(sample("input.ips"), "utf8") });
  expect(stderr).toMatch(/^windfall: no symbols for Harbor [0-9a-f-]{36}\n/);
});

test("what is no report is refused", () => {
  const { status, stderr } = windfall.run(["symbolicate", "README.md"]);
  expect(status).toBe(3);
  expect(stderr).toContain("README.md: no line of this text is one of a crash report");
});
