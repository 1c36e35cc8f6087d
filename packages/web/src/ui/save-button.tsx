/** Makes a file and lets the browser save it. What it takes is made when the button is pressed, and may fail then. */
import { useState } from "react";
import { Icon } from "./icon.tsx";

export interface SaveButtonProps {
  /** The words on it. */
  readonly children: string;
  /** The accessible name; begins with the words. */
  readonly label: string;
  readonly save: () => void | Promise<void>;
  /** Why it may have failed. */
  readonly failed: string;
  readonly quiet?: boolean;
}

export function SaveButton({ children, label, save, failed, quiet = false }: SaveButtonProps) {
  const [state, setState] = useState<"ready" | "busy" | "failed">("ready");
  const press = async () => {
    setState("busy");
    try {
      await save();
      setState("ready");
    } catch {
      setState("failed");
    }
  };
  return (
    <button
      type="button"
      className={quiet ? "btn btn--quiet" : "btn"}
      aria-label={label}
      title={state === "failed" ? failed : label}
      disabled={state === "busy"}
      onClick={() => void press()}
    >
      <Icon name={state === "failed" ? "wrong" : "download"} />
      <span aria-live="polite">{state === "failed" ? "Not saved" : children}</span>
    </button>
  );
}
