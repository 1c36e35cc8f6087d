/**
 * How much a crash report holds, counted without any code of the parsers: `JSON.parse` and a few patterns over lines. It knows nothing of
 * dialects; where a parser and it agree, nothing was lost or made up on the way.
 */
import type { Counts } from "./independent-count.ts";
import { list, object } from "./loose-json.ts";

/** What a 309 or one of its kin is by its number alone, unless the body says that the process lived on. */
const KINDS: Readonly<Record<string, string>> = {
  9: "crash",
  109: "crash",
  309: "crash",
  308: "fault",
  385: "cpu",
  185: "cpu",
  327: "threads",
  298: "jetsam",
};

/** Header line and JSON body. */
export function countIps(text: string): Counts {
  const end = text.indexOf("\n");
  const header = object(JSON.parse(text.slice(0, end)));
  const body = object(JSON.parse(text.slice(end)));
  const threads = list(body["threads"]);
  return {
    kind: KINDS[String(header["bug_type"])] ?? "other",
    threads: threads.length,
    frames: threads.reduce((sum, thread) => sum + list(thread["frames"]).length, 0),
    // The null image stands for "no image".
    images: list(body["usedImages"]).filter(({ base, name, path }) => base !== 0 || Boolean(name ?? path)).length,
  };
}

/** KSCrash's own JSON. A backtrace that was cut says how many frames it skipped; those are not there. */
export function countKsCrash(text: string): Counts {
  // One of the corpus was written with a comma too many.
  const all = object(JSON.parse(text.replace(/,(\s*[}\]])/g, "$1")));
  const report = object(all["crash"] === undefined ? all["recrash_report"] : all);
  const crash = object(report["crash"]);
  const threads = list(crash["threads"]);
  return {
    kind: "crash",
    threads: threads.length,
    frames: threads.reduce((sum, thread) => sum + list(object(thread["backtrace"])["contents"]).length, 0),
    images: list(report["binary_images"] ?? all["binary_images"]).length,
  };
}

/** Text of any writer: heads of threads, numbered lines under them, and lines that begin with two addresses. */
export function countCrashText(text: string): Counts {
  const threads = new Set<string>();
  const listed = new Set<bigint>();
  const told = new Set<bigint>();
  let frames = 0;
  let inThread = false;
  for (const line of text.split(/\r?\n/)) {
    const head = /^Thread (\d+)(?: \w+)?:/.exec(line);
    if (head !== null) {
      threads.add(head[1] ?? "");
      inThread = true;
    } else if (/^(?:Binary Images|Thread \d+ crashed with|Last Exception|[A-Z][\w ]+:$)/.test(line)) inThread = false;
    else if (inThread && /^\d+\s/.test(line) && /\s0x[0-9a-f]+\s/.test(line)) {
      frames++;
      const base = / (0x[0-9a-f]+) \+ \d+/.exec(line)?.[1];
      if (base !== undefined) told.add(BigInt(base));
    }
    const range = /^\s*(0x[0-9a-fA-F]+)\s+-\s+0x[0-9a-fA-F]+\s/.exec(line)?.[1];
    if (range !== undefined) listed.add(BigInt(range));
  }
  // A frame that is an offset tells an image that the list may lack; the null image is none.
  const images = [...new Set([...listed, ...told])].filter((base) => base !== 0n).length;
  return {
    kind: /^Exception Type: +EXC_RESOURCE/m.test(text) ? "cpu" : "crash",
    threads: threads.size,
    frames,
    images,
  };
}
