/** The hub as a library: `windfall serve` and tests start it. */
export { type Hub, type HubOptions, startHub } from "./hub.ts";
export type { Logger } from "./logger.ts";
export { AppError } from "./app-error.ts";
