/** The address a request comes from, for limits; never stored. Behind a proxy that is what the proxy says, not the proxy's own. */

/** `behindProxy`: the operator has said by `--public-url` that people reach the hub by another address than its own. */
export function callerAddress(request: Request, peer: string | undefined, behindProxy: boolean): string {
  const own = (peer ?? "").replace(/^::ffff:/, "");
  if (!behindProxy || !isNear(own)) return own;
  // The last entry is the proxy's; those before it are whatever the sender wrote.
  const forwarded = request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
  return forwarded !== undefined && /^[\da-f.:]{2,45}$/i.test(forwarded) ? forwarded : own;
}

/** Loopback and private networks, where a proxy of one's own is. */
const isNear = (address: string): boolean =>
  /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|::1$|f[cd][\da-f]{2}:)/i.test(address);
