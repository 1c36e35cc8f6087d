/** The only file of core that may touch `node:fs`. */
import { type FileHandle, open } from "node:fs/promises";
import { type ByteSource, checkRange } from "./bytes/byte-source.ts";

export interface FileSource extends ByteSource, AsyncDisposable {
  close(): Promise<void>;
}

/** A file as a source of bytes: only what is asked for is read. The caller closes it. */
export async function fileSource(path: string): Promise<FileSource> {
  const file: FileHandle = await open(path, "r");
  const { size } = await file.stat();
  const close = () => file.close();
  return {
    size,
    async read(offset, length) {
      checkRange(offset, length, size);
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length;) {
        const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) checkRange(offset, length, offset + done);
        done += bytesRead;
      }
      return bytes;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
