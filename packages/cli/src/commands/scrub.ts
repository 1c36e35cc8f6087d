/** `windfall scrub`: the file without what tells who it happened to. */
import { scrubReport } from "@windfall/core";
import type { Arguments } from "../arguments.ts";
import { type ExitCode, inputFailure } from "../failure.ts";
import { readFileToChange } from "../files/file-to-change.ts";
import { writeResult } from "../output/result-file.ts";
import type { Terminal } from "../terminal.ts";

export async function scrubCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [path = ""] = args.operands;
  const told = args.text("secret") ?? terminal.env["WINDFALL_SCRUB_SECRET"] ?? "";
  try {
    const bytes = await readFileToChange(path, terminal);
    const secret = told === "" ? newSecret() : told;
    writeResult(scrubReport(bytes, { secret, strict: args.has("strict"), allow: args.list("allow") }), args, terminal);
    return 0;
  } catch (error) {
    throw inputFailure(error, path) ?? error;
  }
}

/** Pseudonyms made with it lead nowhere, not even to those of another report. */
function newSecret(): string {
  return [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
