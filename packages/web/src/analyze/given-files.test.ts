import { expect, test } from "vitest";
import { filesOfHandle, type Handle } from "./dropped-folder.ts";
import { foundFiles, fromClipboard, isWanted } from "./given-files.ts";
import { safeName } from "../ui/save-as.ts";

test.each([
  ["/Harbor.dSYM/Contents/Resources/DWARF/Harbor", true],
  ["/Harbor.dSYM/Contents/Info.plist", false],
  ["/Harbor.xcarchive/dSYMs/Harbor.app.dSYM/Contents/Resources/DWARF/Harbor", true],
  ["/Harbor.xcarchive/Products/Applications/Harbor.app/settings.json", false],
  ["/Harbor.xccrashpoint/DistributionInfos/all/Logs/2026-11-24.crash", true],
  ["/Downloads/dsyms.zip", true],
  ["/Downloads/holiday.jpg", false],
])("of a folder, %s is taken: %s", (path, taken) => {
  expect(isWanted(path)).toBe(taken);
});

test.each([
  ["Harbor-2026-11-24.json", "Harbor-2026-11-24.json"],
  ["../../etc/passwd.json", "etc-passwd.json"],
  ["\u202Egpj.json", "gpj.json"],
  ["...", "report"],
])("the saved copy of %j is called %s", (name, safe) => {
  expect(safeName(name)).toBe(safe);
});

const fileHandle = (name: string): Handle => ({ kind: "file", name, getFile: async () => new File(["x"], name) });
const folderHandle = (name: string, ...children: readonly Handle[]): Handle => ({
  kind: "directory",
  name,
  values: () =>
    (async function* () {
      yield* children;
    })(),
});

test("a folder that comes as a handle gives the same files under the same names", async () => {
  const dwarf = folderHandle("DWARF", fileHandle("Harbor"));
  const dsym = folderHandle(
    "Harbor.dSYM",
    folderHandle("Contents", fileHandle("Info.plist"), folderHandle("Resources", dwarf)),
  );
  const found = await filesOfHandle(folderHandle("drop", dsym, fileHandle("a.ips"), fileHandle("a.png")), isWanted);
  expect(found.map(({ path }) => path)).toEqual(["drop/a.ips", "drop/Harbor.dSYM/Contents/Resources/DWARF/Harbor"]);
});

test("of the two copies in an .xccrashpoint the one with more names is taken", () => {
  const logs = "Harbor.xccrashpoint/DistributionInfos/all/Logs";
  const paths = [`${logs}/a.crash`, `${logs}/b.crash`, `${logs}/LocallySymbolicated/a.crash`];
  const found = foundFiles(paths.map((path) => ({ path, file: new Blob() })));
  expect(found.map(({ path }) => path)).toEqual([paths[1], paths[2]]);
});

test("blanks on the clipboard are no report", () => {
  const clipboard = (text: string) => ({ files: [], getData: () => text }) as unknown as DataTransfer;
  expect(fromClipboard(clipboard("  \n"))).toEqual([]);
  expect(fromClipboard(clipboard("Incident Identifier: x")).map(({ path }) => path)).toEqual(["Pasted text"]);
});
