/** Which events a question is about: one app, whole days in UTC, and the filters of the page. */
import type { Filters } from "@windfall/api";

export interface EventScope {
  readonly appId: string;
  /** First and last day, both inclusive: 2026-10-26. */
  readonly from: string;
  readonly to: string;
  /** An empty or missing list filters nothing. */
  readonly filters: Omit<Filters, "from" | "to">;
}
