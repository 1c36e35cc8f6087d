/** What the stream of `/api/v1/live` tells. It says that something is new, never what: a page asks again for what it shows. */
import { z } from "zod";

/** `counts`: reports were stored. `signatures`: some are new or have another name. `symbols`: debug files came, or work with them goes on. */
export const LIVE_TOPICS = ["counts", "signatures", "symbols"] as const;
export type LiveTopic = (typeof LIVE_TOPICS)[number];

/** The data of an event `change`. */
export const LiveChange = z.object({
  /** The app, also for its extensions and widgets; null: any. */
  appId: z.string().nullable(),
  topics: z.array(z.enum(LIVE_TOPICS)),
});
export type LiveChange = z.infer<typeof LiveChange>;
