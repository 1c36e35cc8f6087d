/** One report file, whose bytes are given back changed. */
import { CliFailure } from "../failure.ts";
import { isZip } from "../reports/report-inputs.ts";
import type { Terminal } from "../terminal.ts";
import { collectBytes, readBytes } from "./read.ts";

/** An archive has many files, and none is the one that is wanted back. */
export async function readFileToChange(path: string, terminal: Pick<Terminal, "stdin">): Promise<Uint8Array> {
  if (path === "-") return collectBytes(terminal.stdin(), "standard input");
  const bytes = await readBytes(path);
  if (isZip(path)) throw new CliFailure("unsupported", `${path}: is a zip; take the report out of it first`, 3);
  return bytes;
}
