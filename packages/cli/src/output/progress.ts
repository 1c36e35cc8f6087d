/** One line on stderr that tells how much of a file is sent; only on a terminal, and gone when the file is. */
import type { Terminal } from "../terminal.ts";

export interface Progress {
  /** The same stream, counted while it is read. `name` is safe to print. */
  counted(stream: ReadableStream<Uint8Array>, name: string, sizeBytes: number): ReadableStream<Uint8Array>;
  clear(): void;
}

const ERASE_LINE = "\r\u001b[2K";

export function createProgress({ progress, err }: Pick<Terminal, "progress" | "err">): Progress {
  if (!progress) return { counted: (stream) => stream, clear: () => {} };
  let shown = -1;
  return {
    counted(stream, name, sizeBytes) {
      let sent = 0;
      shown = -1;
      return stream.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            sent += chunk.length;
            const percent = sizeBytes === 0 ? 100 : Math.floor((sent / sizeBytes) * 100);
            if (percent !== shown) err(`${ERASE_LINE}${String((shown = percent)).padStart(3)} %  ${name}`);
            controller.enqueue(chunk);
          },
        }),
      );
    },
    clear() {
      if (shown >= 0) err(ERASE_LINE);
      shown = -1;
    },
  };
}
