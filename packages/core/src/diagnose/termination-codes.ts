/** Kill codes of the system with one meaning each. Source: Apple, "Understanding the exception types in a crash report", and real reports. */

export const WATCHDOG_CODE = 0x8badf00dn;

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
      checkFirst: "SQLite, flock and file-coordination frames; files in the app-group container",
      advice:
        "Finish before suspension under a background assertion, or keep the database out of the shared container.",
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
      checkFirst: "the PushKit handler and its error paths",
      advice: "Report the call to CallKit at once, on every path.",
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
      checkFirst: "GPU and CPU loops, thermal state",
      advice: "Lower the load as ProcessInfo.thermalState rises.",
    },
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

function backgroundTask(title: string): KillCode {
  return {
    id: "background-task-timeout",
    title,
    checkFirst: "the name of the task and its elapsed time",
    advice: "End the task in its expiration handler; split the work.",
  };
}
