/** Chooses the engine by one address: none means the embedded engine in the data folder. */
import type { EventEngine } from "./event-engine.ts";

export interface EventsOptions {
  /** The embedded engine's own folder. */
  readonly folder: string;
  /** `WINDFALL_EVENTS`: https://user:pass@host:8443/windfall?cluster=NAME; the folder is not touched then. */
  readonly url?: string;
}

/** Nothing starts until the first question; that one also brings the tables up to date. */
export declare function openEventEngine(options: EventsOptions): EventEngine;
