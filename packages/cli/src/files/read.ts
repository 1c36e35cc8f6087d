/** Bytes of a file, a pipe or standard input, never more than asked for. */
import { createReadStream, readFileSync, statSync } from "node:fs";
import { CliFailure } from "../failure.ts";

/** What core reads at most; the largest real ones (stackshots) have a few megabytes. */
export const MAX_REPORT_BYTES = 64 * 1024 * 1024;

export async function readBytes(path: string, limit: number = MAX_REPORT_BYTES): Promise<Uint8Array> {
  const status = statSync(path);
  // A pipe (`<(…)`, /dev/stdin) has no size: it is read to its end or to the limit.
  if (!status.isFile()) return collectBytes(createReadStream(path), path, limit);
  if (status.size > limit) throw tooLarge(path, limit);
  return readFileSync(path);
}

export async function collectBytes(
  stream: AsyncIterable<Uint8Array>,
  path: string,
  limit: number = MAX_REPORT_BYTES,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) throw tooLarge(path, limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function tooLarge(path: string, limit: number): CliFailure {
  return new CliFailure(
    "too-large",
    `${path}: larger than ${Math.round(limit / 1024 / 1024)} MiB, which no report is`,
    3,
  );
}
