/** What scrubbing a report needs to know: the secret, how strict it is, and what of the report must stay as it is. */
import { hmacSha256 } from "../bytes/hmac.ts";

export interface ScrubOptions {
  /** The project's: equal values get equal pseudonyms, which nobody without it can make or look up. */
  readonly secret: string;
  /** Also drops what may hold data of the user without being about them: registers, stacks, names of other processes, time zones. */
  readonly strict?: boolean;
  /** Pieces of text that are no personal data: the project's own addresses, say. */
  readonly allow?: readonly string[];
}

export interface Rules {
  readonly strict: boolean;
  readonly allowed: ReadonlySet<string>;
  /** UUIDs of binaries, upper case: symbolication needs them. */
  readonly binaries: ReadonlySet<string>;
  /** Names of the app and its process. */
  readonly own: ReadonlySet<string>;
  readonly pseudonym: (value: string) => string;
}

const PREFIX = "scrub_";

export function pseudonyms(secret: string): (value: string) => string {
  const utf8 = new TextEncoder();
  const key = utf8.encode(secret);
  return (value) => {
    if (value === "" || value.startsWith(PREFIX)) return value;
    const digest = hmacSha256(key, utf8.encode(value)).subarray(0, 8);
    return PREFIX + [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
}
