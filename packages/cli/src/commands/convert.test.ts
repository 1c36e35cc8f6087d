import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWindfall, fixtures, type Windfall } from "../../test/bundle.ts";

let windfall: Windfall;
beforeAll(async () => {
  windfall = await createWindfall();
});
afterAll(() => windfall.dispose());

const sample = (name: string) => join(fixtures, "reports/sample-nsexception", name);
const text = (path: string) => readFileSync(path, "utf8");

test("an .ips becomes Apple's text, on standard output or in a file", () => {
  const { status, stdout, stderr } = windfall.run(["convert", sample("input.ips"), "--to", "crash"]);
  expect(status).toBe(0);
  expect(stdout.trimEnd()).toBe(text(sample("input.crash")).trimEnd());
  expect(stderr).toMatch(/^windfall: .*left out\n/);

  const out = join(windfall.folder, "out.crash");
  const written = windfall.run(["convert", sample("input.ips"), "--to", "crash", "-o", out]);
  expect(written).toMatchObject({ status: 0, stdout: "" });
  expect(text(out)).toBe(stdout);
});

test("text becomes an .ips, read from standard input, that becomes the same text", () => {
  const ips = windfall.run(["convert", "-", "--to", "ips"], { input: readFileSync(sample("input.crash")) });
  expect(ips.status).toBe(0);
  expect(ips.stderr).toContain("thread ids and register symbols are not in the source");
  const back = windfall.run(["convert", "-", "--to", "crash"], { input: Buffer.from(ips.stdout) });
  expect(back.stdout.trimEnd()).toBe(text(sample("input.crash")).trimEnd());
});

test("any report becomes the flat JSON of the model", () => {
  const { status, stdout } = windfall.run(["convert", sample("input.ips"), "--to", "json"]);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ format: "ips", kind: "crash", threads: expect.any(Array) as unknown });
});

test.each([
  [["convert", "x.ips"], 2, "convert needs --to ips"],
  [["convert", "x.ips", "--to", "ips", "--as", "app-store-connect"], 2, "--as goes with --to crash"],
  [["convert", "no-such-file.ips", "--to", "crash"], 3, "no such file"],
  [["convert", "README.md", "--to", "crash"], 3, "no line of this text is one of a crash report"],
  [
    ["convert", "fixtures/reports/sample-nsexception/input.ips", "--to", "crash", "-o", "/no/such/folder/x"],
    3,
    "no such",
  ],
])("%j fails in words", (args, status, message) => {
  const outcome = windfall.run(args);
  expect(outcome.status).toBe(status);
  expect(outcome.stderr).toContain(message);
});
