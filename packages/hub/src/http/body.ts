/** A request's body, never more of it than was agreed. */
import { tooLarge } from "../stores/blobs/arrival.ts";

/** The chunks of the body as they come. A sender that hangs up ends them with an error. */
export async function* bodyChunks(request: Request): AsyncGenerator<Uint8Array> {
  if (!request.body) return;
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

/** What the sender announced; undefined when the body comes in chunks. */
export function announcedLength(request: Request): number | undefined {
  const text = request.headers.get("content-length");
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

export async function readLimited(request: Request, maxBytes: number): Promise<Uint8Array> {
  const announced = announcedLength(request);
  if (announced !== undefined) {
    if (announced > maxBytes) throw tooLarge(maxBytes);
    // The HTTP parser ends the body at the announced length; this path skips the stream machinery.
    return new Uint8Array(await request.arrayBuffer());
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bodyChunks(request)) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
