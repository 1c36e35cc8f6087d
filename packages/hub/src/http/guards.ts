/** Headers for every answer, and the check of the Host header that keeps DNS rebinding out. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

export function addSecurityHeaders(headers: Headers): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    if (!headers.has(name)) headers.set(name, value);
  }
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

export const isLoopbackHost = (host: string): boolean => LOOPBACK.has(host) || host === "::1";

/**
 * A page elsewhere can point its own name at 127.0.0.1 and then read this hub as 'same origin'; the Host header gives it away.
 * Bound to other addresses the hub is reached by names it cannot know.
 */
export function createHostGuard(boundHost: string, publicUrl: string): (request: Request) => boolean {
  if (!isLoopbackHost(boundHost)) return () => true;
  const publicHost = new URL(publicUrl).hostname;
  return (request) => {
    const { hostname } = new URL(request.url);
    return LOOPBACK.has(hostname) || hostname.endsWith(".localhost") || hostname === publicHost;
  };
}

/** Where our own pages come from: the public address, and the one this request was made to. */
export function createOwnOrigins(publicUrl: string): (request: Request) => ReadonlySet<string> {
  const { origin } = new URL(publicUrl);
  return (request) => new Set([origin, new URL(request.url).origin]);
}
