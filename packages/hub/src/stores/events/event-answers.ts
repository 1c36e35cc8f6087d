/** What the events answer. Times are ISO 8601 UTC; a signature is a number that state knows the name of. */
import type { ReportKind } from "@windfall/core";
import type { RawKey, SignatureId } from "./event-row.ts";

export interface DayCount {
  readonly day: string;
  readonly crashes: number;
}

export interface BuildCount {
  readonly version: string;
  readonly build: string;
  readonly crashes: number;
  readonly affectedDevices: number;
  readonly signatures: number;
  /** Within the scope, by event time. */
  readonly firstSeen: string;
  readonly lastSeen: string;
}

export interface OverviewCounts {
  readonly crashes: number;
  readonly affectedDevices: number;
  readonly crashesWithoutDevice: number;
  /** What a person saw and what they did not, as the reports say. */
  readonly ground: { readonly foreground: number; readonly background: number; readonly unknown: number };
  /** Latest upload first. */
  readonly versions: readonly BuildCount[];
  /** Days with crashes only, oldest first. */
  readonly days: readonly DayCount[];
}

export interface KindCount {
  readonly kind: ReportKind;
  readonly reports: number;
}

export interface FacetCount {
  readonly value: string;
  readonly crashes: number;
}

export interface FacetCounts {
  readonly platform: readonly FacetCount[];
  readonly version: readonly FacetCount[];
  readonly build: readonly FacetCount[];
  readonly os: readonly FacetCount[];
  readonly device: readonly FacetCount[];
  /** By app id. */
  readonly process: readonly FacetCount[];
}

export interface SignatureCount {
  readonly signatureId: SignatureId;
  readonly crashes: number;
  readonly affectedDevices: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly firstBuild: { readonly version: string; readonly build: string };
  readonly lastBuild: { readonly version: string; readonly build: string };
  /** Within the scope; days with crashes only. */
  readonly days: readonly DayCount[];
}

export interface OneSignature extends SignatureCount {
  /** The denominator of its share: all crashes of the scope, counted in the same query. */
  readonly allCrashes: number;
}

export interface SignatureCounts {
  /** The denominator of every share: all crashes of the scope, also the unmapped. */
  readonly crashes: number;
  /** Signatures in the scope, before limit and offset. */
  readonly total: number;
  /** Most crashes first. */
  readonly signatures: readonly SignatureCount[];
}

export interface DistributionCount {
  readonly value: string;
  readonly crashes: number;
  readonly affectedDevices: number;
  /** Of this signature's crashes in the scope. */
  readonly share: number;
}

export interface SignatureDistributions {
  readonly crashes: number;
  readonly crashesWithoutDevice: number;
  readonly byOs: readonly DistributionCount[];
  readonly byDevice: readonly DistributionCount[];
  readonly byVersion: readonly BuildCount[];
}

export interface ReportRef {
  readonly reportId: string;
  readonly incidentId: string;
  readonly crashedAt: string;
  readonly version: string;
  readonly build: string;
  readonly os: string;
  readonly device: string;
}

export interface AppCount {
  readonly appId: string;
  readonly crashes: number;
  readonly lastSeen: string;
  readonly platforms: readonly string[];
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

export interface SignatureChange {
  readonly rawKey: RawKey;
  readonly signatureId: SignatureId;
  /** Grows with every change of this key, so that the newest wins whatever the order of writing. */
  readonly version: number;
}
