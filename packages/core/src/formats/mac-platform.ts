/**
 * What runs on a Mac and names the Mac's OS: simulators, Catalyst, iOS apps. The header of an `.ips` says it by number; a body alone and
 * text say it only by where the process and its binaries lie.
 */
import type { Image, OperatingSystem, Platform } from "../report.ts";

export interface MacEvidence {
  readonly path?: string | undefined;
  readonly parent?: string | undefined;
  readonly coalition?: string | undefined;
  readonly images: readonly Pick<Image, "path">[];
}

/** `/Library/Developer/CoreSimulator/…/Runtimes/watchOS 11.2.simruntime/…` */
const RUNTIME = /\/Runtimes\/(iOS|tvOS|watchOS|xrOS|visionOS) [\d.]{1,12}\.simruntime\//;
const SIMULATORS: ReadonlyMap<string | undefined, Platform> = new Map([
  ["iOS", "iOS Simulator"],
  ["tvOS", "tvOS Simulator"],
  ["watchOS", "watchOS Simulator"],
  ["xrOS", "visionOS Simulator"],
  ["visionOS", "visionOS Simulator"],
]);

/** UIKit for the Mac: Catalyst apps load it, and nothing else but iOS apps does. */
const CATALYST_UIKIT = /^\/System\/iOSSupport\/.{0,200}\/UIKitCore$/;
/** iOS bundles are flat, wherever they lie (`/Applications/Harbor.app/Wrapper/Harbor.app/Harbor`, `/private/var/folders/*…`); the Mac's have `Contents`. */
const FLAT_BUNDLE = /\.app\/(?!Contents\/|Wrapper\/)/;

/** `os` as it is, or with the platform that the evidence gives in place of macOS. */
export function withMacPlatform(os: OperatingSystem, evidence: MacEvidence): OperatingSystem {
  const platform = os.platform === "macOS" ? platformOnMac(evidence) : undefined;
  return platform === undefined ? os : { ...os, platform };
}

function platformOnMac({ path = "", parent = "", coalition = "", images }: MacEvidence): Platform | undefined {
  const runtime = images.map((image) => RUNTIME.exec(image.path ?? "")?.[1]).find((name) => name !== undefined);
  if (runtime !== undefined) return SIMULATORS.get(runtime);
  const simulated =
    coalition.startsWith("com.apple.CoreSimulator") ||
    parent.startsWith("launchd_sim") ||
    path.includes("/Library/Developer/CoreSimulator/Devices/");
  // The app does not tell which of the simulators; nearly all of them are this one.
  if (simulated) return "iOS Simulator";
  if (FLAT_BUNDLE.test(path)) return "iOS App on Mac";
  return images.some((image) => CATALYST_UIKIT.test(image.path ?? "")) ? "Mac Catalyst" : undefined;
}
