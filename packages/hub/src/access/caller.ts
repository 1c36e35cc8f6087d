/** Who makes a request, and what that lets them do. */
import type { Access } from "@windfall/api";
import type { SecretHash } from "./secrets.ts";

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: "admin" | "member" | "viewer";
}

export type Caller =
  | { readonly kind: "anyone" }
  | { readonly kind: "ingest-key" }
  | { readonly kind: "api-key" }
  | { readonly kind: "person"; readonly person: Person; readonly session: SecretHash };

/** `unknown` = we do not know who it is; `no` = we do, and it is not theirs to do. */
export type Verdict = "yes" | "no" | "unknown";

export function mayCall(caller: Caller, access: Access): Verdict {
  if (access === "open") return "yes";
  if (caller.kind === "anyone") return "unknown";
  return rightsOf(caller).has(access) ? "yes" : "no";
}

const RIGHTS = {
  "ingest-key": new Set<Access>(["ingest"]),
  "api-key": new Set<Access>(["ingest", "read", "write"]),
  admin: new Set<Access>(["ingest", "read", "write", "person"]),
  member: new Set<Access>(["ingest", "read", "write", "person"]),
  viewer: new Set<Access>(["read", "person"]),
} as const;

const rightsOf = (caller: Exclude<Caller, { kind: "anyone" }>): ReadonlySet<Access> =>
  RIGHTS[caller.kind === "person" ? caller.person.role : caller.kind];
