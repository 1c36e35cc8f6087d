/** Bytes on their way into the store: hashed as they come, held in memory while few, in a temporary file beyond that. */
import { createHash } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { AppError } from "../../app-error.ts";

export interface ArrivalLimits {
  /** More than this is `body-too-large`. */
  readonly maxBytes: number;
  /** More than this goes through a file. */
  readonly memoryBytes?: number;
}

export interface Arrival {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** The first bytes, for sniffing: all of them for what is small. */
  readonly head: Uint8Array;
  /** A flushed temporary file with all the bytes, which the caller now owns. */
  toFile(temporaryPath: () => string): Promise<string>;
  /** The temporary file, for what lies in one. */
  readonly path: string | undefined;
  /** Removes the temporary file, if there still is one. */
  discard(): Promise<void>;
}

const MEMORY_BYTES = 1024 * 1024;

export async function receiveBytes(
  chunks: AsyncIterable<Uint8Array>,
  { maxBytes, memoryBytes = MEMORY_BYTES }: ArrivalLimits,
  temporaryPath: () => string,
): Promise<Arrival> {
  const hash = createHash("sha256");
  const held: Uint8Array[] = [];
  let sizeBytes = 0;
  let file: FileHandle | undefined;
  let path: string | undefined;
  let head: Uint8Array | undefined;
  try {
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
      hash.update(chunk);
      if (!file) {
        held.push(chunk);
        if (sizeBytes <= memoryBytes) continue;
        head = join(held);
        path = temporaryPath();
        file = await open(path, "wx", 0o600);
        await writeAll(file, head);
      } else {
        await writeAll(file, chunk);
      }
    }
    await file?.sync();
  } catch (error) {
    await file?.close();
    file = undefined;
    if (path !== undefined) await rm(path, { force: true });
    throw error;
  } finally {
    await file?.close();
  }
  const bytes = head ?? join(held);
  const onDisk = path;
  return {
    sha256: hash.digest("hex"),
    sizeBytes,
    head: bytes,
    path: onDisk,
    async toFile(temporaryPath) {
      if (onDisk !== undefined) return onDisk;
      const target = temporaryPath();
      const written = await open(target, "wx", 0o600);
      try {
        await writeAll(written, bytes);
        await written.datasync();
      } catch (error) {
        await rm(target, { force: true });
        throw error;
      } finally {
        await written.close();
      }
      return target;
    },
    async discard() {
      if (onDisk !== undefined) await rm(onDisk, { force: true });
    },
  };
}

export function tooLarge(maxBytes: number): AppError {
  return new AppError("body-too-large", `more than ${Math.floor(maxBytes / 1024 / 1024)} MiB`);
}

/** `write` may take fewer bytes than it was given. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done);
    done += bytesWritten;
  }
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1 && chunks[0]) return chunks[0];
  return new Uint8Array(Buffer.concat(chunks));
}
