/**
 * Every question the hub asks its events, one typed function each; the only place with event SQL.
 * Counts are of `kind = 'crash'`. A crash whose raw key has no signature yet counts in totals and in no signature.
 */
import type {
  AppCount,
  FacetCounts,
  OverviewCounts,
  Page,
  ReportRef,
  SignatureChange,
  SignatureCount,
  SignatureCounts,
  SignatureDistributions,
} from "./event-answers.ts";
import type { EventEngine } from "./event-engine.ts";
import type { EventRow, SignatureId } from "./event-row.ts";
import type { EventScope } from "./event-scope.ts";
import { createQuestions } from "./event-questions.ts";
import { createWrites } from "./event-writes.ts";

export type * from "./event-answers.ts";

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

export function createEventsStore(engine: EventEngine): EventsStore {
  return { ...createWrites(engine), ...createQuestions(engine) };
}
