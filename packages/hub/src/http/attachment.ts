/** Bytes that came from outside, to be saved: never shown by a browser in the hub's own name. */
export function attachment(bytes: Uint8Array, name: string): Response {
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="${name}"`,
      "content-length": String(bytes.length),
      "cache-control": "private, no-store",
    },
  });
}
