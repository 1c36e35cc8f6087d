/** One line for a report. */
import { type AnalysisJson, systemTitle } from "@windfall/core";

/** What the system did, where it says more; else the title of its signature; a report that has none is called by its kind and process. */
export function titleOf({ signature, diagnosis, report }: AnalysisJson): string {
  const known = systemTitle(report) || signature.title || diagnosis.hypotheses[0]?.title;
  if (known !== undefined && known !== "") return known;
  const process = report.app.name ?? report.process["name"];
  return [report.exception?.type ?? report.kind, process !== undefined && `of ${process}`].filter(Boolean).join(" ");
}
