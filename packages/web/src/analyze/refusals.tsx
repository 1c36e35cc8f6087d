/** Files that gave no answer: what each is, and what to do. */
import { Icon } from "../ui/icon.tsx";
import { visible } from "../ui/visible-text.ts";
import type { Refusal } from "./messages.ts";

const SHOWN = 20;

const WORDS: Readonly<Record<Refusal["code"], readonly [what: string, wayOut: string]>> = {
  empty: ["is empty", "Copy the file again from where it came."],
  "not-a-report": ["is no crash report", "Drop an .ips or a .crash file, or an archive that holds one."],
  "not-mach-o": [
    "is no debug file",
    "In a dSYM it is the file in Contents/Resources/DWARF; drop the whole .dSYM folder.",
  ],
  "not-a-zip": ["is no archive that can be opened", "Unpack it and drop what is in it."],
  truncated: ["is cut off", "Copy or download the file again; its end is missing."],
  damaged: ["is damaged", "Copy or download the file again."],
  "too-large": ["is too large", "A report has at most 64 MB. Unpack an archive first."],
  "too-deep": ["is no crash report", "Its JSON is nested deeper than any report."],
  unsupported: ["is of a kind that cannot be read here", ""],
  "unsafe-path": ["is refused", "A path in this archive leads out of it. Unpack it yourself if you trust it."],
  "too-many": ["are too many", "Drop fewer at once."],
  unreadable: [
    "could not be read from the disk",
    "It may have been moved, or this browser may not read it. Drop it again.",
  ],
};

export function Refusals({ refused }: { readonly refused: readonly Refusal[] }) {
  if (refused.length === 0) return null;
  return (
    <ul className="stack stack--8" aria-label="Not read" aria-live="polite">
      {refused.slice(0, SHOWN).map(({ path, code, message }, index) => {
        const [what, wayOut] = WORDS[code];
        return (
          <li key={index} className="callout callout--warn">
            <Icon name="warn" />
            <span className="wrap-any">
              <b>{`${visible(path)} ${what}.`}</b>{" "}
              {[code === "empty" ? "" : sentence(visible(message)), wayOut].join(" ")}
            </span>
          </li>
        );
      })}
      {refused.length > SHOWN && <li className="note">{`and ${refused.length - SHOWN} more`}</li>}
    </ul>
  );
}

const sentence = (text: string): string =>
  text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
