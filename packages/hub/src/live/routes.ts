/** `GET /api/v1/live`. */
import type { Caller } from "../access/caller.ts";
import { hashSecret } from "../access/secrets.ts";
import { AppError } from "../app-error.ts";
import type { Handlers } from "../http/handlers.ts";
import type { Live } from "./live.ts";

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  // nginx would gather the events.
  "x-accel-buffering": "no",
};

export function liveRoutes(live: Live): Pick<Handlers, "live"> {
  return {
    async live({ caller, request }) {
      // Nobody would read the stream.
      if (request.method === "HEAD") return new Response(null, { headers: HEADERS });
      const body = live.open(nameOf(caller, request), request.signal);
      if (!body) throw new AppError("too-many-streams", "too many pages listen already; ask again in a minute");
      return new Response(body, { headers: HEADERS });
    },
  };
}

/** What streams are counted by: the session or the key. */
const nameOf = (caller: Caller, request: Request): string =>
  caller.kind === "person" ? caller.session : hashSecret(request.headers.get("authorization") ?? "");
