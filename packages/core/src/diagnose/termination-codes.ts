/** Kill codes of the system with one meaning each. Source: Apple, "Understanding the exception types in a crash report", and real reports. */

import type { Report } from "../report.ts";

export const WATCHDOG_CODE = 0x8badf00dn;

/**
 * The code the system killed with. Before iOS 7 it stands among the codes of the exception, and some reports say it nowhere else: no
 * program reads from such an address.
 */
export function killCodeOf({ termination, exception }: Report): bigint | undefined {
  const code = termination?.code;
  if (code !== undefined && isKillCode(code)) return code;
  const text = `${exception?.codes ?? ""} ${exception?.subtype ?? ""}`;
  return [...text.matchAll(/\b0x([0-9a-f]{8,16})\b/gi)].map(([hex]) => BigInt(hex)).find(isKillCode);
}

const isKillCode = (code: bigint): boolean => code === WATCHDOG_CODE || KILL_CODES.has(code);

export interface KillCode {
  readonly id: string;
  readonly title: string;
  readonly checkFirst: string;
  readonly advice: string;
}

export const KILL_CODES: ReadonlyMap<bigint, KillCode> = new Map([
  [
    0xdead10ccn,
    {
      id: "file-lock-suspend",
      title: "Held a file or SQLite lock at suspend",
      checkFirst: "which file was locked: look for sqlite3, flock, NSFileCoordinator or Core Data in the threads",
      advice:
        "iOS suspends an app in the background and kills it if it still holds a lock on a file that others can open, which is one in an " +
        "app-group container. Begin a background task before writing and end it when the lock is released, or move the database into the " +
        "app's own container.",
    },
  ],
  [0x2182bad2n, backgroundTask("Background task overran")],
  [0x2182bad3n, backgroundTask("Background URL session overran")],
  [0x2182bad4n, backgroundTask("Background fetch overran")],
  [
    0xbaadca11n,
    {
      id: "callkit-not-reported",
      title: "VoIP push without a call",
      checkFirst: "the PushKit handler and every path out of it that is an error",
      advice:
        "Each VoIP push has to be answered with reportNewIncomingCall before the handler returns, also when the call is already over or the " +
        "payload cannot be read: report it and end it.",
    },
  ],
  [
    0xbad22222n,
    {
      id: "voip-too-frequent",
      title: "VoIP app resumed too often",
      checkFirst: "the rate of VoIP pushes",
      advice: "Send fewer pushes that resume the app.",
    },
  ],
  [
    0xc00010ffn,
    {
      id: "thermal",
      title: "Ended because the device was too hot",
      checkFirst: "what used the processor or the graphics processor: games, video, location, busy loops",
      advice: "Watch ProcessInfo.thermalState and lower the frame rate, the quality and background work as it rises.",
    },
  ],
  [
    0x2bad45ecn,
    {
      id: "insecure-drawing",
      title: "Drew over the lock screen",
      checkFirst: "what the app draws while the device is locked, and in which window",
      advice:
        "The system ends a process that draws insecurely while the screen is locked (seen on iOS 11). Stop drawing and hide own windows when " +
        "the app leaves the foreground; there is no permission to ask for.",
    },
  ],
  [
    0xdeadfa11n,
    {
      id: "user-force-quit",
      title: "The user forced the app to quit",
      checkFirst: "a hang of the same device just before: people force an app to quit when it does not answer",
      advice: "No crash. If it happens often, look for hangs in the same version; otherwise ignore it.",
    },
  ],
  [
    0xc51bad01n,
    watchBackground(
      "Used too much CPU in a watchOS background task",
      "Do less in one background refresh; move work to the phone or to the foreground.",
    ),
  ],
  [
    0xc51bad02n,
    watchBackground(
      "A watchOS background task ran out of time",
      "Call setTaskCompleted as soon as the work is done, on every path, and split what takes longer.",
    ),
  ],
  [
    0xc51bad03n,
    watchBackground(
      "A watchOS background task ran out of time while the watch was busy",
      "The system was too busy to run the app: not its fault. Look at it only if it happens often.",
    ),
  ],
  [
    0xbaddd15cn,
    {
      id: "cache-purge",
      title: "Ended to purge caches",
      checkFirst: "free disk space of the device",
      advice: "Benign. Keep purgeable data small.",
    },
  ],
  [
    0xd00d2badn,
    {
      id: "system-resources",
      title: "Used too much of a system resource",
      checkFirst: "the termination reasons and the number of parallel tasks",
      advice: "Run less in parallel; finish before starting more.",
    },
  ],
]);

function watchBackground(title: string, advice: string): KillCode {
  return { id: "watchos-background", title, checkFirst: "which kind of background task ran, and what it did", advice };
}

function backgroundTask(title: string): KillCode {
  return {
    id: "background-task-timeout",
    title,
    checkFirst: "the name of the task in the termination reason, and how long it had run",
    advice:
      "An app in the background has some thirty seconds. End each task with endBackgroundTask when its work is done and in its expiration " +
      "handler, and split work that takes longer, or hand it to BGProcessingTask.",
  };
}
