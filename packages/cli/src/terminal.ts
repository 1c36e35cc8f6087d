import type { Spotlight } from "./symbols/spotlight.ts";

/** What a command may use of the process it runs in; `main.ts` makes the real one, tests make their own. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Colour on stdout: it is a terminal, and `NO_COLOR` is unset. */
  readonly colour: boolean;
  /** Progress on stderr: it is a terminal. */
  readonly progress: boolean;
  /** Whether stdout is shown to a person, whose terminal obeys what it is sent. */
  readonly shown: boolean;
  out(text: string): void;
  /** A file's bytes on stdout, as they are. */
  outBytes(bytes: Uint8Array): void;
  err(text: string): void;
  stdin(): AsyncIterable<Uint8Array>;
  /** macOS alone has it. */
  readonly spotlight?: Spotlight;
  /** The running Node, for a command that must start another one. */
  readonly node: { readonly version: string; readonly path: string };
  /** Passes SIGINT, SIGTERM and SIGHUP on until the returned function is called. */
  onSignal(handler: (signal: "SIGINT" | "SIGTERM" | "SIGHUP") => void): () => void;
}
