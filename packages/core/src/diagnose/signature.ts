import type { Report } from "../report.ts";
import type { Diagnosis, Signature } from "./diagnosis.ts";

export function signatureOf(_report: Report, _diagnosis: Diagnosis): Signature {
  return { key: "", family: "unclassified", title: "", confidence: "low", why: [], version: 1 };
}
/** Canonical text of everything the diagnosis reads from a raw report; the hub hashes it into the event's `raw_key`. */
export function rawKeyText(_report: Report, appId: string): string {
  return appId;
}
