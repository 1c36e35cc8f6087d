/** The hub about itself: what it set aside, whether it is well, how far a rebuild is. */
import { z } from "zod";

const Time = z.iso.datetime();
const Count = z.int().nonnegative();

/** An upload that could not be taken up; its bytes are kept. */
export const SetAsideRow = z.object({
  id: z.string(),
  kind: z.enum(["report", "usage"]),
  reason: z.string(),
  attempts: Count,
  receivedAt: Time,
  sizeBytes: Count,
  /** The name of the key or the person that sent it; null if that is not known. */
  sender: z.string().nullable(),
});
export type SetAsideRow = z.infer<typeof SetAsideRow>;

export const SetAsideList = z.object({ total: Count, rows: z.array(SetAsideRow) });
export type SetAsideList = z.infer<typeof SetAsideList>;

/** Without ids: all of them. */
export const Retry = z.object({ ids: z.array(z.string().min(1).max(100)).min(1).max(1_000).exactOptional() });

export const Finding = z.object({
  check: z.enum(["disk", "engine", "events", "queue", "set-aside", "clock", "permissions", "blobs"]),
  /** `warning`: worth a look. `problem`: something is wrong. */
  level: z.enum(["ok", "warning", "problem"]),
  /** What was found, with its numbers. */
  found: z.string(),
  /** What to do about it; not with `ok`. */
  wayOut: z.string().exactOptional(),
});
export type Finding = z.infer<typeof Finding>;

export const Doctor = z.object({ healthy: z.boolean(), findings: z.array(Finding) });
export type Doctor = z.infer<typeof Doctor>;

export const Rebuild = z.object({
  state: z.enum(["never", "running", "done", "failed"]),
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  /** Reports there are, and those of them that are done. */
  total: Count,
  done: Count,
  /** Reports whose bytes cannot be read any more: their events are kept as they were, where there are any. */
  unreadable: Count,
  /** Slices of debug files, those of them that are packed anew, and those that cannot be: their files are asked themselves. */
  symbols: z.object({ total: Count, done: Count, failed: Count }),
  /** Why it failed. */
  reason: z.string().nullable(),
});
export type Rebuild = z.infer<typeof Rebuild>;
