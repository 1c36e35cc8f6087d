import { expect, test } from "vitest";
import { type MacEvidence, withMacPlatform } from "./mac-platform.ts";

const runtime = (name: string) => ({
  path: `/Library/Developer/CoreSimulator/Volumes/x/Library/Developer/CoreSimulator/Profiles/Runtimes/${name}.simruntime/Contents/Resources/RuntimeRoot/usr/lib/libobjc.A.dylib`,
});

test.each<[evidence: MacEvidence, platform: string]>([
  [{ images: [] }, "macOS"],
  [{ path: "/Applications/Harbor.app/Contents/MacOS/Harbor", parent: "launchd", images: [] }, "macOS"],
  [{ images: [{}, runtime("iOS 18.2")] }, "iOS Simulator"],
  [{ images: [runtime("watchOS 11.2")] }, "watchOS Simulator"],
  [{ images: [runtime("tvOS 18.0")] }, "tvOS Simulator"],
  [{ images: [runtime("xrOS 2.1")] }, "visionOS Simulator"],
  [{ parent: "launchd_sim", images: [] }, "iOS Simulator"],
  [{ coalition: "com.apple.CoreSimulator.SimDevice.2BE3 [165]", images: [] }, "iOS Simulator"],
  [
    { path: "/Users/USER/Library/Developer/CoreSimulator/Devices/2BE3/data/Harbor.app/Harbor", images: [] },
    "iOS Simulator",
  ],
  [{ path: "/Applications/Harbor.app/Wrapper/Harbor.app/Harbor", images: [] }, "iOS App on Mac"],
  [{ path: "/private/var/folders/*/Harbor.app/Harbor", images: [] }, "iOS App on Mac"],
  [{ path: "/private/var/folders/*/Harbor.app/PlugIns/Dock.appex/Dock", images: [] }, "iOS App on Mac"],
  [{ path: "/Applications/Harbor.app/Contents/PlugIns/Dock.appex/Contents/MacOS/Dock", images: [] }, "macOS"],
  [
    {
      path: "/Applications/Harbor.app/Wrapper/Harbor.app/Harbor",
      images: [
        { path: "/System/iOSSupport/System/Library/PrivateFrameworks/UIKitCore.framework/Versions/A/UIKitCore" },
      ],
    },
    "iOS App on Mac",
  ],
  [
    {
      images: [
        { path: "/System/iOSSupport/System/Library/PrivateFrameworks/UIKitCore.framework/Versions/A/UIKitCore" },
      ],
    },
    "Mac Catalyst",
  ],
])("%j runs as %s", (evidence, platform) => {
  expect(withMacPlatform({ platform: "macOS", version: "15.2" }, evidence)).toEqual({ platform, version: "15.2" });
});

test("what does not name the Mac's OS keeps its platform", () => {
  expect(withMacPlatform({ platform: "iOS" }, { parent: "launchd_sim", images: [] })).toEqual({ platform: "iOS" });
  expect(withMacPlatform({}, { parent: "launchd_sim", images: [] })).toEqual({});
});
