/** Saves what a table or chart shows as CSV. The rows are made when it is pressed, and may have to be asked for. */
import { useState } from "react";
import { type CsvRow, saveCsv } from "./csv.ts";
import { Icon } from "./icon.tsx";

export interface CsvButtonProps {
  /** What is saved: "crash-free users". Also the name of the file. */
  readonly what: string;
  readonly rows: () => readonly CsvRow[] | Promise<readonly CsvRow[]>;
}

export function CsvButton({ what, rows }: CsvButtonProps) {
  const [state, setState] = useState<"ready" | "busy" | "failed">("ready");
  const save = async () => {
    setState("busy");
    try {
      saveCsv(what, await rows());
      setState("ready");
    } catch {
      setState("failed");
    }
  };
  return (
    <button
      type="button"
      className="btn btn--quiet"
      aria-label={`Download ${what} as CSV`}
      title={state === "failed" ? "The hub did not answer; press to try again" : `Download ${what} as CSV`}
      disabled={state === "busy"}
      onClick={() => void save()}
    >
      <Icon name={state === "failed" ? "wrong" : "download"} />
      CSV
    </button>
  );
}
