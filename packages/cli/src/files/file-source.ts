/**
 * A file as a source of bytes, open only while it is read from: a folder of archives has more debug files than a process may keep
 * open. Reads are synchronous: a command has nothing else to do meanwhile, and `node:fs/promises` alone costs a tenth of the
 * time an empty process takes to start.
 */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { type ByteSource, FormatError, sourceFile, type TreeFile } from "@windfall/core";

export interface LazyFile extends ByteSource {
  /** The next read opens it again. */
  close(): void;
}

/** Told how many bytes were read from the disk. */
export type OnRead = (bytes: number) => void;

export function lazyFile(path: string, onRead: OnRead = () => {}): LazyFile {
  const { size } = statSync(path);
  let file: number | undefined;
  return {
    size,
    read: async (offset, length) => {
      if (!(offset >= 0 && length >= 0 && offset + length <= size)) throw truncated(offset, length, size);
      file ??= openSync(path, "r");
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length;) {
        const count = readSync(file, bytes, done, length - done, offset + done);
        // Somebody cut the file while we read it.
        if (count === 0) throw truncated(offset, length, offset + done);
        done += count;
      }
      onRead(length);
      return bytes;
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** A file as one of many found on the way: opened for each read, so that none stays open. */
export function folderFile(path: string, absolute: string, sizeBytes: number): TreeFile {
  const source: ByteSource = {
    size: sizeBytes,
    read: async (offset, length) => {
      const file = lazyFile(absolute);
      try {
        return await file.read(offset, length);
      } finally {
        file.close();
      }
    },
  };
  return sourceFile(path, source);
}

/** The first bytes of a file; fewer where it is shorter, none where it is a pipe or cannot be opened. */
export function headOf(path: string, length: number, onRead: OnRead = () => {}): Uint8Array {
  try {
    const file = openSync(path, "r");
    try {
      const head = new Uint8Array(length);
      const count = readSync(file, head, 0, length, 0);
      onRead(count);
      return head.subarray(0, count);
    } finally {
      closeSync(file);
    }
  } catch {
    return new Uint8Array();
  }
}

function truncated(offset: number, length: number, size: number): FormatError {
  return new FormatError("truncated", `needs ${length} bytes at ${offset} of ${size}`, offset);
}
