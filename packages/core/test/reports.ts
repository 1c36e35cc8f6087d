/** A small complete `Report` for tests of what comes after parsing; each test changes what it is about. */
import type { Frame, Image, ImageOffset, Report, Uuid } from "../src/report.ts";

const APP: Image = {
  name: "Harbor",
  path: "/private/var/containers/Bundle/Application/1C3A1F0E-0000-4000-8000-000000000001/Harbor.app/Harbor",
  uuid: "4c4c44d7-5555-3144-a17f-702897e64204" as Uuid,
  arch: "arm64",
  base: 0x1_0000_0000n,
  size: 0x10_0000,
};
const SYSTEM: Image = {
  name: "UIKitCore",
  path: "/System/Library/PrivateFrameworks/UIKitCore.framework/UIKitCore",
  uuid: "00112233-4455-3677-8899-aabbccddeeff" as Uuid,
  arch: "arm64",
  base: 0x1_8000_0000n,
  size: 0x100_0000,
};

export function frame(image: 0 | 1, offset: number, name?: string): Frame {
  return {
    image,
    imageOffset: offset as ImageOffset,
    address: (image === 0 ? APP : SYSTEM).base + BigInt(offset),
    ...(name !== undefined && { symbol: { function: name, source: "report" as const } }),
  };
}

export function report(changes: Partial<Report> & { readonly frames?: readonly Frame[] } = {}): Report {
  const { frames = [frame(0, 0x4000, "-[HBRRouteView load]"), frame(1, 0x100, "-[UIView layout]")], ...rest } = changes;
  return {
    format: "ips",
    kind: "crash",
    app: { name: "Harbor", bundleId: "org.windfall.fixtures.Harbor", version: "2.1", build: "431" },
    os: { platform: "iOS", version: "17.6.1", build: "21G93" },
    device: { model: "iPhone14,5" },
    process: { name: "Harbor", path: APP.path ?? "", cpuType: "ARM-64" },
    applicationSpecificInformation: {},
    crashedThread: 0,
    threads: [{ index: 0, crashed: true, frames }],
    images: [APP, SYSTEM],
    metadata: {},
    ...rest,
  };
}
