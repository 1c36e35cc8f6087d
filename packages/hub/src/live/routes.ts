/** `GET /api/v1/live`. */
import type { Caller } from "../access/caller.ts";
import { AppError } from "../app-error.ts";
import type { Handler, Handlers } from "../http/handlers.ts";
import type { Live, Reader } from "./live.ts";

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  // nginx would gather the events.
  "x-accel-buffering": "no",
  // Its connection ends with it: one that is kept would hold up the end of the hub.
  connection: "close",
};

export function liveRoutes(live: Live): Pick<Handlers, "live"> {
  return {
    async live({ caller, request }) {
      // Nobody would read the stream.
      if (request.method === "HEAD") return new Response(null, { headers: HEADERS });
      const body = live.open(readerOf(caller), request.signal);
      if (!body) throw new AppError("too-many-streams", "too many pages listen already; ask again in a minute");
      return new Response(body, { headers: HEADERS });
    },
  };
}

function readerOf(caller: Caller): Reader {
  if (caller.kind === "person") return { name: caller.session, apps: undefined };
  if (caller.kind === "api-key") return { name: caller.id, apps: caller.apps };
  throw new AppError("forbidden", "this needs the right to read");
}

/** A build that is registered has expectations of its own: pages of its app show them. */
export function tellOfBuilds(live: Live, register: Handler<"registerBuild">): Handler<"registerBuild"> {
  return async (call) => {
    const answer = await register(call);
    live.changed([answer.body.appId], ["counts", "symbols"]);
    return answer;
  };
}
