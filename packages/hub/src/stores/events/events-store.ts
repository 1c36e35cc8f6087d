/**
 * Every question the hub asks its events, one typed function each; event SQL stands only in the files put together here.
 * Counts are of `kind = 'crash'` unless a scope names another. A report whose raw key has no signature yet counts in totals and in no signature.
 */
import { type AppQuestions, createAppQuestions } from "./app-questions.ts";
import { type ArrivalQuestions, createArrivalQuestions } from "./arrival-questions.ts";
import type { EventEngine } from "./event-engine.ts";
import { createWrites, type Writes } from "./event-writes.ts";
import { createEventRemoval, type EventRemoval } from "./event-removal.ts";
import { createSignatureQuestions, type SignatureQuestions } from "./signature-questions.ts";
import { createUsageQuestions, type UsageQuestions } from "./usage-questions.ts";
import { createUsageWrites, type UsageWrites } from "./usage-writes.ts";

export type * from "./event-answers.ts";

export type EventsStore = Writes &
  EventRemoval &
  UsageWrites &
  UsageQuestions &
  ArrivalQuestions &
  AppQuestions &
  SignatureQuestions;

export function createEventsStore(engine: EventEngine): EventsStore {
  return {
    ...createWrites(engine),
    ...createEventRemoval(engine),
    ...createUsageWrites(engine),
    ...createUsageQuestions(engine),
    ...createArrivalQuestions(engine),
    ...createAppQuestions(engine),
    ...createSignatureQuestions(engine),
  };
}
