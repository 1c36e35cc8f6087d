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
  switch (caller.kind) {
    case "anyone":
      return "unknown";
    case "ingest-key":
      return access === "ingest" ? "yes" : "no";
    case "api-key":
      return access === "person" ? "no" : "yes";
    case "person":
      return caller.person.role === "viewer" && (access === "write" || access === "ingest") ? "no" : "yes";
  }
}
