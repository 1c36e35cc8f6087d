import { expect, test } from "vitest";
import { type Flag, nearest, parseArguments } from "./arguments.ts";

const FLAGS: readonly Flag[] = [
  { name: "symbols", value: "PATH", repeatable: true, help: "" },
  { name: "format", value: "FORMAT", choices: ["text", "json"], help: "" },
  { name: "no-symbolicate", help: "" },
];

test("flags and operands come in any order, values with a space or an equals sign", () => {
  const args = parseArguments(["a.ips", "--symbols", "x y", "--format=json", "-", "--symbols=z=1", "b.ips"], FLAGS);
  expect(args.operands).toEqual(["a.ips", "-", "b.ips"]);
  expect(args.list("symbols")).toEqual(["x y", "z=1"]);
  expect(args.text("format")).toBe("json");
  expect(args.has("no-symbolicate")).toBe(false);
});

test("after -- everything is an operand", () => {
  expect(parseArguments(["--", "--format", "-x"], FLAGS).operands).toEqual(["--format", "-x"]);
});

test.each([
  [["--symbls", "x"], "unknown flag --symbls; did you mean --symbols?"],
  [["--sym=x"], "unknown flag --sym; did you mean --symbols?"],
  [["--colour"], "unknown flag --colour; known are --symbols, --format, --no-symbolicate, --help"],
  [["-x"], "unknown flag -x; known are"],
  [["--format", "xml"], "--format is one of text, json, not 'xml'"],
  [["--format"], "--format needs a value: --format FORMAT"],
  [["--symbols", "--format"], "--symbols needs a value"],
  [["--symbols="], "--symbols needs a value"],
  [["--no-symbolicate=yes"], "--no-symbolicate takes no value"],
  [["--format", "json", "--format", "text"], "--format is given twice"],
])("%j is wrong usage", (argv, message) => {
  expect(() => parseArguments(argv, FLAGS)).toThrow(
    expect.objectContaining({ code: "usage", exit: 2, message: expect.stringContaining(message) as string }),
  );
});

test("a hint is given only for what is near", () => {
  expect(nearest("analyse", ["analyze", "upload"])).toBe("analyze");
  expect(nearest("zzz", ["analyze", "upload"])).toBeUndefined();
  expect(nearest("x".repeat(100_000), ["analyze"])).toBeUndefined();
});
