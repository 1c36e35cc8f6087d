/**
 * The hub that commands talk to. The contract is imported where it is used: its schemas are as large as all the
 * rest of the CLI, and in the bundle they are text until then (`scripts/bundle-cli.mjs`).
 */
import type { Client, HubError } from "@windfall/api";
import type { Arguments } from "./arguments.ts";
import { CliFailure, type ExitCode, usageFailure } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** Where `windfall serve` and `npm start` listen. */
const DEFAULT_HUB = "http://127.0.0.1:7878";

export interface Hub {
  readonly url: string;
  readonly client: Client;
  /** What the hub answered, or that it did not, as a failure of this command. */
  failure(error: unknown, what: string): CliFailure | undefined;
  /** All that a command does with the hub: 0, or a failure that names `what`. */
  perform(what: string, work: () => Promise<void>): Promise<ExitCode>;
}

export async function openHub(args: Arguments, terminal: Pick<Terminal, "env">): Promise<Hub> {
  const given = args.text("hub") ?? (terminal.env["WINDFALL_HUB"] || DEFAULT_HUB);
  const url = hubUrl(given);
  const key = terminal.env["WINDFALL_KEY"];
  if (key === undefined || key === "") {
    throw usageFailure("WINDFALL_KEY is not set: put an ingest key (wfi_…) or API key (wfk_…) of the hub into it");
  }
  const { createClient, HubError } = await import("@windfall/api");
  const hub: Hub = {
    url,
    client: createClient({ baseUrl: url, fetch, key }),
    async perform(what, work) {
      try {
        await work();
        return 0;
      } catch (error) {
        throw hub.failure(error, what) ?? error;
      }
    },
    failure(error, what) {
      if (!(error instanceof HubError)) return undefined;
      const why =
        error.code === "unreachable"
          ? `no hub answers at ${url}: start one with 'windfall serve', or name another with --hub`
          : `${error.message}${ADVICE[error.code] ?? ""}`;
      return new CliFailure(error.code, `${what}: ${why}`, 1, error);
    },
  };
  return hub;
}

const ADVICE: Partial<Record<HubError["code"], string>> = {
  unauthenticated: "; the key in WINDFALL_KEY is not one of this hub, or was revoked",
  forbidden: "; the key in WINDFALL_KEY may not do this",
};

function hubUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw usageFailure(`'${text}' is no address of a hub; expected something like ${DEFAULT_HUB}`);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw usageFailure(`'${text}' is no address of a hub: it begins with ${url.protocol} instead of http: or https:`);
  }
  return url.href.replace(/\/+$/, "");
}
