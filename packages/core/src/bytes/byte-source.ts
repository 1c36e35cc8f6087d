/** Where a file may be gigabytes: a size, and reads of what is needed. `src/node.ts` makes one from a path, `Blob` gives one in a browser. */
import { FormatError } from "./errors.ts";

export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`; throws `FormatError("truncated")` past the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, length) => {
      checkRange(offset, length, bytes.length);
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** A window on another source, for a slice of a fat file or a stored entry of a zip. */
export function sliceSource(source: ByteSource, start: number, size: number): ByteSource {
  checkRange(start, size, source.size);
  return {
    size,
    read: async (offset, length) => {
      checkRange(offset, length, size);
      return source.read(start + offset, length);
    },
  };
}

export function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (offset, length) => {
      checkRange(offset, length, blob.size);
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    },
  };
}

const STREAM_BYTES = 256 * 1024;

/** A source from its start to its end, a piece at a time. */
export function sourceStream(source: ByteSource): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const length = Math.min(STREAM_BYTES, source.size - at);
        if (length > 0) controller.enqueue(await source.read(at, length));
        at += length;
        if (at === source.size) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

export function checkRange(offset: number, length: number, size: number): void {
  if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
    throw new FormatError("truncated", `needs ${length} bytes at ${offset} of ${size}`, offset);
  }
}
