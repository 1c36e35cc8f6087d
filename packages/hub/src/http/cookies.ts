/**
 * The session cookie. Browsers give a cookie to every port of a host, so its name has the port: two hubs on one machine would sign each
 * other out. Over https it is Secure and bound to the host by its prefix.
 */
const NAME = "windfall_session";
/** A browser takes such a cookie only over https, and from no neighbour. */
const SECURE_PREFIX = "__Host-";

export interface SessionCookies {
  readonly name: string;
  /** What the browser sent: the first is the one that counts. */
  tokensOf(request: Request): readonly string[];
  /** For `set-cookie`. */
  begin(token: string, expiresAt: string): string;
  end(): string;
}

/** `publicUrl`: how people reach this hub. */
export function createSessionCookies(publicUrl: string): SessionCookies {
  const { protocol, port } = new URL(publicUrl);
  const secure = protocol === "https:";
  const own = port === "" ? NAME : `${NAME}_${port}`;
  const name = secure ? `${SECURE_PREFIX}${own}` : own;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
  // The ones without a port are from before it was in the name: they stay good until they end.
  const read = [...new Set([`${SECURE_PREFIX}${own}`, `${SECURE_PREFIX}${NAME}`, own, NAME])];

  return {
    name,
    tokensOf(request) {
      const sent = valuesOf(request.headers.get("cookie") ?? "");
      return read.flatMap((known) => sent.get(known) ?? []);
    },
    begin: (token, expiresAt) => `${name}=${token}; ${attributes}; Expires=${new Date(expiresAt).toUTCString()}`,
    end: () => `${name}=; ${attributes}; Max-Age=0`,
  };
}

/** The first of each name counts: browsers send the more exact one first. */
function valuesOf(header: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const pair of header.split(";")) {
    const [name = "", value = ""] = pair.trim().split("=", 2);
    if (value !== "" && !values.has(name)) values.set(name, value);
  }
  return values;
}
