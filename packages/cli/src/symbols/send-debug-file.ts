/** One debug file to a hub, streamed from the disk under the part of its path that says what it is. */
import type { SymbolsAnswer } from "@windfall/api";
import type { Hub } from "../hub.ts";
import { multipart } from "../multipart.ts";
import { printable } from "../output/printable.ts";
import type { Progress } from "../output/progress.ts";
import type { DebugFile } from "./debug-files.ts";

export interface Upload {
  /** What people see. */
  readonly path: string;
  /** What the hub calls it: the part of the path from the dSYM on. */
  readonly name: string;
  readonly sizeBytes: number;
  open(): ReadableStream<Uint8Array>;
  close(): void;
}

export const uploadOf = (file: DebugFile): Upload => ({
  path: file.path,
  name: nameOf(file.path),
  sizeBytes: file.sizeBytes,
  open: () => file.stream(),
  close: () => file.close(),
});

export async function sendDebugFile(hub: Hub, upload: Upload, progress: Progress): Promise<SymbolsAnswer> {
  const { name, sizeBytes } = upload;
  try {
    const form = multipart(name, progress.counted(upload.open(), printable(name), sizeBytes));
    return await hub.client.call("ingestSymbols", form);
  } finally {
    progress.clear();
  }
}

/**
 * From the bundle on: no folder of the sender's machine reaches the hub. Of what Xcode copied of a device's OS, the path in that OS: it
 * tells the hub that the image is the system's.
 */
export function nameOf(path: string): string {
  const parts = path.split("/");
  const system = parts.findIndex((part, i) => part === "Symbols" && parts[i - 2]?.endsWith(" DeviceSupport") === true);
  const start = system < 0 ? parts.findIndex((part) => part.endsWith(".dSYM")) : system;
  return start < 0 ? (parts.at(-1) ?? path) : parts.slice(start).join("/");
}
