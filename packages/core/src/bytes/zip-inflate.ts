/**
 * Deflate, raw or with zlib's frame, as a stream that asks for input only while somebody waits for output. `pipeThrough` would do, but in
 * Node 20 it unpacks to the end whether anybody reads or not, and the first bytes of a file would cost all of it.
 */
export function inflated(
  packed: ReadableStream<Uint8Array>,
  format: "deflate-raw" | "deflate" = "deflate-raw",
): ReadableStream<Uint8Array> {
  const inflater = new DecompressionStream(format);
  const output: ReadableStreamDefaultReader<Uint8Array> = inflater.readable.getReader();
  const input = inflater.writable.getWriter();
  const source = packed.getReader();
  // A failure reaches the reader through `output`; the same one on the other side needs no second hearer.
  for (const settled of [input.closed, output.closed]) settled.catch(() => undefined);

  /** Gives the inflater one more piece; says whether there may be another. */
  const feed = async (): Promise<"more" | "ended"> => {
    const { done, value } = await source.read();
    if (!done) {
      await input.write(value as Uint8Array<ArrayBuffer>).catch(() => undefined);
      return "more";
    }
    input.close().catch(() => undefined);
    return "ended";
  };
  const next = async () => {
    const waiting = output.read();
    for (;;) {
      // What lies ready goes out before anything more goes in.
      const ready = await Promise.race([waiting, Promise.resolve("more" as const)]);
      if (ready !== "more") return ready;
      const fed = await Promise.race([waiting, feed()]);
      if (fed === "ended") return waiting;
      if (fed !== "more") return fed;
    }
  };
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) {
        await Promise.allSettled([source.cancel(reason), output.cancel(reason), input.abort(reason)]);
      },
    },
    { highWaterMark: 0 },
  );
}
