/** One file as `multipart/form-data`, streamed: the form is what carries a file's name. (`FormData` wants the whole file first.) */
export interface Multipart {
  readonly headers: Record<string, string>;
  readonly body: ReadableStream<Uint8Array>;
}

export function multipart(fileName: string, file: ReadableStream<Uint8Array>): Multipart {
  const boundary = `windfall-${crypto.randomUUID()}`;
  const encoder = new TextEncoder();
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${quoted(fileName)}"\r\ncontent-type: application/octet-stream\r\n\r\n`;
  return {
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    body: file.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        start: (controller) => controller.enqueue(encoder.encode(head)),
        flush: (controller) => controller.enqueue(encoder.encode(`\r\n--${boundary}--\r\n`)),
      }),
    ),
  };
}

/** As browsers do. */
function quoted(fileName: string): string {
  return fileName.replace(/["\r\n]/g, (character) => encodeURIComponent(character));
}
