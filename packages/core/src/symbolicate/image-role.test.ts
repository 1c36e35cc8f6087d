import { expect, test } from "vitest";
import { report } from "../../test/symbol-tables.ts";
import type { Image, Platform, Report } from "../report.ts";
import { imageRole, type ImageRole, mainImage } from "./image-role.ts";

function process(path: string | undefined, platform: Platform | undefined, name = "Harbor"): Report {
  return report({
    process: { name, ...(path !== undefined && { path }) },
    os: platform === undefined ? {} : { platform },
  });
}

function image(path: string, parts: Partial<Image> = {}): Image {
  return { name: path.slice(path.lastIndexOf("/") + 1), path, base: 0x1_0000_0000n, size: 0x1000, ...parts };
}

const BUNDLE = "/private/var/containers/Bundle/Application/0A-11/Harbor.app";
const phone = process(`${BUNDLE}/Harbor`, "iOS");
const extension = process(`${BUNDLE}/PlugIns/Tides.appex/Tides`, "iOS", "Tides");
const old = process("/var/mobile/Applications/0A-11/Harbor.app/Harbor", "iOS");
const SIM = "/Users/USER/Library/Developer/CoreSimulator/Devices/0A/data/Containers/Bundle/Application/0B/Harbor.app";
const simulator = process(`${SIM}/Harbor`, "iOS Simulator");
const mac = process("/Applications/Harbor.app/Contents/MacOS/Harbor", "macOS");
const built = process(
  "/Users/USER/Library/Developer/Xcode/DerivedData/H/Build/Products/Release/Harbor.app/Contents/MacOS/Harbor",
  "macOS",
);
const tool = process("/Users/USER/Desktop/*/Harbor", "macOS");
const brew = process("/opt/homebrew/Cellar/harbor/1.0/bin/Harbor", "macOS");
const sleep = process("/bin/sleep", "macOS", "sleep");
const board = process("/System/Library/CoreServices/SpringBoard.app/SpringBoard", "iOS", "SpringBoard");

test.each<[ImageRole, Report, string]>([
  ["app", phone, `${BUNDLE}/Harbor`],
  ["app", phone, "/var/containers/Bundle/Application/0A-11/Harbor.app/Harbor"],
  ["app", phone, `${BUNDLE}/Harbor.debug.dylib`],
  ["framework", phone, `${BUNDLE}/Frameworks/Cranes.framework/Cranes`],
  ["framework", phone, `${BUNDLE}/Frameworks/libswiftCore.dylib`],
  ["system", phone, "/System/Library/PrivateFrameworks/UIKitCore.framework/UIKitCore"],
  ["system", phone, "/usr/lib/swift/libswiftCore.dylib"],
  ["system", phone, "/private/preboot/Cryptexes/OS/usr/lib/libobjc-trampolines.dylib"],
  ["system", phone, "/Developer/usr/lib/libMainThreadChecker.dylib"],
  // A jailbreak's: not the app's, and the app's developer has no symbols of it.
  ["system", phone, "/Library/MobileSubstrate/DynamicLibraries/Activator.dylib"],
  ["app", extension, `${BUNDLE}/PlugIns/Tides.appex/Tides`],
  ["framework", extension, `${BUNDLE}/Frameworks/Cranes.framework/Cranes`],
  ["app", old, "/var/mobile/Applications/0A-11/Harbor.app/Harbor"],
  ["app", simulator, `${SIM}/Harbor`],
  ["framework", simulator, `${SIM}/Frameworks/Cranes.framework/Cranes`],
  [
    "system",
    simulator,
    "/Applications/Xcode.app/Contents/Developer/Platforms/iPhoneSimulator.platform/Developer/SDKs/iPhoneSimulator.sdk/usr/lib/libobjc.A.dylib",
  ],
  [
    "system",
    simulator,
    "/Library/Developer/CoreSimulator/Volumes/iOS_21A342/Library/Developer/CoreSimulator/Profiles/Runtimes/iOS 17.0.simruntime/Contents/Resources/RuntimeRoot/usr/lib/libobjc.A.dylib",
  ],
  [
    "system",
    simulator,
    "/Volumes/VOLUME/*/iOS 17.0.simruntime/Contents/Resources/RuntimeRoot/System/Library/Frameworks/UIKit.framework/UIKit",
  ],
  ["app", mac, "/Applications/Harbor.app/Contents/MacOS/Harbor"],
  ["framework", mac, "/Applications/Harbor.app/Contents/Frameworks/Sparkle.framework/Versions/B/Sparkle"],
  ["framework", mac, "/opt/homebrew/lib/libssl.3.dylib"],
  ["system", mac, "/Library/Audio/Plug-Ins/HAL/Loop.driver/Contents/MacOS/Loop"],
  ["system", mac, "/Library/Apple/System/Library/Frameworks/X.framework/X"],
  ["system", mac, "/Applications/Xcode.app/Contents/Developer/Toolchains/X.xctoolchain/usr/lib/libX.dylib"],
  [
    "framework",
    built,
    "/Users/USER/Library/Developer/Xcode/DerivedData/H/Build/Products/Release/PackageFrameworks/Cranes.framework/Cranes",
  ],
  ["app", tool, "/Users/USER/Desktop/*/Harbor"],
  ["app", tool, "/Users/jane/Desktop/work/Harbor"],
  ["framework", tool, "/Users/USER/Desktop/*/libcranes.dylib"],
  ["system", tool, "/usr/lib/dyld"],
  ["app", brew, "/opt/homebrew/Cellar/harbor/1.0/bin/Harbor"],
  ["framework", brew, "/opt/homebrew/Cellar/harbor/1.0/bin/libcranes.dylib"],
  ["app", sleep, "/bin/sleep"],
  ["system", sleep, "/usr/lib/system/libsystem_kernel.dylib"],
  ["app", board, "/System/Library/CoreServices/SpringBoard.app/SpringBoard"],
  ["system", board, "/System/Library/CoreServices/SpringBoard.app/Frameworks/X.framework/X"],
])("is %s (row %#): %o %s", (role, whole, path) => {
  expect(imageRole(image(path), whole)).toBe(role);
});

test.each<[ImageRole, string, bigint]>([
  ["app", "Harbor", 0x1_0240_0000n],
  ["app", "Harbor.debug.dylib", 0x1_0240_0000n],
  ["framework", "Cranes", 0x1_0240_0000n],
  ["system", "UIKitCore", 0x1_8f00_0000n],
  ["system", "CoreFoundation", 0x7ff8_1000_0000n],
  ["system", "dyld", 0x1_0300_0000n],
  ["system", "libswiftCore.dylib", 0x1_0300_0000n],
  ["system", "UIKitCore", 0n],
])("without paths it is %s: %s", (role, name, base) => {
  expect(imageRole({ name, base }, process(undefined, "iOS"))).toBe(role);
});

test("a process without a path is known by its name, and not mistaken for a system library of that name", () => {
  const images = [image("/usr/lib/Harbor"), image(`${BUNDLE}/Harbor`)];
  const whole = { ...process(undefined, undefined), images };
  expect(mainImage(whole)).toBe(images[1]);
});

test("macOS prints bundle ids for names: the file name of the path counts", () => {
  const named = image("/Applications/Harbor.app/Contents/MacOS/Harbor", { name: "org.windfall.Harbor" });
  expect(imageRole(named, mac)).toBe("app");
});
