/** The examples of `docs/demangle.md` say what happens. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import * as demangler from "./index.ts";

const page = readFileSync(fileURLToPath(new URL("../../../../docs/demangle.md", import.meta.url)), "utf8");

const examples = [...page.matchAll(/^```ts\n(.*?)^```$/gms)]
  .flatMap(([, code = ""]) => code.split("\n"))
  .flatMap((line) => {
    const [, expression, value] = /^(\w+\(.*); \/\/ (.+)$/.exec(line) ?? [];
    return expression === undefined || value === undefined ? [] : [[expression, value] as const];
  });

test.each(examples)("%s is %s", (expression, value) => {
  const names = Object.keys(demangler);
  // oxlint-disable-next-line typescript/no-implied-eval -- our own page, in a test
  const evaluate = (code: string): unknown => new Function(...names, `return (${code})`)(...Object.values(demangler));
  expect(evaluate(expression)).toEqual(evaluate(value));
});

test("every function of the door has an example", () => {
  const shown = new Set(examples.map(([expression]) => expression.slice(0, expression.indexOf("("))));
  expect(examples.length).toBeGreaterThan(15);
  expect(Object.keys(demangler).filter((name) => !shown.has(name))).toEqual([]);
});
