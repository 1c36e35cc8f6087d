/** Sends a report and its symbols to the hub that served the page, with the session of this browser, and waits for its signature. */
import "../hub/no-eval.ts";
import { createClient, HubError } from "@windfall/api";
import { followReport } from "../hub/follow-report.ts";
import type { GivenFile } from "./messages.ts";

export interface KeepRequest {
  readonly original: Blob;
  /** Which report of the file. */
  readonly index: number;
  readonly symbols: readonly GivenFile[];
}

export type KeptOutcome =
  | { readonly kind: "kept"; readonly href: string }
  | { readonly kind: "signed-out" }
  | { readonly kind: "refused"; readonly why: string };

export type Keep = (request: KeepRequest) => Promise<KeptOutcome>;

const now = () => Date.now();
const client = createClient({ baseUrl: "", fetch: (input, init) => fetch(input, init) });

export const keep: Keep = async ({ original, index, symbols }) => {
  try {
    // Asked before anything is sent: who is signed out has sent nothing.
    await client.call("session", {});
    // Symbols first, so that the report is named when it is read.
    for (const { path, file } of symbols) {
      const form = new FormData();
      form.append("symbols", file, path.slice(path.lastIndexOf("/") + 1));
      await client.call("ingestSymbols", { body: form });
    }
    const answer = await client.call("ingestReports", { body: original });
    const outcome = await followReport(client, answer.reports?.[index] ?? answer.id, now);
    return outcome.kind === "done" ? { kind: "kept", href: outcome.href } : { kind: "refused", why: outcome.why };
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    if (error.status === 401) return { kind: "signed-out" };
    if (error.status === 403) return { kind: "refused", why: "Your role on this hub does not allow sending reports." };
    if (error.code === "unreachable") {
      return { kind: "refused", why: "The hub does not answer. The report is still here: press Keep when it is back." };
    }
    return { kind: "refused", why: `The hub did not take it: ${error.message}` };
  }
};
