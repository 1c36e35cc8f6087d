/**
 * A packed entry of a zip as a source of bytes, unpacked no further than it is read: the header of a debug file is enough to
 * see that it is another build's. Bytes that came out are kept.
 */
import type { ByteSource } from "./byte-source.ts";
import { FormatError } from "./errors.ts";

const FIRST_BYTES: number = 64 * 1024;

/** What is read only from its start: an entry of a zip, a candidate of `findDebugFiles`. */
export interface ForwardReadable {
  readonly path: string;
  readonly size: number;
  readonly stream: () => ReadableStream<Uint8Array>;
}

/**
 * @example
 * const slices = await openSymbolSlices(forwardSource(candidate));
 */
export function forwardSource({ size, path, stream }: ForwardReadable): ByteSource {
  let bytes = new Uint8Array(Math.min(size, FIRST_BYTES));
  let done = 0;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  // One read after the other: two of them must not pull from the stream in turns.
  let queue: Promise<void> = Promise.resolve();

  return {
    size,
    async read(offset, length) {
      const end = offset + length;
      if (!(offset >= 0 && length >= 0 && end <= size)) {
        throw new FormatError("truncated", `${path}: needs ${length} bytes at ${offset} of ${size}`, offset);
      }
      if (end > done) {
        const turn = queue.then(() => unpackTo(end));
        queue = turn.catch(() => {});
        await turn;
      }
      return bytes.subarray(offset, end);
    },
  };

  async function unpackTo(end: number): Promise<void> {
    const unpacking = (reader ??= stream().getReader());
    while (done < end) {
      const { done: ended, value } = await unpacking.read();
      if (ended) throw new FormatError("truncated", `${path}: ends after ${done} of ${size} bytes`, done);
      if (done + value.length > bytes.length) grow(Math.min(size, Math.max(done + value.length, bytes.length * 2)));
      bytes.set(value, done);
      done += value.length;
    }
  }

  function grow(length: number): void {
    const larger = new Uint8Array(length);
    larger.set(bytes.subarray(0, done));
    bytes = larger;
  }
}
