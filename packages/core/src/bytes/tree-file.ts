/** A file among others: in a folder, in a zip, in a zip in that zip. Whoever walks them makes these; who reads them need not know where they lie. */
import { type ByteSource, sourceStream } from "./byte-source.ts";
import { FormatError } from "./errors.ts";
import { chunksOf } from "./zip.ts";

export interface TreeFile {
  /** From the root on, `/` between the parts; `outer.zip!/inner/path` where it lies in a zip that was found on the way. */
  readonly path: string;
  readonly size: number;
  /** Its bytes from the start, each time anew. Errors with `FormatError` where a zip turns out to be damaged. */
  stream(): ReadableStream<Uint8Array>;
  /** For reading here and there; a packed entry of a zip is held in memory. */
  source(): Promise<ByteSource>;
}

/** All of a file. Throws `FormatError("too-large")` before anything is read, or as soon as there is more than it said. */
export async function readTreeFile(
  file: Pick<TreeFile, "path" | "size" | "stream">,
  limit: number,
): Promise<Uint8Array> {
  if (file.size > limit)
    throw new FormatError("too-large", `${file.path}: ${file.size} bytes; at most ${limit} are read`);
  const bytes = new Uint8Array(file.size);
  let done = 0;
  for await (const chunk of chunksOf(file.stream())) {
    if (done + chunk.length > bytes.length) throw new FormatError("damaged", `${file.path}: longer than it says`, done);
    bytes.set(chunk, done);
    done += chunk.length;
  }
  return bytes.subarray(0, done);
}

/** A file that is a source of bytes already. */
export function sourceFile(path: string, source: ByteSource): TreeFile {
  return { path, size: source.size, stream: () => sourceStream(source), source: async () => source };
}

export const fileName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Without the last `/`; empty for what lies at the root. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
