/** Every limit of the report parsers. A report is written by a stranger; each of these has a test that goes one past it. */

/** Bytes of one report. The largest real ones (stackshots) have a few megabytes. */
export const MAX_REPORT_BYTES: number = 64 * 1024 * 1024;

/** Nested JSON containers. Crash bodies nest 8 deep; the walks behind the reader may recurse this far on any engine's stack. */
export const MAX_JSON_DEPTH = 512;

/** JSON values in one document: 64 MiB of `[],[],…` must not become gigabytes of objects. A 170 KB stackshot has 20,000. */
export const MAX_JSON_VALUES = 4_000_000;

/** Characters of one string of a JSON report; what is longer is cut. Real ones (`vmSummary`, `panicString`) stay below 100,000. */
export const MAX_STRING_LENGTH: number = 1024 * 1024;

/** Digits of an integer that is read exactly; a 64-bit one has 20. Parsing decimal text is quadratic in its length. */
export const MAX_INTEGER_DIGITS = 40;

/** Reports of one array as KSCrash sends it. It keeps five unless told otherwise. */
export const MAX_REPORTS_IN_ARRAY = 1000;

/** Threads of one report. macOS lets a process have 4,096 by default, of which real reports show at most a few hundred. */
export const MAX_THREADS = 4096;

/** Frames kept per thread; Apple's writer itself stops at 512. */
export const MAX_FRAMES = 2000;

/** Registers of one thread. arm64 with far, esr and the extras of PAC stays below 50. */
export const MAX_REGISTERS = 128;

/** Images of one report. The largest real one has about 1,500. */
export const MAX_IMAGES = 10_000;

/** Characters of one line of a text report; what is longer is cut. Swift symbols of generic code reach a few thousand. */
export const MAX_LINE_LENGTH: number = 64 * 1024;

/** Labels in the head of one text, those of later writers included; the longest known has 40. */
export const MAX_LABELS = 200;

/** Lines that free text (a region table, a triage block) keeps of one section. */
export const MAX_SECTION_LINES = 5000;

/** Problems told per report; a damaged one would tell the same thing a million times. */
export const MAX_PROBLEMS = 200;

/** Processes of one report about the whole system; macOS lets 4,176 run by default. */
export const MAX_PROCESSES = 10_000;

/** Killed processes that are listed one by one; one real report has 63. */
export const MAX_VICTIMS = 100;

/** Nodes of the sampled trees of one report. A spindump of a whole Mac has some 20,000. */
export const MAX_TREE_NODES = 250_000;

/** Levels of a sampled tree. A recursion is sampled as deep as it goes. */
export const MAX_TREE_DEPTH = 4096;

/** Nested JSON containers where such a tree is one of JSON: an object and a list for each level. */
export const MAX_TREE_JSON_DEPTH: number = 2 * MAX_TREE_DEPTH + 64;
