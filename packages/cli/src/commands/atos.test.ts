import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { demangle } from "@windfall/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWindfall, fixtures, type Windfall } from "../../test/bundle.ts";

let windfall: Windfall;
beforeAll(async () => {
  windfall = await createWindfall();
});
afterAll(() => windfall.dispose());

const TEEBUDE = "fixtures/dsyms/swift-teebude-ios-arm64-O-d4/Teebude.dSYM";
const HARBOR = "fixtures/dsyms/harbor-macos-universal";

interface Truth {
  readonly arch: string;
  readonly results: readonly {
    readonly addr: string;
    readonly offset: string;
    readonly frames: readonly { readonly fn: string; readonly file: string; readonly line: number }[];
  }[];
}
const index = JSON.parse(readFileSync(join(fixtures, "index.json"), "utf8")) as {
  readonly dsyms: readonly { readonly name: string; readonly path: string; readonly truth: readonly string[] }[];
};

/** What the known answer of llvm-symbolizer is in the grammar of atos; the offset from a symbol stands in no answer. */
function line({ fn, file, line }: Truth["results"][number]["frames"][number], module: string): string {
  const place = file === "" ? "+ N" : `(${file.slice(file.lastIndexOf("/") + 1)}:${line})`;
  return `${fn === "" ? "???" : demangle(fn)} (in ${module}) ${place}`;
}
const comparable = (text: string) => text.replace(/ \+ \d+$/, " + N");

describe("every known answer, in bulk from stdin", () => {
  test.each(["swift-teebude-ios-arm64-O-d4", "harbor-ios-arm64-d5", "harbor-watchos-arm64_32-d4"])("%s", (name) => {
    const dsym = index.dsyms.find((one) => one.name === name);
    const file = dsym?.truth[0] ?? "";
    const truth = JSON.parse(gunzipSync(readFileSync(join(fixtures, file))).toString("utf8")) as Truth;
    const module = name.startsWith("swift") ? "Teebude" : "Harbor";
    const args = ["atos", "-o", `fixtures/${dsym?.path}`, "-arch", truth.arch, "-i"];
    const input = Buffer.from(truth.results.map(({ addr }) => addr).join("\n"));
    const { status, stdout, stderr } = windfall.run(args, { input });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const answers = stdout.split("\n\n").slice(0, -1);
    expect(answers).toHaveLength(truth.results.length);
    const wrong = truth.results.flatMap(({ addr, frames }, i) => {
      const isUnknown = frames.every(({ fn, file }) => fn === "" && file === "");
      const expected = isUnknown ? [`${addr} (in ${module}) + N`] : frames.map((frame) => line(frame, module));
      const actual = (answers[i] ?? "").split("\n").map(comparable);
      return JSON.stringify(actual) === JSON.stringify(expected) ? [] : [{ addr, expected, actual }];
    });
    expect(wrong).toEqual([]);
  });
});

test("the forms of its output", async () => {
  const atos = (...args: string[]) => {
    const { stdout, stderr, status } = windfall.run(["atos", ...args]);
    return [`$ atos ${args.join(" ")}`, stdout + stderr + (status === 0 ? "" : `exit ${status}\n`)].join("\n");
  };
  const text = [
    atos("-o", TEEBUDE, "-l", "0x1008f0000", "0x1008f4000", "1008f4004"),
    atos("-o", TEEBUDE, "-s", "0x8f0000", "0x1008f4000"),
    atos("-o", TEEBUDE, "0x100006000"),
    atos("-o", TEEBUDE, "-offset", "24576", "0x6000"),
    atos("-o", TEEBUDE, "-i", "0x100006000", "0x100005dc0"),
    atos("-o", TEEBUDE, "-inlineFrames", "-fullPath", "0x100006000"),
    atos("-o", TEEBUDE, "-i", "-d", " < ", "0x100006000", "0x100004004"),
    atos("-o", TEEBUDE, "0x99", "main", "0x100000000"),
    atos("-o", HARBOR, "-arch", "x86_64", "-offset", "0x1000"),
    atos("-o", HARBOR, "-offset", "0x1000"),
    atos("-o", HARBOR, "-arch", "armv7", "0x1000"),
    atos("-o", "fixtures/dsyms/harbor-ios-arm64-symbols/Harbor", "-offset", "0x1000", "0x4004"),
    atos("-o", "no/such.dSYM", "0x1"),
    atos("-l", "0x1", "0x1"),
    atos("-o", TEEBUDE, "-l", "zero", "0x1"),
    atos("-o", TEEBUDE, "-l", "0x1", "-offset", "0x1"),
    atos("-o", TEEBUDE, "-fullpath", "0x1"),
  ].join("\n");
  await expect(text).toMatchFileSnapshot("../../test/golden/atos.txt");
});

test("addresses of a file and of the command line, one answer each and in order", () => {
  const list = join(windfall.folder, "addresses.txt");
  writeFileSync(list, "0x100004000 0x99\n\n  0x100004004");
  const { stdout } = windfall.run(["atos", "-o", TEEBUDE, "-f", list, "0x100004008"]);
  expect(stdout.split("\n")).toEqual([
    expect.stringContaining("serve"),
    expect.stringContaining("serve"),
    "0x99",
    expect.stringContaining("serve"),
    "",
  ]);
});

test("an address that is none is printed as it came, and cannot write to the terminal", () => {
  const { stdout } = windfall.run(["atos", "-o", TEEBUDE, "\u001B[2Jboom"]);
  expect(stdout).not.toContain("\u001B");
  expect(stdout).toContain("boom");
});
