import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWindfall, repo, type Windfall } from "../../test/bundle.ts";

let windfall: Windfall;
beforeAll(async () => {
  windfall = await createWindfall();
});
afterAll(() => windfall.dispose());

const NAMES = ["$s7harbour4BoatC3rowyyFTm", "_ZN4Boat3rowEv", "_RNvCs15kBYyAo9fc_7harbour3row", "main"];

test.each([
  [[], "merged harbour.Boat.row() -> ()\nBoat::row()\nharbour[ca63f166dbe9294]::row\nmain\n"],
  [["--simplified"], "Boat.row()\nBoat::row()\nharbour::row\nmain\n"],
])("names as arguments, %j", (flags, text) => {
  expect(windfall.run(["demangle", ...flags, ...NAMES])).toEqual({ status: 0, stdout: text, stderr: "" });
});

test("names that begin with a dash stand behind two", () => {
  expect(windfall.run(["demangle", "--", "-[Boat row]"]).stdout).toBe("-[Boat row]\n");
});

test("one line out per line in, whatever is in it", () => {
  const input = [
    "0000000100003f50\tT _$s7harbour4BoatC3rowyyF",
    "",
    "nothing here",
    "two: _ZN4Boat3rowEv __ZN4Boat4sinkEi\r",
    "\u001b[2Jan escape",
    "the last without an end _$s7harbour4BoatC3rowyyF",
  ].join("\n");
  const { status, stdout } = windfall.run(["demangle", "--simplified"], { input: Buffer.from(input) });
  expect({ status, lines: stdout.split("\n") }).toEqual({
    status: 0,
    lines: [
      "0000000100003f50\tT Boat.row()",
      "",
      "nothing here",
      "two: Boat::row() Boat::sink(int)",
      "\\u{1b}[2Jan escape",
      "the last without an end Boat.row()",
      "",
    ],
  });
});

test("the session in the documentation", () => {
  const page = readFileSync(join(repo, "docs/demangle.md"), "utf8");
  const [, session = ""] = /^```console\n(.*?)^```$/ms.exec(page) ?? [];
  const steps = session.split(/^\$ windfall /m).slice(1);
  expect(steps.length).toBe(2);
  for (const step of steps) {
    const end = step.indexOf("\n");
    const words = step
      .slice(0, end)
      .split(" ")
      .map((word) => word.replaceAll("'", ""));
    expect(windfall.run(words)).toEqual({ status: 0, stdout: step.slice(end + 1), stderr: "" });
  }
});
