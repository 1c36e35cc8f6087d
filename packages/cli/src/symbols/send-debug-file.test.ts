import { expect, test } from "vitest";
import { nameOf } from "./send-debug-file.ts";

const HOME = "/Users/mara/Library/Developer/Xcode";

test.each([
  [
    `${HOME}/Archives/x/Harbor.xcarchive/dSYMs/Harbor.app.dSYM/Contents/Resources/DWARF/Harbor`,
    "Harbor.app.dSYM/Contents/Resources/DWARF/Harbor",
  ],
  ["/Users/mara/secret project/Harbor", "Harbor"],
  ["Harbor", "Harbor"],
  [`${HOME}/iOS DeviceSupport/17.5 (21F79) arm64e/Symbols/usr/lib/libpier.dylib`, "Symbols/usr/lib/libpier.dylib"],
  ["/Users/mara/Symbols/usr/lib/libpier.dylib", "libpier.dylib"],
])("%s reaches the hub as %s", (path, name) => {
  expect(nameOf(path)).toBe(name);
});
