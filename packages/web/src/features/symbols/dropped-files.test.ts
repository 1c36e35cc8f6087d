import { expect, test } from "vitest";
import { debugFiles, isDebugPath, MAX_FILES } from "./dropped-files.ts";

const file = (fullPath: string) =>
  ({
    isFile: true,
    isDirectory: false,
    name: fullPath.slice(fullPath.lastIndexOf("/") + 1),
    fullPath,
    file: (done: (file: File) => void) => done(new File(["x"], fullPath)),
  }) as unknown as FileSystemFileEntry;

/** Hands its entries out two at a time, as browsers hand out a hundred. */
const directory = (fullPath: string, children: readonly FileSystemEntry[]) =>
  ({
    isFile: false,
    isDirectory: true,
    name: fullPath,
    fullPath,
    createReader() {
      const rest = [...children];
      return { readEntries: (done: (entries: FileSystemEntry[]) => void) => done(rest.splice(0, 2)) };
    },
  }) as unknown as FileSystemDirectoryEntry;

test("of a dropped dSYM only the debug files are taken, all of them", async () => {
  const dwarf = "/A.dSYM/Contents/Resources/DWARF";
  const dropped = directory("/A.dSYM", [
    file("/A.dSYM/Contents/Info.plist"),
    directory(dwarf, [file(`${dwarf}/A`), file(`${dwarf}/B`), file(`${dwarf}/C`)]),
  ]);
  expect((await debugFiles([dropped])).map((found) => found.name)).toEqual(
    ["A", "B", "C"].map((name) => `A.dSYM/Contents/Resources/DWARF/${name}`),
  );
});

test("a file that was dropped itself goes as it is", async () => {
  expect((await debugFiles([file("/whatever.bin")])).map((found) => found.name)).toEqual(["whatever.bin"]);
});

test("a folder of more debug files than are sent at once stops at the limit", async () => {
  const files = Array.from({ length: MAX_FILES + 1 }, (_, i) => file(`/A.dSYM/Contents/Resources/DWARF/${i}`));
  expect(await debugFiles([directory("/A.dSYM", files)])).toHaveLength(MAX_FILES);
});

test.each([
  ["/x/A.dSYM/Contents/Resources/DWARF/A", true],
  ["/x/A.dSYM/Contents/Resources/Relocations/A.yml", false],
  ["/x/A.dSYM/Contents/Info.plist", false],
])("%s: %s", (path, taken) => {
  expect(isDebugPath(path)).toBe(taken);
});
