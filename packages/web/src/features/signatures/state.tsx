/** Where a signature stands: a glyph and a word. */
import type { SignatureRow } from "@windfall/api";
import { Icon, type IconName } from "../../ui/icon.tsx";

const STATES: Readonly<Record<SignatureRow["state"], { icon: IconName; words: string; tone?: string }>> = {
  new: { icon: "next", words: "New", tone: "state--new" },
  open: { icon: "open", words: "Open" },
  resolved: { icon: "done", words: "Resolved", tone: "state--done" },
  snoozed: { icon: "snoozed", words: "Snoozed" },
  ignored: { icon: "dash", words: "Ignored" },
  regressed: { icon: "again", words: "Regressed", tone: "state--regressed" },
};

export function State({ state }: { readonly state: SignatureRow["state"] }) {
  const { icon, words, tone } = STATES[state];
  return (
    <span className={tone === undefined ? "state" : `state ${tone}`}>
      <Icon name={icon} small />
      {words}
    </span>
  );
}
