/**
 * Every question the hub asks its events, one typed function each; the only place with event SQL.
 * Counts are of `kind = 'crash'`. A crash whose raw key has no signature yet counts in totals and in no signature.
 */
import type { EventEngine } from "./event-engine.ts";
import type { EventRow, RawKey, SignatureId } from "./event-row.ts";
import type { EventScope } from "./event-scope.ts";

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
  /** Latest seen first. */
  readonly versions: readonly BuildCount[];
  /** Days with crashes only, oldest first. */
  readonly days: readonly DayCount[];
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

export interface EventsStore {
  /** Writes a batch once, however often it is called with the same id and rows. */
  insertEvents(batchId: string, rows: readonly EventRow[]): Promise<void>;
  /** Which of these reports have their event: what is missing after a kill is inserted under a fresh batch id. */
  heldReportIds(ids: readonly string[]): Promise<Set<string>>;
  /** Points raw keys at signatures; seen by every query that starts afterwards. */
  mapSignatures(changes: readonly SignatureChange[]): Promise<void>;
  /** The event of this report becomes `row`, also where there was none. */
  replaceReport(reportId: string, row: EventRow): Promise<void>;

  apps(): Promise<AppCount[]>;
  overview(scope: EventScope): Promise<OverviewCounts>;
  facets(scope: EventScope): Promise<FacetCounts>;
  signatures(scope: EventScope, page: Page): Promise<SignatureCounts>;
  /** One row of `signatures`, whatever its rank; undefined when the signature has no crash in the scope. */
  signature(scope: EventScope, signatureId: SignatureId): Promise<SignatureCount | undefined>;
  distributions(scope: EventScope, signatureId: SignatureId): Promise<SignatureDistributions>;
  /** Newest first. */
  reports(scope: EventScope, signatureId: SignatureId, page: Page): Promise<{ total: number; reports: ReportRef[] }>;
}

export declare function createEventsStore(engine: EventEngine): EventsStore;
