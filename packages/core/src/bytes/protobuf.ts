/**
 * The wire form of Protocol Buffers, without a schema: fields by number, in the order they stand. Every field says how long it is, so
 * that what a reader does not know it can pass over.
 *
 *     field = varint (number << 3 | type), then by type: 0 varint · 1 eight bytes · 2 length and bytes · 5 four bytes
 */
import { FormatError } from "./errors.ts";
import { Reader } from "./reader.ts";

export interface ProtobufField {
  readonly number: number;
  /** Of types 0, 1 and 5. */
  readonly value?: bigint;
  /** Of type 2: bytes, a text, or a message. */
  readonly bytes?: Uint8Array;
}

/** Fields of one message, those of messages in it not counted. A report has some hundreds of threads and images. */
export const MAX_PROTOBUF_FIELDS = 100_000;

/** The fields that are complete; `cut` where the message ends in the middle of one or has a byte that cannot stand there. */
export function readProtobuf(bytes: Uint8Array): { readonly fields: readonly ProtobufField[]; readonly cut: boolean } {
  const reader = new Reader(bytes);
  const fields: ProtobufField[] = [];
  try {
    while (reader.remaining > 0) {
      if (fields.length >= MAX_PROTOBUF_FIELDS) return { fields, cut: true };
      fields.push(readField(reader));
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { fields, cut: true };
  }
  return { fields, cut: false };
}

function readField(reader: Reader): ProtobufField {
  const at = reader.offset;
  const key = reader.uleb();
  const number = Math.floor(key / 8);
  switch (key % 8) {
    case 0:
      return { number, value: readVarint(reader) };
    case 1:
      return { number, value: reader.u64() };
    case 2: {
      const length = reader.uleb();
      if (length > reader.remaining) throw new FormatError("truncated", "a field beyond the end", at);
      return { number, bytes: reader.slice(length) };
    }
    case 5:
      return { number, value: BigInt(reader.u32()) };
    default:
      throw new FormatError("damaged", "no such type of field", at);
  }
}

const MAX_VARINT_BYTES = 10;
/** Bytes whose bits a number holds exactly; most values end within them, and numbers are far quicker. */
const NUMBER_BYTES = 7;

function readVarint(reader: Reader): bigint {
  let low = 0;
  let factor = 1;
  let high = 0n;
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = reader.u8();
    if (i < NUMBER_BYTES) {
      low += (byte & 0x7f) * factor;
      factor *= 128;
    } else high |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return i < NUMBER_BYTES ? BigInt(low) : BigInt.asUintN(64, high | BigInt(low));
  }
  throw new FormatError("damaged", "a number of more than ten bytes", reader.offset);
}
