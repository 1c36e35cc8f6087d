/** Every command: what it takes, how it reads in `--help`, and where its code is. The code is loaded when the command runs. */
import type { Arguments, Dash, Flag } from "./arguments.ts";
import type { Terminal } from "./terminal.ts";

/** The exit code: one of ours, or that of the hub `serve` became. */
export type Run = (args: Arguments, terminal: Terminal) => Promise<number>;

export interface Command {
  /** One or two words. */
  readonly name: string;
  readonly operands: { readonly name: string; readonly min: number; readonly max: number };
  readonly flags: readonly Flag[];
  /** Two unless told otherwise. */
  readonly dash?: Dash;
  readonly summary: string;
  readonly details?: string;
  readonly example: string;
  readonly load: () => Promise<Run>;
}

const NONE = { name: "", min: 0, max: 0 };
const one = (name: string) => ({ name, min: 1, max: 1 });
const many = (name: string) => ({ name, min: 1, max: Number.POSITIVE_INFINITY });

const SYMBOLS: Flag = {
  name: "symbols",
  value: "PATH",
  repeatable: true,
  help: "a dSYM, a folder or zip of them, an .xcarchive or a Mach-O file; then WINDFALL_SYMBOLS, *.dSYM beside the report, Xcode's folders, Downloads and Spotlight",
};
const NO_SEARCH: Flag = {
  name: "no-search",
  help: "only what is given, WINDFALL_SYMBOLS and *.dSYM beside the report: not Xcode's folders, Downloads and Spotlight",
};
const HUB: Flag = {
  name: "hub",
  value: "URL",
  help: "the hub (else WINDFALL_HUB); WINDFALL_KEY is the key it is opened with",
};
const DATA: Flag = {
  name: "data",
  value: "DIR",
  help: "where everything is kept (else WINDFALL_DATA, else ./windfall-data)",
};
const formats = (...choices: readonly string[]): Flag => ({
  name: "format",
  value: choices.join("|"),
  choices,
  help: "json: one object per line, an error as { error: { code, message } }",
});

/** What a build is, where the archive or the CI run does not say it or says it wrong. */
const BUILD: readonly Flag[] = [
  { name: "app", value: "BUNDLE", help: "bundle id of the app" },
  { name: "version", value: "V", help: "its version, CFBundleShortVersionString" },
  { name: "build", value: "N", help: "its build number, CFBundleVersion" },
  { name: "name", value: "NAME", help: "what people call the app" },
  { name: "platform", value: "NAME", help: "iOS, macOS, tvOS, watchOS or visionOS" },
  { name: "commit", value: "HASH", help: "the commit it was made from" },
  { name: "branch", value: "NAME", help: "its branch" },
  { name: "tag", value: "NAME", help: "its tag" },
  { name: "channel", value: "WORD", help: "where it goes: app-store, testflight, a word of your own" },
  { name: "ci", value: "NAME", help: "the CI system" },
  { name: "run-id", value: "ID", help: "the run, as the CI system calls it" },
  { name: "run-url", value: "URL", help: "the page of the run" },
  { name: "uploaded-at", value: "TIME", help: "when it was uploaded, if not now; builds are ordered by this" },
];

const OUTPUT: Flag = {
  name: "output",
  short: "o",
  value: "OUT",
  help: "the file to write; standard output if not told",
};

export const COMMANDS: readonly Command[] = [
  {
    name: "analyze",
    operands: many("FILE"),
    flags: [
      SYMBOLS,
      NO_SEARCH,
      formats("text", "json", "markdown"),
      { name: "no-symbolicate", help: "leave names as the report has them" },
      { name: "all-threads", help: "print every thread, not only the crashed one" },
      { name: "full-names", help: "functions with their modules, types and signatures" },
    ],
    summary: "parse, symbolicate, classify, group and explain any report",
    details: "FILE may be -, a folder, a zip, an .xccrashpoint or an .xcarchive: every report in it is analyzed.",
    example: "windfall analyze crash.ips --symbols MyApp.xcarchive",
    load: async () => (await import("./commands/analyze.ts")).analyzeCommand,
  },
  {
    name: "atos",
    operands: { name: "ADDRESS", min: 0, max: Number.POSITIVE_INFINITY },
    dash: "-",
    flags: [
      { name: "o", value: "FILE", help: "the dSYM, or the binary" },
      { name: "arch", value: "ARCH", help: "the slice: arm64, arm64e, x86_64, …" },
      { name: "l", value: "ADDRESS", help: "where the image was loaded, in hex" },
      { name: "s", value: "SLIDE", help: "how far the image was moved, in hex" },
      { name: "offset", help: "addresses are offsets from the start of the image" },
      { name: "i", help: "inlined frames too, innermost first, an empty line after each address" },
      { name: "inlineFrames", help: "the same as -i" },
      { name: "fullPath", help: "files with their path" },
      {
        name: "d",
        value: "TEXT",
        help: "with -i: what stands between the frames of an address, instead of a line feed",
      },
      { name: "f", value: "FILE", help: "addresses from a file; without it and without ADDRESS from stdin" },
    ],
    summary: "addresses to names, files and lines: the flags and the output of Apple's atos",
    details:
      "Addresses are hex, with or without 0x; with -offset decimal unless they begin with 0x. Nothing is subtracted: for a return\naddress give the address before it. What has no name is printed as it came. Ends with 0 whenever FILE could be read.",
    example: "windfall atos -o MyApp.app.dSYM -arch arm64 -l 0x1008f4000 0x1008f9d30",
    load: async () => (await import("./commands/atos.ts")).atosCommand,
  },
  {
    name: "demangle",
    operands: { name: "NAME", min: 0, max: Number.POSITIVE_INFINITY },
    flags: [{ name: "simplified", help: "as Xcode and crash reports show names: without modules, types and hashes" }],
    summary: "Swift, C++, Rust and Objective-C names as people read them; one line out per line in",
    details:
      "Without NAME, lines of standard input, such as a log or the output of nm: every mangled name in them is replaced. What is none\nstays as it is. Put -- before a name that begins with a dash.",
    example: "nm -j MyApp | windfall demangle --simplified",
    load: async () => (await import("./commands/demangle.ts")).demangleCommand,
  },
  {
    name: "convert",
    operands: one("FILE"),
    flags: [
      { name: "to", value: "ips|crash|json", choices: ["ips", "crash", "json"], help: "the form that is wanted" },
      {
        name: "as",
        value: "app-store-connect",
        choices: ["app-store-connect"],
        help: "with --to crash: as Apple's servers write it, not as Console and Xcode do",
      },
      OUTPUT,
    ],
    summary: "a report in another form: .ips as Apple's text, text and other formats as .ips, any as JSON",
    details:
      "What the wanted form cannot hold is left out and told on standard error. FILE may be - or hold several reports: each is\nconverted.",
    example: "windfall convert crash.ips --to crash -o crash.crash",
    load: async () => (await import("./commands/convert.ts")).convertCommand,
  },
  {
    name: "symbolicate",
    operands: one("FILE"),
    flags: [SYMBOLS, NO_SEARCH, OUTPUT],
    summary: "the same report in its own format, with names filled in",
    details:
      "Every other byte stays as it is. FILE may be -. Names that the report has already are kept where no symbols are found.",
    example: "windfall symbolicate crash.ips --symbols MyApp.xcarchive -o symbolicated.ips",
    load: async () => (await import("./commands/symbolicate.ts")).symbolicateCommand,
  },
  {
    name: "scrub",
    operands: one("FILE"),
    flags: [
      {
        name: "secret",
        value: "TEXT",
        help: "the project's (else WINDFALL_SCRUB_SECRET): the same device gets the same pseudonym; else a new one each time",
      },
      { name: "strict", help: "also drop registers, memory, names of other processes, and the zone of times" },
      { name: "allow", value: "TEXT", repeatable: true, help: "an address or number that is no personal datum" },
      OUTPUT,
    ],
    summary: "remove personal data, keep what symbolication and grouping need",
    details: "Everything else stays byte for byte; scrubbing twice changes nothing. FILE may be -.",
    example: "windfall scrub crash.ips -o to-share.ips",
    load: async () => (await import("./commands/scrub.ts")).scrubCommand,
  },
  {
    name: "symbols list",
    operands: many("PATH"),
    flags: [formats("text", "json")],
    summary: "the debug files in dSYMs, folders, zips and archives, with their UUIDs",
    example: "windfall symbols list ~/Library/Developer/Xcode/Archives",
    load: async () => (await import("./commands/symbols-list.ts")).symbolsListCommand,
  },
  {
    name: "symbols find",
    operands: { name: "UUID", min: 1, max: Number.POSITIVE_INFINITY },
    flags: [NO_SEARCH, formats("text", "json")],
    summary: "the file that holds the symbols of a UUID",
    details:
      "After the UUID, paths to look in first; then WINDFALL_SYMBOLS, Xcode's Archives, DerivedData and DeviceSupport, Downloads and, on\na Mac, Spotlight. Ends with 1 when nothing holds it.",
    example: "windfall symbols find 4C4C44CE-5555-3144-A1AF-CAEE1217C80A",
    load: async () => (await import("./commands/symbols-find.ts")).symbolsFindCommand,
  },
  {
    name: "symbols verify",
    operands: { name: "REPORT", min: 1, max: 1 },
    flags: [SYMBOLS, NO_SEARCH, formats("text", "json")],
    summary: "for each image of a report: are its symbols here, if not why, and what mends it",
    details: "Ends with 1 when an image of the app has no symbols.",
    example: "windfall symbols verify crash.ips --symbols MyApp.app.dSYM",
    load: async () => (await import("./commands/symbols-verify.ts")).symbolsVerifyCommand,
  },
  {
    name: "symbols upload",
    operands: many("PATH"),
    flags: [HUB, formats("text", "json")],
    summary: "send debug files to a hub",
    example: "windfall symbols upload MyApp.xcarchive --hub http://127.0.0.1:7878",
    load: async () => (await import("./commands/symbols-upload.ts")).symbolsUploadCommand,
  },
  {
    name: "symbols remove",
    operands: one("UUID"),
    flags: [HUB, formats("text", "json")],
    summary: "remove the debug files of a UUID from a hub",
    details: "Signatures made from them stay. WINDFALL_KEY must be an API key that may manage the hub.",
    example: "windfall symbols remove 4C4C44D7-5555-3144-A17F-702897E64204 --hub http://127.0.0.1:7878",
    load: async () => (await import("./commands/symbols-removal.ts")).symbolsRemoveCommand,
  },
  {
    name: "symbols prune",
    operands: NONE,
    flags: [
      { name: "unused-days", value: "N", help: "of builds that had no report, and were not uploaded, for N days" },
      { name: "dry-run", help: "list them, remove nothing" },
      HUB,
      formats("text", "json"),
    ],
    summary: "remove debug files that no recent report needs from a hub",
    details:
      "A hub started with WINDFALL_KEEP_SYMBOLS_DAYS does it every day. WINDFALL_KEY must be an API key that may manage the hub.",
    example: "windfall symbols prune --unused-days 365 --dry-run --hub http://127.0.0.1:7878",
    load: async () => (await import("./commands/symbols-removal.ts")).symbolsPruneCommand,
  },
  {
    name: "upload",
    operands: many("FILE"),
    flags: [HUB, formats("text", "json")],
    summary: "send reports to a hub",
    details: "FILE may be -, a folder, a zip, an .xccrashpoint or an .xcarchive: every report in it is sent.",
    example: "windfall upload crash.ips --hub http://127.0.0.1:7878",
    load: async () => (await import("./commands/upload.ts")).uploadCommand,
  },
  {
    name: "import",
    operands: NONE,
    flags: [
      { name: "xcode", help: "what Xcode and macOS keep: Organizer's downloads, DiagnosticReports, dSYMs in Archives" },
      {
        name: "from",
        value: "DIR",
        repeatable: true,
        help: "a folder laid out like a home or a disk, or any folder of reports and dSYMs (else this Mac's own)",
      },
      HUB,
      formats("text", "json"),
    ],
    summary:
      "the reports a Mac already has: as a ranked table of signatures, or sent to a hub with the dSYMs they need",
    details:
      "Without --hub nothing is sent. A report that lies in several places counts once; --format json prints one object per signature,\nwith --hub one per upload.",
    example: "windfall import --xcode",
    load: async () => (await import("./commands/import.ts")).importCommand,
  },
  {
    name: "ci register",
    operands: { name: "ARCHIVE", min: 0, max: 1 },
    flags: [...BUILD, HUB, formats("text", "json")],
    summary: "make a build known to a hub: commit, branch, CI run, and the images it is made of",
    details:
      "ARCHIVE is an .xcarchive, an .app or a folder of dSYMs. Xcode Cloud, GitHub Actions, GitLab, Bitrise, CircleCI, Jenkins and\nBuildkite are known by their environment; flags win.",
    example: "windfall ci register MyApp.xcarchive --channel testflight",
    load: async () => (await import("./commands/ci-register.ts")).ciRegisterCommand,
  },
  {
    name: "ci upload-symbols",
    operands: { name: "ARCHIVE", min: 0, max: 1 },
    flags: [...BUILD, HUB, formats("text", "json")],
    summary: "send all debug files of an archive to a hub, and make its build known",
    details: "Without ARCHIVE, the archive that Xcode Cloud or Bitrise says it made.",
    example: "windfall ci upload-symbols MyApp.xcarchive --hub http://127.0.0.1:7878",
    load: async () => (await import("./commands/ci-upload-symbols.ts")).ciUploadSymbolsCommand,
  },
  {
    name: "serve",
    operands: { name: "", min: 0, max: 0 },
    flags: [
      DATA,
      { name: "port", value: "N", help: "the port on 127.0.0.1 (else WINDFALL_PORT, else 7878)" },
      { name: "demo", help: "fill an example app with ninety days of data; one click on its pages removes it" },
    ],
    summary: "start the hub (Node 24 or newer; found or fetched where the running one is older)",
    example: "windfall serve --data ./windfall-data --port 7878",
    load: async () => (await import("./commands/serve.ts")).serveCommand,
  },
  {
    name: "people invite",
    operands: one("NAME"),
    flags: [
      HUB,
      {
        name: "role",
        value: "admin|member|viewer",
        choices: ["admin", "member", "viewer"],
        help: "viewer if not told",
      },
      formats("text", "json"),
    ],
    summary: "make a one-time invitation link to a hub",
    details: "WINDFALL_KEY is an API key with the right admin. The link works for seven days.",
    example: 'windfall people invite "Mara Lind" --role member --hub http://127.0.0.1:7878',
    load: async () => (await import("./commands/people-commands.ts")).peopleInviteCommand,
  },
  {
    name: "people list",
    operands: NONE,
    flags: [HUB, formats("text", "json")],
    summary: "the people of a hub, and open invitations",
    example: "windfall people list --hub http://127.0.0.1:7878",
    load: async () => (await import("./commands/people-commands.ts")).peopleListCommand,
  },
  {
    name: "people remove",
    operands: one("NAME"),
    flags: [HUB, formats("text", "json")],
    summary: "remove a person from a hub, or revoke an invitation",
    details: "NAME is a name or an id of 'people list'. Their sessions end at once; keys they made stay.",
    example: 'windfall people remove "Mara Lind" --hub http://127.0.0.1:7878',
    load: async () => (await import("./commands/people-commands.ts")).peopleRemoveCommand,
  },
  {
    name: "hub rebuild",
    operands: { name: "", min: 0, max: 0 },
    flags: [HUB, formats("text", "json")],
    summary: "have a hub make its events anew from the reports it keeps, while it goes on",
    details: "For a lost or damaged events folder. WINDFALL_KEY must be an API key that may manage the hub.",
    example: "windfall hub rebuild --hub http://127.0.0.1:7878",
    load: async () => (await import("./commands/hub-rebuild.ts")).hubRebuildCommand,
  },
  {
    name: "doctor",
    operands: { name: "", min: 0, max: 0 },
    flags: [
      { name: "blobs", value: "N", help: "how many stored files to read and hold against their hash (else 50)" },
      HUB,
      formats("text", "json"),
    ],
    summary: "what is wrong with a hub itself: disk, engine, events, queue, clock, permissions, stored files",
    details: "Ends with 1 when something is wrong. WINDFALL_KEY must be an API key that may manage the hub.",
    example: "windfall doctor --hub http://127.0.0.1:7878",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  {
    name: "people link",
    operands: { name: "NAME", min: 0, max: 1 },
    flags: [DATA, HUB],
    summary: "print a new one-time sign-in link: the owner's on the machine of the hub, anybody's over its API",
    details: "For somebody who is locked out. Earlier links that nobody used stop working.",
    example: "windfall people link --data ./windfall-data",
    load: async () => (await import("./commands/people-link.ts")).peopleLinkCommand,
  },
  {
    name: "keys create",
    operands: one("NAME"),
    flags: [
      HUB,
      { name: "kind", value: "ingest|api", choices: ["ingest", "api"], help: "ingest if not told: may only send" },
      { name: "right", value: "read|write|admin", choices: ["read", "write", "admin"], help: "what an API key may do" },
      { name: "app", value: "APP", repeatable: true, help: "an API key for this app only, by bundle id or id" },
      formats("text", "json"),
    ],
    summary: "make a key of a hub; it is printed once",
    details: "WINDFALL_KEY is an API key with the right admin.",
    example: "windfall keys create CI --kind api --right write --hub http://127.0.0.1:7878",
    load: async () => (await import("./commands/keys-commands.ts")).keysCreateCommand,
  },
  {
    name: "keys list",
    operands: NONE,
    flags: [HUB, formats("text", "json")],
    summary: "the keys of a hub: who made each, what it may do, when it was used",
    example: "windfall keys list --hub http://127.0.0.1:7878",
    load: async () => (await import("./commands/keys-commands.ts")).keysListCommand,
  },
  {
    name: "keys revoke",
    operands: one("ID"),
    flags: [HUB, formats("text", "json")],
    summary: "make a key useless, at once",
    details: "ID is the id of 'keys list'.",
    example: "windfall keys revoke 01kb3m6w1d7x2y8v5t9q0z4n6c --hub http://127.0.0.1:7878",
    load: async () => (await import("./commands/keys-commands.ts")).keysRevokeCommand,
  },
];

/** The command that begins `argv`, and what follows its name. */
export function findCommand(argv: readonly string[]): { command: Command; rest: readonly string[] } | undefined {
  for (const command of COMMANDS) {
    const words = command.name.split(" ");
    if (words.every((word, i) => argv[i] === word)) return { command, rest: argv.slice(words.length) };
  }
  return undefined;
}
