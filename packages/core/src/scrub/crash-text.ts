/** A crash report in text, line by line: what a line is decides what may be in it. Frames and images keep all but their paths. */
import {
  isEnd,
  looksLikeFrame,
  matchFrame,
  matchLabel,
  matchSection,
  matchState,
  matchThread,
  matchThreadName,
} from "../formats/crash-text/grammar.ts";
import { isImageLine } from "../formats/crash-text/binary-images.ts";
import { scrubFreeText } from "./free-text.ts";
import { KEPT_REGISTERS } from "./json-rules.ts";
import { nameOnly, scrubCoalition, scrubPaths } from "./paths.ts";
import type { Rules } from "./rules.ts";
import { changeLines } from "./text-lines.ts";
import { withoutZone } from "./times.ts";

type Place = "prose" | "head" | "thread" | "state" | "images" | "free-section" | "section" | "memory";

const PSEUDONYMS: ReadonlySet<string> = new Set([
  "CrashReporter Key",
  "Crash Reporter Key",
  "Beta Identifier",
  "Anonymous UUID",
  "Sleep/Wake UUID",
]);
const DROPPED: ReadonlySet<string> = new Set(["UDID", "Baseband Version"]);
const FREE_LABELS: ReadonlySet<string> = new Set([
  "Exception Message",
  "Exception Reason",
  "Termination Reason",
  "Termination Description",
  "Notes",
]);
const PROCESSES: ReadonlySet<string> = new Set([
  "Parent Process",
  "Responsible",
  "Responsible Process",
  "Terminating Process",
]);
const TIMES: ReadonlySet<string> = new Set(["Date/Time", "Launch Time"]);

/** `FRONTBOARD 2343432205`, `Namespace SIGNAL, Code 0xb`: the number is what the report is about. */
const TERMINATION_CODE = /^(?:Namespace )?[A-Z_]{1,64},? (?:Code )?\[?(?:0x[0-9a-fA-F]{1,16}|\d{1,20})\]?/;

/** Sections that hold tables and code; all others hold words. */
const PLAIN_SECTIONS =
  /^(?:Last Exception Backtrace|VM Regions? |VM Region Summary|External Modification|Translated Code|Thread \d+ instruction stream|Application Specific Signatures|Microstackshots|Bad magic)/;
/** What lay in memory, byte by byte. */
const MEMORY_SECTIONS = /^(?:Stack Dump|MTE Page Tags|Thread \d+ instruction stream)/;

export function scrubCrashText(text: string, rules: Rules): string {
  const scrubber = new LineScrubber(rules);
  return changeLines(text, ({ prefix, content }) => {
    const changed = scrubber.line(content);
    return changed === GONE ? undefined : prefix + changed;
  });
}

/** A line that goes, with its end. */
const GONE = Symbol("gone");
type Scrubbed = string | typeof GONE;

class LineScrubber {
  readonly #rules: Rules;
  #place: Place = "prose";
  /** The label whose value goes on in the lines below it. */
  #label = "";

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  line(content: string): Scrubbed {
    const text = content.trimEnd();
    if (text === "") {
      if (this.#place === "head") this.#label = "";
      return content;
    }
    return this.#heading(text, content) ?? this.#labelled(text, content) ?? this.#inside(text, content);
  }

  #heading(text: string, content: string): string | undefined {
    if (isEnd(text)) {
      this.#place = "prose";
      return content;
    }
    const section = matchSection(text);
    if (section !== undefined) {
      this.#place = this.#placeOf(section.name, text);
      return section.rest === "" || this.#place !== "free-section"
        ? scrubPaths(content)
        : scrubFreeText(content, this.#rules);
    }
    if (matchState(text) !== undefined) {
      this.#place = "state";
      return content;
    }
    if (matchThreadName(text) === undefined && matchThread(text) === undefined) return undefined;
    this.#place = "thread";
    const colon = content.indexOf(":") + 1;
    return content.slice(0, colon) + scrubFreeText(content.slice(colon), this.#rules);
  }

  #placeOf(name: string, text: string): Place {
    if (name === "Binary Images") return "images";
    if (name === "Last Exception Backtrace") return "thread";
    if (MEMORY_SECTIONS.test(text)) return "memory";
    return PLAIN_SECTIONS.test(text) ? "section" : "free-section";
  }

  /** A value at its column. */
  #labelled(text: string, content: string): Scrubbed | undefined {
    const found = matchLabel(text);
    // Words in a message may look like a label; the first lines of the report never do.
    if (found === undefined || this.#place === "thread" || this.#place === "images") return undefined;
    if (this.#place === "free-section" && FREE_LABELS.has(found.label)) return undefined;
    const { label, value } = found;
    if (DROPPED.has(label)) return GONE;
    if (this.#place !== "state") this.#place = "head";
    this.#label = label;
    const start = content.indexOf(value, content.indexOf(":") + 1);
    if (value === "") return content;
    return content.slice(0, start) + this.#value(label, value) + content.slice(start + value.length);
  }

  #value(label: string, value: string): string {
    if (PSEUDONYMS.has(label)) return this.#rules.pseudonym(value);
    if (FREE_LABELS.has(label)) {
      const code = TERMINATION_CODE.exec(value)?.[0] ?? "";
      return code + scrubFreeText(value.slice(code.length), this.#rules);
    }
    if (PROCESSES.has(label)) {
      const pid = / \[[^[\]]{1,20}\]$/.exec(value)?.[0] ?? "";
      return scrubPaths(nameOnly(value.slice(0, value.length - pid.length))) + pid;
    }
    if (TIMES.has(label)) return this.#rules.strict ? withoutZone(value) : value;
    if (label === "Crashed Thread" || label === "Triggered by Thread") return scrubFreeText(value, this.#rules);
    return scrubPaths(label === "Coalition" ? scrubCoalition(value) : value);
  }

  #inside(text: string, content: string): Scrubbed {
    if (isFrame(text)) return scrubPaths(content);
    if (isImageLine(text)) return scrubPaths(withoutInstallNote(content));
    switch (this.#place) {
      case "head":
        return this.#label === "VM Region Info" ? scrubPaths(content) : scrubFreeText(content, this.#rules);
      case "state":
        return this.#rules.strict ? onlyKept(content) : content;
      case "memory":
        return this.#rules.strict ? GONE : content;
      // A symbol may go on in the line below its frame.
      case "thread":
      case "images":
      case "section":
        return scrubPaths(content);
      default:
        return scrubFreeText(content, this.#rules);
    }
  }
}

const isFrame = (text: string): boolean => looksLikeFrame(text) && matchFrame(text) !== undefined;

/** Tools of jailbroken devices write when a package was installed. */
const withoutInstallNote = (line: string): string => {
  const at = line.includes("install_date") ? line.indexOf("{") : -1;
  return at < 0 ? line : line.slice(0, at).trimEnd();
};

const CELL = /\b([a-z][a-z0-9]{1,5}): {1,8}0x[0-9a-f]{1,16}/g;

/** Registers that say where the thread stood; the others are told as zero. */
function onlyKept(line: string): string {
  return line.replace(CELL, (cell, name: string) =>
    KEPT_REGISTERS.has(name) || name === "rfl"
      ? cell
      : cell.replace(/0x[0-9a-f]+$/, (hex) => `0x${"0".repeat(hex.length - 2)}`),
  );
}
