/** `multipart/form-data` as a stream: parts come one after the other, none is held whole. */
import { AppError } from "../app-error.ts";

export interface Part {
  readonly name: string;
  readonly fileName: string | undefined;
  /** To be read, or not, before the next part is asked for. */
  readonly body: AsyncIterable<Uint8Array>;
}

export const MAX_PARTS = 1_000;
/** Of each part, with the blank line behind it. */
export const MAX_PART_HEADER_BYTES = 16 * 1024;

/** The boundary of a multipart body; undefined when the body is something else. */
export function multipartBoundary(contentType: string | null): string | undefined {
  if (contentType === null || !/^multipart\/form-data\b/i.test(contentType)) return undefined;
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw new AppError("bad-request", "multipart without a boundary");
  return boundary;
}

export async function* readParts(chunks: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Part> {
  const input = new Window(chunks[Symbol.asyncIterator]());
  const opening = Buffer.from(`--${boundary}`, "latin1");
  const separator = Buffer.from(`\r\n--${boundary}`, "latin1");
  for await (const _ of input.until(opening)) {
    // A preamble, which nothing reads.
  }
  for (let count = 0; ; count++) {
    const mark = await input.take(2);
    if (mark.toString("latin1") === "--") return;
    if (mark.toString("latin1") !== "\r\n") throw broken();
    if (count === MAX_PARTS) throw new AppError("body-too-large", `more than ${MAX_PARTS} parts`);
    const headers = await readHeaders(input);
    const body = input.until(separator);
    yield { ...nameOf(headers), body };
    for await (const _ of body) {
      // What the caller left.
    }
  }
}

async function readHeaders(input: Window): Promise<string> {
  // The blank line may follow the boundary at once.
  let text = "\r\n";
  while (!text.endsWith("\r\n\r\n")) {
    if (text.length >= MAX_PART_HEADER_BYTES) throw broken();
    text += (await input.take(1)).toString("latin1");
  }
  // Read by bytes to find its end; what it says is UTF-8.
  return Buffer.from(text, "latin1").toString("utf8");
}

function nameOf(headers: string): Pick<Part, "name" | "fileName"> {
  const disposition = /\r\ncontent-disposition:([^\r]*)/i.exec(headers)?.[1] ?? "";
  return {
    name: /[;\s]name="([^"]*)"/i.exec(disposition)?.[1] ?? "",
    fileName: /[;\s]filename="([^"]*)"/i.exec(disposition)?.[1],
  };
}

const broken = () => new AppError("bad-request", "the multipart body is damaged or cut short");

/** The bytes that came and were not read yet. */
class Window {
  #held: Buffer = Buffer.alloc(0);
  readonly #source: AsyncIterator<Uint8Array>;

  constructor(source: AsyncIterator<Uint8Array>) {
    this.#source = source;
  }

  async take(length: number): Promise<Buffer> {
    while (this.#held.length < length) await this.#more();
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  /** Everything before `mark`, and moves past it. Iterating again after the end gives nothing. */
  until(mark: Buffer): AsyncIterable<Uint8Array> {
    let ended = false;
    const next = async (): Promise<IteratorResult<Uint8Array>> => {
      while (!ended) {
        const at = this.#held.indexOf(mark);
        // Without the mark, its beginning may still stand at the end.
        const safe = at >= 0 ? at : this.#held.length - mark.length + 1;
        if (at >= 0) ended = true;
        if (safe > 0 || at >= 0) {
          const value = this.#held.subarray(0, Math.max(safe, 0));
          this.#held = this.#held.subarray(at >= 0 ? at + mark.length : safe);
          if (value.length > 0) return { done: false, value };
        } else {
          await this.#more();
        }
      }
      return { done: true, value: undefined };
    };
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done === true) throw broken();
    this.#held = this.#held.length === 0 ? Buffer.from(value) : Buffer.concat([this.#held, value]);
  }
}
