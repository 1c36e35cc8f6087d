/**
 * Reports of apps that store scrubbed ones only are scrubbed before a byte of them is written. Which app a report is of is known
 * after reading it: as long as no app wants this, nothing is read and nothing costs.
 */
import { AppError } from "../app-error.ts";
import { JobError, type WorkerPool } from "../pipeline/worker-pool.ts";
import type { ScrubbingStore, Storage } from "./store.ts";

export interface Scrubbed {
  readonly bytes: Uint8Array;
  /** The install that the report named, hashed as usage is: its pseudonym would join with nothing. */
  readonly install?: string;
}

/** Undefined where nothing is to be scrubbed. */
export type ScrubAnswer = Scrubbed | { readonly refused: string } | undefined;

export interface Scrubbing {
  /** Whether any app wants it. */
  isOn(): boolean;
  /** What to store in place of an upload; undefined where it may be stored as it came. */
  report(input: Uint8Array | string): Promise<Scrubbed | undefined>;
  /** For a reader who is not shown raw reports. */
  secret(): string;
  set(appId: string, storage: Storage): Promise<void>;
  /** What belongs to which app is another now. */
  reload(): Promise<void>;
}

export interface ScrubbingDeps {
  readonly store: ScrubbingStore;
  readonly workers: WorkerPool;
  readonly newSecret: () => string;
}

export async function createScrubbing({ store, workers, newSecret }: ScrubbingDeps): Promise<Scrubbing> {
  const secret = await store.secret(newSecret);
  let apps = await store.apps();
  return {
    isOn: () => apps.length > 0,
    secret: () => secret,
    async report(input) {
      if (apps.length === 0) return undefined;
      const answer = await scrubbed(input);
      if (answer && "refused" in answer) throw new AppError("not-a-report", answer.refused);
      return answer;
    },
    async set(appId, storage) {
      if (!(await store.set(appId, storage))) throw new AppError("app-not-found", "no app with this id");
      apps = await store.apps();
    },
    async reload() {
      apps = await store.apps();
    },
  };

  async function scrubbed(input: Uint8Array | string): Promise<ScrubAnswer> {
    try {
      return await workers.run<"scrub">({ kind: "scrub", input, secret, apps });
    } catch (error) {
      if (error instanceof JobError && error.unreadable) return { bytes: noteInPlace(input) };
      throw error;
    }
  }
}

/** What nobody can read cannot be scrubbed, and may be of an app that wants that. */
function noteInPlace(input: Uint8Array | string): Uint8Array {
  const size = typeof input === "string" ? "some" : String(input.length);
  return new TextEncoder().encode(`${size} bytes came that could not be read, and so not be scrubbed: not kept\n`);
}
