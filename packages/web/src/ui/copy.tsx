/** Copying text, with an answer in words. A hub on plain http in a local network has no clipboard API: there the old way. */
import { useState } from "react";
import { Icon } from "./icon.tsx";

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr";
  // A dialog makes the rest of the page inert.
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}

export interface CopyButtonProps {
  readonly text: string | (() => string | Promise<string>);
  /** The words on the button. */
  readonly children?: string;
  /** The accessible name, where the words alone do not say what is copied. */
  readonly label?: string;
  readonly className?: string;
  readonly small?: boolean;
}

const ANSWER_MS = 2000;

export function CopyButton({ text, children = "Copy", label, className = "btn", small = false }: CopyButtonProps) {
  const [answer, setAnswer] = useState<"copied" | "failed">();
  const copy = async () => {
    let done = false;
    try {
      done = await copyText(typeof text === "string" ? text : await text());
    } catch {
      // The text could not be had: the button says so.
    }
    setAnswer(done ? "copied" : "failed");
    setTimeout(() => setAnswer(undefined), ANSWER_MS);
  };
  return (
    <button type="button" className={className} aria-label={answer ? undefined : label} onClick={() => void copy()}>
      <Icon name={answer === "copied" ? "check" : answer === "failed" ? "wrong" : "copy"} small={small} />
      <span aria-live="polite">{answer === "copied" ? "Copied" : answer === "failed" ? "Not copied" : children}</span>
    </button>
  );
}

/** One command to copy. `bare` leaves the prompt away: an address, a name. */
export function Command({ text, bare }: { readonly text: string; readonly bare?: boolean }) {
  return (
    <div className="cmd">
      <code className={bare ? "bare" : undefined}>{text}</code>
      <CopyButton small text={text} label={`Copy ${text}`} />
    </div>
  );
}
