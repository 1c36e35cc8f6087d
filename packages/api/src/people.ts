/** People of the hub, their sessions and invitations, and keys, as the hub tells of them. No secret is ever in a list. */
import { z } from "zod";
import { KEY_RIGHTS, ROLES } from "./rights.ts";

const Time = z.iso.datetime();
const Count = z.int().nonnegative();

export const MIN_PASSWORD_LENGTH = 12;
const MAX_PASSWORD_LENGTH = 200;
const MAX_NAME_LENGTH = 80;

export const Role = z.enum(ROLES);
/** As others see it: one line, without characters that are not seen or that turn the text around. */
export const Name = z
  .string()
  .trim()
  .min(1)
  .max(MAX_NAME_LENGTH)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, "holds characters that cannot be seen");
export const NewPassword = z
  .string()
  .min(MIN_PASSWORD_LENGTH, `a password has at least ${MIN_PASSWORD_LENGTH} characters`)
  .max(MAX_PASSWORD_LENGTH);
/** One that is only compared. */
export const GivenPassword = z.string().min(1).max(MAX_PASSWORD_LENGTH);
export const GivenName = z.string().trim().min(1).max(MAX_NAME_LENGTH);
export const Token = z.string().min(1).max(200);

export const PersonRow = z.object({
  id: z.string(),
  name: z.string(),
  role: Role,
  hasPassword: z.boolean(),
  createdAt: Time,
  lastActiveAt: Time.nullable(),
  sessions: Count,
  /** The one who asks. */
  you: z.boolean(),
});
export type PersonRow = z.infer<typeof PersonRow>;

/** Neither accepted nor revoked nor out of date. */
export const InvitationRow = z.object({
  id: z.string(),
  name: z.string(),
  role: Role,
  createdAt: Time,
  expiresAt: Time,
  createdBy: z.string(),
});
export type InvitationRow = z.infer<typeof InvitationRow>;

export const PeopleList = z.object({ people: z.array(PersonRow), invitations: z.array(InvitationRow) });
export type PeopleList = z.infer<typeof PeopleList>;

/** `url` holds the secret and is told this once. */
export const NewInvitation = z.object({ invitation: InvitationRow, url: z.string() });
export type NewInvitation = z.infer<typeof NewInvitation>;

/** What somebody who holds the link is told before accepting. */
export const OpenInvitation = z.object({ name: z.string(), role: Role, invitedBy: z.string(), expiresAt: Time });
export type OpenInvitation = z.infer<typeof OpenInvitation>;

export const SessionRow = z.object({
  id: z.string(),
  /** `Safari on macOS`, as far as the browser says. */
  device: z.string(),
  /** How it began. */
  by: z.enum(["link", "password", "invitation"]),
  createdAt: Time,
  lastUsedAt: Time,
  /** The one that asks. */
  current: z.boolean(),
});
export type SessionRow = z.infer<typeof SessionRow>;

const KeyRight = z.enum(KEY_RIGHTS);
const MAX_KEY_APPS = 100;

export const NewKey = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ingest"), name: Name }),
  z.object({
    kind: z.literal("api"),
    name: Name,
    right: KeyRight,
    /** App ids; left out for all apps, now and later. */
    apps: z.array(z.string().min(1).max(100)).min(1).max(MAX_KEY_APPS).exactOptional(),
  }),
]);
export type NewKey = z.infer<typeof NewKey>;

export const KeyRow = z.object({
  id: z.string(),
  kind: z.enum(["ingest", "api"]),
  name: z.string(),
  /** Its first characters. */
  prefix: z.string(),
  /** `send` for ingest keys. */
  right: z.enum(["send", ...KEY_RIGHTS]),
  /** `null` for all apps; those that are gone have no name. */
  apps: z.array(z.object({ id: z.string(), name: z.string().nullable() })).nullable(),
  createdAt: Time,
  createdBy: z.string(),
  lastUsedAt: Time.nullable(),
  revokedAt: Time.nullable(),
  revokedBy: z.string().nullable(),
});
export type KeyRow = z.infer<typeof KeyRow>;

/** `secret` is told this once. */
export const MadeKey = z.object({ key: KeyRow, secret: z.string() });
export type MadeKey = z.infer<typeof MadeKey>;
