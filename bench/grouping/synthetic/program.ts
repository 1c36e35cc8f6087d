/**
 * A made-up app with known bugs. Each bug is one thing a developer would fix, drawn from the cases that grouping is known to get wrong
 * elsewhere: closures, async functions, generics, runtime functions on top, exceptions, SwiftUI's engine, recursion, memory kills,
 * watchdogs, sampled trees, code of packages in the app's binary, wrappers of SDKs, missing libraries, stacks without the app.
 */
import type { MadeFunction, SwiftFunction } from "./names.ts";
import { createRandom, type Random } from "./random.ts";

export const TRAPS = {
  "nil-unwrap": "Unexpectedly found nil while unwrapping an Optional value",
  "index-range": "Index out of range",
  overflow: "arithmetic overflow",
} as const;

export type BugKind =
  | keyof typeof TRAPS
  | "fatal-error"
  | "objc-range"
  | "objc-selector"
  | "null-pointer"
  | "use-after-free"
  | "executor"
  | "recursion"
  | "swiftui"
  | "package"
  | "wrapper"
  | "system-only"
  | "watchdog"
  | "hang"
  | "cpu"
  | "disk-writes"
  | "jetsam"
  | "dyld";

export interface Bug {
  readonly id: string;
  /** Bugs of one family may be told apart or not: nothing that lasts from build to build tells them. */
  readonly family: string;
  readonly kind: BugKind;
  /** Where the defect is. */
  readonly culprit: MadeFunction;
  /** Who calls it; each path from the nearest caller outwards. */
  readonly paths: readonly (readonly MadeFunction[])[];
  /** The selector, library, limit or system stack that the kind needs. */
  readonly detail: string;
  readonly firstBuild: number;
}

export interface Program {
  readonly module: string;
  readonly bugs: readonly Bug[];
}

const WEIGHTS: readonly (readonly [BugKind, number])[] = [
  ["nil-unwrap", 12],
  ["index-range", 8],
  ["overflow", 4],
  ["fatal-error", 8],
  ["objc-range", 5],
  ["objc-selector", 6],
  ["null-pointer", 5],
  ["use-after-free", 8],
  ["executor", 3],
  ["recursion", 3],
  ["swiftui", 4],
  ["package", 4],
  ["wrapper", 4],
  ["system-only", 3],
  ["watchdog", 6],
  ["hang", 6],
  ["cpu", 3],
  ["disk-writes", 3],
  ["jetsam", 3],
  ["dyld", 2],
];
const KINDS: readonly BugKind[] = WEIGHTS.flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind));

const TYPES =
  "Feed Cart Order Route Player Sync Search Profile Upload Ledger Inbox Badge Theme Export Import Chart".split(" ");
const ROLES = "Model Store View Cell Service Controller Loader Queue".split(" ");
const VERBS = "load update render apply merge decode resolve commit flush prepare insert remove select measure".split(
  " ",
);
const NOUNS = "Items Page State Row Token Image Index Batch Cache Total Account Header".split(" ");
const LABELS = "for at with from in after id item".split(" ");
const LIBRARIES = "CoreHaptics PDFKit SensorKit RealityKit".split(" ");
const LIMITS = [
  "per-process-limit frontmost",
  "per-process-limit suspended",
  "highwater suspended",
  "vm-pageshortage frontmost",
];
export const SYSTEM_STACKS: Readonly<Record<string, readonly string[]>> = {
  pool: [
    "objc_release",
    "AutoreleasePoolPage::releaseUntil(objc_object**)",
    "objc_autoreleasePoolPop",
    "_CFAutoreleasePoolPop",
  ],
  layer: [
    "objc_msgSend",
    "CA::Layer::layout_if_needed(CA::Transaction*)",
    "CA::Context::commit_transaction(CA::Transaction*, double, double*)",
  ],
  observing: ["objc_msgSend", "-[NSConcreteNotification dealloc]", "_CFXNotificationPost"],
  tls: ["tlv_get_addr", "nw_protocol_boringssl_read", "nw_endpoint_flow_receive"],
};
const SWIZZLES = [
  "-[UIViewController sentry_swizzled_viewDidLoad]",
  "-[NSURLSession dd_swizzled_dataTaskWithRequest:]",
];

export const BUILDS = 6;

export function makeProgram(seed: number, bugCount: number): Program {
  const random = createRandom(seed);
  const module = random.pick(["Harbor", "Meadow", "Lantern"]);
  const taken = new Set<string>();
  const callers = Array.from({ length: 25 }, () => swiftFunction(random, module, taken));
  const details = new Set<string>();
  const bugs: Bug[] = [];
  while (bugs.length < bugCount) {
    const id = `B${bugs.length}`;
    const kind = random.pick(KINDS);
    const twin = bugs.at(-1);
    // Two places in one function that fail in the same way.
    if (twin !== undefined && bugs.length % 40 === 20 && twin.culprit.language === "swift") {
      bugs.push({ ...twin, id, family: twin.family });
      continue;
    }
    const detail = detailOf(kind, random);
    if (kind === "jetsam" || kind === "dyld" || kind === "system-only") {
      if (details.has(`${kind} ${detail}`)) continue;
      details.add(`${kind} ${detail}`);
    }
    const culprit = culpritOf(kind, random, module, taken);
    const paths = Array.from({ length: random.chance(0.3) ? 3 : 1 }, () =>
      Array.from({ length: 1 + random.int(4) }, () => random.pick(callers)),
    );
    bugs.push({ id, family: id, kind, culprit, paths, detail, firstBuild: random.chance(0.2) ? random.int(4) : 0 });
  }
  return { module, bugs };
}

function detailOf(kind: BugKind, random: Random): string {
  switch (kind) {
    case "objc-selector":
      return `${random.pick(VERBS)}${random.pick(NOUNS)}:`;
    case "jetsam":
      return random.pick(LIMITS);
    case "dyld":
      return random.pick(LIBRARIES);
    case "system-only":
      return random.pick(Object.keys(SYSTEM_STACKS));
    case "wrapper":
      return random.pick(SWIZZLES);
    case "watchdog":
      return random.pick(["scene-create", "scene-update", "process-launch"]);
    default:
      return "";
  }
}

function culpritOf(kind: BugKind, random: Random, module: string, taken: Set<string>): MadeFunction {
  if (kind === "package") return swiftFunction(random, random.pick(["NetKit", "ImageKit"]), taken);
  if (kind === "swiftui") {
    return {
      ...swiftFunction(random, module, taken),
      typeKind: "V",
      base: "body",
      labels: [],
      shape: "getter",
      closureDepth: 0,
    };
  }
  if (kind === "executor") return { ...swiftFunction(random, module, taken), shape: "function", closureDepth: 1 };
  if (kind === "null-pointer" && random.chance(0.4)) {
    const type = `${random.pick(TYPES)}${random.pick(ROLES)}`;
    const name = `${random.pick(VERBS)}${random.pick(NOUNS)}`;
    return { language: "c++", name: `_ZN${module.length}${module}${type.length}${type}${name.length}${name}EPKcm` };
  }
  if ((kind === "objc-range" || kind === "use-after-free") && random.chance(0.5)) {
    return {
      language: "objective-c",
      name: `-[${module.slice(0, 3).toUpperCase()}${random.pick(TYPES)}${random.pick(ROLES)} ${random.pick(VERBS)}${random.pick(NOUNS)}:]`,
    };
  }
  return swiftFunction(random, module, taken);
}

function swiftFunction(random: Random, module: string, taken: Set<string>): SwiftFunction {
  for (;;) {
    const type = `${random.pick(TYPES)}${random.pick(ROLES)}`;
    const base = `${random.pick(VERBS)}${random.pick(NOUNS)}`;
    const name = `${module}.${type}.${base}`;
    if (taken.has(name)) continue;
    taken.add(name);
    const shape = random.chance(0.2) ? "async" : random.chance(0.2) ? "getter" : "function";
    return {
      language: "swift",
      module,
      type,
      typeKind: random.chance(0.6) ? "C" : "V",
      base,
      labels: shape === "getter" ? [] : Array.from({ length: random.int(3) }, () => random.pick(LABELS)),
      shape,
      closureDepth: random.chance(0.3) ? 1 + random.int(2) : 0,
    };
  }
}
