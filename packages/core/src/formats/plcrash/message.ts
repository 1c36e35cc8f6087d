/** Fields of a message of PLCrashReporter by their number. */
import { type ProtobufField, readProtobuf } from "../../bytes/protobuf.ts";

export class Message {
  readonly #fields: readonly ProtobufField[];
  /** The bytes ended in the middle of a field. */
  readonly cut: boolean;

  constructor(bytes: Uint8Array) {
    ({ fields: this.#fields, cut: this.cut } = readProtobuf(bytes));
  }

  number(field: number): bigint | undefined {
    return this.#last(field)?.value;
  }

  /** For what is small: an index, a pid, a line. */
  int(field: number): number | undefined {
    const value = this.number(field);
    return value !== undefined && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
  }

  text(field: number): string | undefined {
    const bytes = this.#last(field)?.bytes;
    const text = bytes && new TextDecoder().decode(bytes);
    return text === "" ? undefined : text;
  }

  bytes(field: number): Uint8Array | undefined {
    return this.#last(field)?.bytes;
  }

  message(field: number): Message | undefined {
    const bytes = this.bytes(field);
    return bytes && new Message(bytes);
  }

  /** Not read yet: there may be more of them than are taken. */
  all(field: number): readonly Uint8Array[] {
    return this.#fields.flatMap(({ number, bytes }) => (number === field && bytes !== undefined ? [bytes] : []));
  }

  numbers(field: number): readonly bigint[] {
    return this.#fields.flatMap(({ number, value }) => (number === field && value !== undefined ? [value] : []));
  }

  #last(field: number): ProtobufField | undefined {
    return this.#fields.findLast(({ number }) => number === field);
  }
}
