import type { Report } from "../report.ts";
import type { Diagnosis } from "./diagnosis.ts";

export function classify(_report: Report): Diagnosis {
  return { rulesVersion: 1, inconclusive: true, tags: [], hypotheses: [] };
}
