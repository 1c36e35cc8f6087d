/** `iPhone OS 17.6.1 (21G93)` and its relatives: platform, version and build of the OS a report names. */
import type { OperatingSystem, Platform } from "../report.ts";
import { defined } from "./json-fields.ts";

/** The platform numbers of Mach-O (`LC_BUILD_VERSION`), which `.ips` headers repeat. */
const BY_NUMBER: Readonly<Record<number, Platform>> = {
  1: "macOS",
  2: "iOS",
  3: "tvOS",
  4: "watchOS",
  5: "bridgeOS",
  6: "Mac Catalyst",
  7: "iOS Simulator",
  8: "tvOS Simulator",
  9: "watchOS Simulator",
  11: "visionOS",
  12: "visionOS Simulator",
};

const TRAINS: readonly (readonly [RegExp, Platform])[] = [
  [/^(iPhone OS|iOS)\b/i, "iOS"],
  [/^iPadOS\b/i, "iPadOS"],
  [/^(macOS|Mac OS X|OS X)\b/i, "macOS"],
  [/^(Watch OS|watchOS)\b/i, "watchOS"],
  [/^(Apple TVOS|tvOS)\b/i, "tvOS"],
  [/^(xrOS|visionOS)\b/i, "visionOS"],
  [/^(Bridge OS|bridgeOS)\b/i, "bridgeOS"],
];

export interface OsSource {
  /** "iPhone OS 17.6.1 (21G93)", "iPhone OS 17.6.1", or a bare build. */
  readonly text: string | undefined;
  readonly build?: string | undefined;
  /** Mach-O platform number. */
  readonly platform?: number | undefined;
  readonly model?: string | undefined;
}

export function parseOs(source: OsSource): OperatingSystem {
  const text = source.text?.trim() ?? "";
  const bracket = /\((?:Build )?(\w{1,32})\)\s*$/.exec(text);
  const bare = /^\d{1,2}[A-Z]\d{1,6}[a-z]?$/.test(text) ? text : undefined;
  const version = /(?:^|\s)(\d{1,4}(?:\.\d{1,6}){0,4})(?=\s|$)/.exec(
    bracket === null ? text : text.slice(0, bracket.index),
  );
  return defined({
    platform: platformOf(text, version?.[1], source),
    version: version?.[1],
    build: source.build ?? bracket?.[1] ?? bare,
  });
}

function platformOf(text: string, version: string | undefined, { platform, model }: OsSource): Platform | undefined {
  const train = TRAINS.find(([pattern]) => pattern.test(text))?.[1];
  const numbered = platform === undefined ? undefined : BY_NUMBER[platform];
  // What runs on a Mac names the Mac's OS: an iOS app, a simulator and Catalyst are told by number only.
  if (train === "macOS" && numbered === "iOS") return "iOS App on Mac";
  const result = numbered !== undefined && (train === undefined || train === "macOS") ? numbered : train;
  return result === "iOS" && model?.startsWith("iPad") === true && hasIpadOs(version) ? "iPadOS" : result;
}

/** Reports say "iPhone OS" for both; before 13 there was one OS. */
const FIRST_IPADOS = 13;
const hasIpadOs = (version: string | undefined): boolean =>
  version === undefined || Number.parseInt(version, 10) >= FIRST_IPADOS;
