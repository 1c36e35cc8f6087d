import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { walkFiles } from "./walk.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "windfall-walk-"));
  mkdirSync(join(root, "a/b/c"), { recursive: true });
  mkdirSync(join(root, "with space"));
  for (const path of ["2.txt", "a/1.txt", "a/b/c/3.txt", "with space/4.txt"]) writeFileSync(join(root, path), path);
  symlinkSync(root, join(root, "a/loop"));
  symlinkSync(join(root, "a"), join(root, "z-link-to-a"));
  symlinkSync(join(root, "nowhere"), join(root, "dangling"));
  symlinkSync(join(root, "itself"), join(root, "itself"));
});
afterAll(() => rmSync(root, { recursive: true }));

const names = (walk?: Parameters<typeof walkFiles>[1]) =>
  [...walkFiles(root, walk)].map(({ path }) => relative(root, path));

test("every file once, in name order, links that lead back up left out", () => {
  expect(names()).toEqual(["2.txt", "a/1.txt", "a/b/c/3.txt", "with space/4.txt"]);
});

test("a folder that is not entered gives nothing", () => {
  expect(names({ enter: (name) => name !== "b" })).toEqual(["2.txt", "a/1.txt", "with space/4.txt"]);
});

test("one folder deeper than the limit is left out, and told", () => {
  const told: string[] = [];
  const onLimit = (limit: string) => void told.push(limit);
  expect(names({ maxDepth: 3, onLimit })).toContain("a/b/c/3.txt");
  expect(told).toEqual([]);
  expect(names({ maxDepth: 2, onLimit })).not.toContain("a/b/c/3.txt");
  expect(told).toEqual(["depth"]);
});

test("one entry more than the limit ends the walk, and is told once", () => {
  const told: string[] = [];
  const onLimit = (limit: string) => void told.push(limit);
  const all = names({ maxEntries: 100, onLimit }).length;
  expect(told).toEqual([]);
  expect(names({ maxEntries: 3, onLimit }).length).toBeLessThan(all);
  expect(told).toEqual(["entries"]);
});

test("a folder that is not there is an error", () => {
  expect(() => [...walkFiles(join(root, "nowhere"))]).toThrow("ENOENT");
});
