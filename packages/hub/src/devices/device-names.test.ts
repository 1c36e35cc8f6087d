/** Names of devices: shipped, and added to or replaced by a file that changes under a running hub. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { createDeviceNames, DEVICES_FILE, MAX_DEVICES, MAX_DEVICES_FILE_BYTES, parseDevices } from "./device-names.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "windfall-devices-"));
  return () => rmSync(folder, { recursive: true });
});

/** Each with its own time: a file system may keep no finer than a second. */
function write(text: string, second: number): void {
  writeFileSync(join(folder, DEVICES_FILE), text);
  utimesSync(join(folder, DEVICES_FILE), second, second);
}

test("devices have the names they are sold under; a model without one has none", async () => {
  const name = await createDeviceNames(folder).current();
  expect(["iPhone12,1", "iPhone17,1", "Mac16,1", "Watch7,8", "hostile\t"].map(name)).toEqual([
    "iPhone 11",
    "iPhone 16 Pro",
    "MacBook Pro (14-inch, M4, 2024)",
    "Apple Watch Series 10 (42 mm)",
    undefined,
  ]);
});

test("a file in the data folder wins, and is read again when it changes", async () => {
  const names = createDeviceNames(folder);
  expect((await names.current())("iPhone99,1")).toBeUndefined();
  write("iPhone99,1\tiPhone 30\niPhone12,1\tour test phone\n", 1_000);
  const second = await names.current();
  expect([second("iPhone99,1"), second("iPhone12,1"), second("iPhone12,3")]).toEqual([
    "iPhone 30",
    "our test phone",
    "iPhone 11 Pro",
  ]);
  write("iPhone99,1\tiPhone 31\n", 2_000);
  const third = await names.current();
  expect([third("iPhone99,1"), third("iPhone12,1")]).toEqual(["iPhone 31", "iPhone 11"]);
  rmSync(join(folder, DEVICES_FILE));
  expect((await names.current())("iPhone99,1")).toBeUndefined();
});

test("a file larger than the limit is left alone", async () => {
  const line = "iPhone99,1\tiPhone 30\n";
  write(line.padEnd(MAX_DEVICES_FILE_BYTES, "#"), 1_000);
  const names = createDeviceNames(folder);
  expect((await names.current())("iPhone99,1")).toBe("iPhone 30");
  write(line.padEnd(MAX_DEVICES_FILE_BYTES + 1, "#"), 2_000);
  expect((await names.current())("iPhone99,1")).toBeUndefined();
});

test("lines that are no pair are passed over", () => {
  const long = "x".repeat(101);
  const text = `# model\tname\r\n\r\na\tA\r\n b \t B \tmore\r\nno tab\r\n\tno model\nno name\t\n${long}\tA\nc\t${long}`;
  expect([...parseDevices(text)]).toEqual([
    ["a", "A"],
    ["b", "B"],
  ]);
});

test("one line more than the limit is not taken", () => {
  const lines = Array.from({ length: MAX_DEVICES + 1 }, (_, i) => `m${i}\tName ${i}`).join("\n");
  expect(parseDevices(lines).size).toBe(MAX_DEVICES);
});

test("every shipped line is a pair, and no model stands twice", async () => {
  const text = await readFile(new URL("../../assets/devices.tsv", import.meta.url), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(lines.filter((line) => !/^[A-Za-z]+\d+,\d+\t\S[^\t]*\S$/.test(line))).toEqual([]);
  expect(parseDevices(text).size).toBe(lines.length);
});
