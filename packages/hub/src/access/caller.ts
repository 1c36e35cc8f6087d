/** Who makes a request, and what that lets them do. The rights themselves are the contract's: `rights.ts` in `packages/api`. */
import { type Access, type KeyRight, RIGHTS_OF_KEY, RIGHTS_OF_ROLE, type Role } from "@windfall/api";
import type { SecretHash } from "./secrets.ts";

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

export interface SignedIn {
  readonly kind: "person";
  readonly person: Person;
  readonly session: SecretHash;
}

export interface ApiKey {
  readonly kind: "api-key";
  readonly id: string;
  readonly name: string;
  readonly right: KeyRight;
  /** Undefined for all apps. */
  readonly apps?: ReadonlySet<string>;
}

export type Caller =
  | { readonly kind: "anyone" }
  | { readonly kind: "ingest-key"; readonly id: string; readonly name: string }
  | ApiKey
  | SignedIn;

/** `unknown` = we do not know who it is; `no` = we do, and it is not theirs to do. */
export type Verdict = "yes" | "no" | "unknown";

export function mayCall(caller: Caller, access: Access): Verdict {
  if (access === "open") return "yes";
  if (caller.kind === "anyone") return "unknown";
  return rightsOf(caller).includes(access) ? "yes" : "no";
}

/** Whoever changed something, for the log; the name is as it was then. */
export interface Actor {
  readonly id: string;
  readonly name: string;
}

export function actorOf(caller: Caller): Actor {
  if (caller.kind === "anyone") return { id: "nobody", name: "nobody" };
  if (caller.kind === "person") return { id: `person:${caller.person.id}`, name: caller.person.name };
  return { id: `key:${caller.id}`, name: `key “${caller.name}”` };
}

export const THE_HUB: Actor = { id: "hub", name: "the first start" };

export function rightsOf(caller: Exclude<Caller, { kind: "anyone" }>): readonly Access[] {
  if (caller.kind === "person") return RIGHTS_OF_ROLE[caller.person.role];
  return RIGHTS_OF_KEY[caller.kind === "api-key" ? caller.right : "send"];
}
