/** The report that a signature's page shows when its address names none: the newest of when the page was opened. Newer ones do not take its place. */
import { useState } from "react";

export interface ShownReport {
  readonly id: string | undefined;
  /** Back to the newest. */
  readonly release: () => void;
}

/** `newest` is that of the answer at hand; `view` are its filters, undefined while the answer is still that of others. */
export function useShownReport(
  wanted: string | null,
  newest: string | undefined,
  view: string | undefined,
): ShownReport {
  const [kept, setKept] = useState<{ readonly view: string; readonly id: string }>();
  if (newest !== undefined && view !== undefined && kept?.view !== view) setKept({ view, id: newest });
  const isKept = kept !== undefined && (view === undefined || kept.view === view);
  return { id: wanted ?? (isKept ? kept.id : newest), release: () => setKept(undefined) };
}
