/** Saves what a table or chart shows as CSV. The rows are made when it is pressed, and may have to be asked for. */
import { type CsvRow, saveCsv } from "./csv.ts";
import { SaveButton } from "./save-button.tsx";

export interface CsvButtonProps {
  /** What is saved: "crash-free users". Also the name of the file. */
  readonly what: string;
  readonly rows: () => readonly CsvRow[] | Promise<readonly CsvRow[]>;
}

export function CsvButton({ what, rows }: CsvButtonProps) {
  return (
    <SaveButton
      quiet
      label={`CSV: download ${what}`}
      failed="The hub did not answer. Press to try again."
      save={async () => saveCsv(what, await rows())}
    >
      CSV
    </SaveButton>
  );
}
