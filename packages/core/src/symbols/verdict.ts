/**
 * "Why is it unsymbolicated?": what is said of the symbols of one image, in the words of the CLI, the hub and the pages alike. Names and
 * architectures are a stranger's text: who shows them makes them safe. The command holds nothing of a stranger's but a checked UUID.
 */
import { parseUuid } from "../bytes/uuid.ts";
import type { ImageSymbols } from "./provider.ts";

export type SymbolCase =
  | "found"
  | "names-only"
  | "debug-map"
  | "no-symbols"
  | "hidden-names"
  | "missing"
  | "no-uuid"
  | "uuid-mismatch"
  | "bitcode"
  | "wrong-architecture"
  | "system";

/** What is known of an image and its symbols. */
export interface SymbolState extends Omit<ImageSymbols, "uuid" | "arch" | "path"> {
  readonly uuid?: string | undefined;
  readonly arch?: string | undefined;
  /** Where the image lay on the device: tells what its dSYM is called. */
  readonly imagePath?: string | undefined;
  /** The build it is of. */
  readonly build?: { readonly version?: string | undefined; readonly build?: string | undefined } | undefined;
  /** What built it, where that is known: "GitHub Actions 1234". */
  readonly ci?: string | undefined;
}

export interface SymbolVerdict {
  readonly case: SymbolCase;
  /** `part`: names without lines, or some without names. `none`: nothing is to be done. */
  readonly state: "good" | "part" | "bad" | "none";
  /** For a table. */
  readonly words: string;
  readonly why: string;
  /** Where the file is to be had, each a sentence. */
  readonly ways: readonly string[];
  /** One to copy. */
  readonly command?: string;
}

/**
 * Why an image has names, or not, and how it gets them.
 *
 * @example
 * symbolVerdict({ name: "Harbor", uuid: "4c4c44ce-5555-3144-a1af-caee1217c80a", status: "missing" }).words; // "missing"
 */
export function symbolVerdict(state: SymbolState): SymbolVerdict {
  const which = caseOf(state);
  return { case: which, ...CASES[which](state) };
}

function caseOf({ status, holds, hiddenNames, bitcode, uuid }: SymbolState): SymbolCase {
  if (status === "missing") return uuid === undefined ? "no-uuid" : "missing";
  if (status === "uuid-mismatch") return bitcode ? "bitcode" : "uuid-mismatch";
  if (status !== "found") return status;
  if (hiddenNames) return "hidden-names";
  return holds === undefined ? "found" : HOLDS[holds];
}

const HOLDS = { names: "names-only", "debug-map": "debug-map", nothing: "no-symbols" } as const;

type Words = Omit<SymbolVerdict, "case">;

const CASES: Readonly<Record<SymbolCase, (state: SymbolState) => Words>> = {
  found: () => ({ state: "good", words: "found", why: "", ways: [] }),
  "names-only": (state) => ({
    state: "part",
    words: "names only",
    why: `the right file is here, but only with a symbol table: functions have names, and no file and line. Wanted is ${wanted(state)}, which has the same UUID`,
    ...origins(state),
  }),
  "debug-map": (state) => ({
    state: "part",
    words: "binary, not dSYM",
    why: `this is the binary, not its dSYM: functions have names, and no file and line, for its debug information stayed in the object files of the machine that built it. Wanted is ${wanted(state)}`,
    ways: [
      "Xcode: set Debug Information Format to 'DWARF with dSYM File' for this configuration and build again; or run dsymutil on the machine that built it, before its object files are cleaned away.",
      ...ways(state),
    ],
    command: "xcrun dsymutil PATH/TO/BINARY",
  }),
  "no-symbols": (state) => ({
    state: "bad",
    words: "no symbols in it",
    why: `the right file is here, but everything was stripped from it. Wanted is ${wanted(state)}, which has the same UUID`,
    ...origins(state),
  }),
  "hidden-names": (state) => ({
    state: "part",
    words: "names hidden",
    why: "names in it read __hidden#…: the app was archived with bitcode (before Xcode 14), and its names stayed in the archive, in BCSymbolMaps",
    ways: [
      "Archive: give the whole .xcarchive, not the dSYM alone: with BCSymbolMaps beside it the names come back.",
      "App Store Connect: the dSYMs that Xcode's Organizer downloads (Download Debug Symbols) have the names put back.",
      ...(state.ci === undefined ? [] : [fromCi(state)]),
    ],
    command: "xcrun dsymutil --symbol-map PATH/TO/App.xcarchive/BCSymbolMaps PATH/TO/App.app.dSYM",
  }),
  missing: (state) => ({
    state: "bad",
    words: "missing",
    why: `no dSYM with UUID ${state.uuid ?? ""} was found. Wanted is ${wanted(state)}`,
    ...origins(state),
  }),
  "no-uuid": () => ({
    state: "bad",
    words: "no UUID",
    why: "the report gives no UUID for it, so no dSYM can be told to be the right one",
    ways: ["Take the report in Apple's own format (.ips or .crash): it lists every image with its UUID."],
  }),
  "uuid-mismatch": (state) => ({
    state: "bad",
    words: "UUID mismatch",
    why: `rebuilt? A dSYM of ${state.name} is here, but of another build: wanted is UUID ${state.uuid ?? "unknown"}, held is ${state.held ?? "unknown"}. Building again, even from the same commit, gives another UUID unless the build is reproducible; only ${wanted(state)} fits`,
    ...origins(state),
  }),
  bitcode: (state) => ({
    state: "bad",
    words: "UUID mismatch (bitcode)",
    why: `a dSYM of ${state.name} is here under UUID ${state.held ?? "unknown"}, from an archive with bitcode: App Store built the app again from it, for each kind of device, under UUIDs of its own. Wanted is UUID ${state.uuid ?? "unknown"}`,
    ways: [
      `App Store Connect: in Xcode, Window > Organizer > Archives, select ${named(state)}, Download Debug Symbols; no build machine has this dSYM.`,
    ],
    ...search(state),
  }),
  "wrong-architecture": (state) => ({
    state: "bad",
    words: "wrong architecture",
    why: `a dSYM of ${state.name} is here for ${state.held ?? "another architecture"}, and the report ran ${state.arch ?? "another one"}. The dSYM of the shipped archive has every slice`,
    ...origins(state),
  }),
  system: () => ({
    state: "none",
    words: "system",
    why: "part of the OS: never in an app's dSYMs, and not needed for grouping; its names mostly come with the report",
    ways: [
      "Xcode: a device with this version of the OS, plugged in once, leaves the system's symbols in DeviceSupport, where they are found.",
    ],
  }),
};

/** "Harbor.app.dSYM of 2.3 (230), arm64" */
function wanted(state: SymbolState): string {
  const { arch, build } = state;
  const of = build?.version === undefined && build?.build === undefined ? "" : ` of ${named(state)}`;
  return `${file(state)}${of}${arch === undefined ? "" : `, ${arch}`}`;
}

function named({ build: { version, build } = {} }: SymbolState): string {
  if (version === undefined) return build === undefined ? "the build" : `build ${build}`;
  return build === undefined ? version : `${version} (${build})`;
}

const BUNDLE =
  /\/([^/]+\.(?:app|appex|framework|xpc|bundle|systemextension|dext|kext))\/(?:(?:Contents\/MacOS|Versions\/[^/]+)\/)?[^/]+$/;
/** Whatever else a report calls an image is no name of a file that Xcode made. */
const FILE_NAME = /^[\p{L}\p{N}_.+ -]{1,100}$/u;

/** Xcode names a dSYM by the bundle around the binary, else by the binary. */
function file({ name, imagePath = "" }: SymbolState): string {
  const bundle = name.endsWith(".dylib") ? name : (BUNDLE.exec(imagePath)?.[1] ?? name);
  return FILE_NAME.test(bundle) ? `${bundle}.dSYM` : "the dSYM";
}

function origins(state: SymbolState): Pick<SymbolVerdict, "ways" | "command"> {
  return { ways: ways(state), ...search(state) };
}

function ways(state: SymbolState): readonly string[] {
  return [
    ...(state.ci === undefined ? [] : [fromCi(state)]),
    `Xcode: on the Mac that built it, Window > Organizer > Archives, ${named(state)}, Show in Finder, Show Package Contents, dSYMs; the command finds it too.`,
    "App Store Connect: TestFlight > the build > Build Metadata, where it offers to download the dSYM (builds with bitcode; others leave no dSYM there).",
    ...(state.ci === undefined
      ? [
          "CI: the .xcarchive among the artifacts of the run; `windfall ci upload-symbols` after the archive step keeps it from happening again.",
        ]
      : []),
  ];
}

const fromCi = ({ ci = "CI" }: SymbolState): string =>
  `CI: it was built by ${ci}: the dSYM is in the .xcarchive that run made.`;

/** What Spotlight on the Mac that built it knows. */
function search({ uuid }: SymbolState): Pick<SymbolVerdict, "command"> {
  const checked = parseUuid(uuid ?? "");
  return checked === undefined ? {} : { command: `mdfind "com_apple_xcode_dsym_uuids == ${checked.toUpperCase()}"` };
}
