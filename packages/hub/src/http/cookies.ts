/** The session cookie. Over https it is Secure and bound to the host by its prefix. */
const PLAIN = "windfall_session";
const SECURE = "__Host-windfall_session";

export function sessionToken(request: Request): string | undefined {
  const header = request.headers.get("cookie");
  if (header === null) return undefined;
  let plain: string | undefined;
  for (const pair of header.split(";")) {
    const [name, value] = pair.trim().split("=", 2);
    if (value === undefined || value === "") continue;
    if (name === SECURE) return value;
    if (name === PLAIN) plain ??= value;
  }
  return plain;
}

export function sessionCookie(token: string, expiresAt: string, secure: boolean): string {
  return `${secure ? SECURE : PLAIN}=${token}; ${attributes(secure)}; Expires=${new Date(expiresAt).toUTCString()}`;
}

export function endedSessionCookie(secure: boolean): string {
  return `${secure ? SECURE : PLAIN}=; ${attributes(secure)}; Max-Age=0`;
}

const attributes = (secure: boolean) => `Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
