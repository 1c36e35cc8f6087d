/** Zips for tests, well formed or wrong on purpose. Only as much of the format as the reader's tests need. */
import { crc32 } from "../src/bytes/zip-crc.ts";

export interface EntryToZip {
  readonly path: string | Uint8Array;
  readonly bytes?: Uint8Array | string;
  readonly method?: "stored" | "deflate";
  /** Written in place of the truth. */
  readonly size?: number;
  readonly packedSize?: number;
  readonly crc32?: number;
  readonly methodCode?: number;
  readonly flags?: number;
  /** Unix mode, file type bits included: 0o120777 is a symbolic link. */
  readonly mode?: number;
  /** Sizes and offset in the zip64 extra field. */
  readonly zip64?: boolean;
  /** Sizes and checksum behind the data, zeros in the local header. */
  readonly descriptor?: boolean;
  /** Extra bytes in the local header only. */
  readonly localExtra?: Uint8Array;
}

export interface ZipOptions {
  readonly prefix?: Uint8Array;
  readonly comment?: string;
  readonly zip64End?: boolean;
  /** What the end record says in place of the truth. */
  readonly count?: number;
  readonly directorySize?: number;
}

export async function zipOf(entries: readonly EntryToZip[], options: ZipOptions = {}): Promise<Uint8Array> {
  const parts: Uint8Array[] = [options.prefix ?? new Uint8Array()];
  const start = parts[0]?.length ?? 0;
  let at = start;
  const push = (...more: readonly Uint8Array[]) => {
    for (const part of more) {
      parts.push(part);
      at += part.length;
    }
  };
  const records: Uint8Array[] = [];
  for (const entry of entries) {
    const name = bytesOf(entry.path);
    const data = bytesOf(entry.bytes ?? "");
    const deflate = entry.method === "deflate";
    const packed = deflate ? await deflateRaw(data) : data;
    const size = entry.size ?? data.length;
    const packedSize = entry.packedSize ?? packed.length;
    const crc = entry.crc32 ?? crc32(data);
    const method = entry.methodCode ?? (deflate ? 8 : 0);
    const flags = (entry.flags ?? 0) | (entry.descriptor === true ? 8 : 0);
    const offset = at - start;
    const extra = entry.localExtra ?? new Uint8Array();
    const late = entry.descriptor === true;
    push(
      u32(0x04034b50),
      u16(20, flags, method, 0, 0),
      u32(late ? 0 : crc, late ? 0 : packedSize, late ? 0 : size),
      u16(name.length, extra.length),
      name,
      extra,
      packed,
    );
    if (late) push(u32(0x08074b50, crc, packedSize, size));
    const wide = entry.zip64 === true;
    const wideField = wide ? join(u16(1, 24), u64(size, packedSize, offset)) : new Uint8Array();
    records.push(
      join(
        u32(0x02014b50),
        u16(20 | ((entry.mode === undefined ? 0 : 3) << 8), 20, flags, method, 0, 0),
        u32(crc, wide ? 0xffffffff : packedSize, wide ? 0xffffffff : size),
        u16(name.length, wideField.length, 0, 0, 0),
        u32((entry.mode ?? 0) * 0x10000, wide ? 0xffffffff : offset),
        name,
        wideField,
      ),
    );
  }
  const directory = join(...records);
  const directoryOffset = at - start;
  push(directory);
  const count = options.count ?? entries.length;
  const directorySize = options.directorySize ?? directory.length;
  const wide = options.zip64End === true;
  if (wide) {
    const end64 = at - start;
    push(u32(0x06064b50), u64(44), u16(45, 45), u32(0, 0), u64(count, count, directorySize, directoryOffset));
    push(u32(0x07064b50, 0), u64(end64), u32(1));
  }
  const comment = bytesOf(options.comment ?? "");
  const short = Math.min(count, 0xffff);
  push(
    u32(0x06054b50),
    u16(0, 0, wide ? 0xffff : short, wide ? 0xffff : short),
    u32(wide ? 0xffffffff : directorySize, wide ? 0xffffffff : directoryOffset),
    u16(comment.length),
    comment,
  );
  return join(...parts);
}

export async function deflateRaw(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function bytesOf(value: Uint8Array | string): Uint8Array {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function u16(...values: readonly number[]): Uint8Array {
  return little(values, 2, (view, at, value) => view.setUint16(at, value, true));
}

function u32(...values: readonly number[]): Uint8Array {
  return little(values, 4, (view, at, value) => view.setUint32(at, value, true));
}

function u64(...values: readonly number[]): Uint8Array {
  return little(values, 8, (view, at, value) => view.setBigUint64(at, BigInt(value), true));
}

function little(
  values: readonly number[],
  width: number,
  set: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) set(view, i * width, value);
  return bytes;
}
