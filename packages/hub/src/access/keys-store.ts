/** Ingest and API keys. */
import type { KeyRight } from "@windfall/api";
import { unlessFull } from "../stores/disk-full.ts";
import type { StateDb } from "../stores/state/schema.ts";
import type { KeyKind, SecretHash } from "./secrets.ts";

export interface StoredKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly prefix: string;
  readonly right: KeyRight | "send";
  /** App ids; null for all apps. */
  readonly apps: readonly string[] | null;
  readonly createdAt: string;
  readonly createdBy: string;
  /** Its maker's id, where it is known. */
  readonly owner: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
}

export type NewStoredKey = Pick<
  StoredKey,
  "id" | "kind" | "name" | "prefix" | "right" | "apps" | "createdAt" | "createdBy" | "owner"
> & { readonly hash: SecretHash };

export interface KeysStore {
  add(key: NewStoredKey): Promise<void>;
  /** Newest first, revoked ones too. */
  all(): Promise<StoredKey[]>;
  /** A key that was not revoked. */
  find(hash: SecretHash): Promise<StoredKey | undefined>;
  used(id: string, now: string): Promise<void>;
  /** Of `owner` only, where one is told. False when there is nothing to revoke. */
  revoke(id: string, by: string, now: string, owner?: string): Promise<boolean>;
}

export function createKeysStore(db: StateDb): KeysStore {
  const keys = () =>
    db
      .selectFrom("keys")
      .select([
        "id",
        "kind",
        "name",
        "prefix",
        "access_right as right",
        "apps",
        "created_at as createdAt",
        "created_by as createdBy",
        "owner",
        "last_used_at as lastUsedAt",
        "revoked_at as revokedAt",
        "revoked_by as revokedBy",
      ]);
  const decoded = <R extends { apps: string | null }>({ apps, ...row }: R) => ({
    ...row,
    apps: apps === null ? null : (JSON.parse(apps) as readonly string[]),
  });
  type Row = Awaited<ReturnType<ReturnType<typeof keys>["execute"]>>[number];
  /** Asked with every request: put into words once. */
  const byHash = keys()
    .where("hash", "=", "" as SecretHash)
    .where("revoked_at", "is", null)
    .compile();
  return {
    async add({ right, apps, createdAt, createdBy, ...key }) {
      await db
        .insertInto("keys")
        .values({
          ...key,
          access_right: right,
          apps: apps && JSON.stringify(apps),
          created_at: createdAt,
          created_by: createdBy,
          last_used_at: null,
          revoked_at: null,
          revoked_by: null,
        })
        .execute();
    },
    all: async () => (await keys().orderBy("created_at", "desc").orderBy("id", "desc").execute()).map(decoded),
    async find(hash) {
      const [row] = (await db.executeQuery<Row>({ ...byHash, parameters: [hash] })).rows;
      return row && decoded(row);
    },
    async used(id, now) {
      await unlessFull(db.updateTable("keys").set({ last_used_at: now }).where("id", "=", id).execute());
    },
    async revoke(id, by, now, owner) {
      const { numUpdatedRows } = await db
        .updateTable("keys")
        .set({ revoked_at: now, revoked_by: by })
        .where("id", "=", id)
        .where("revoked_at", "is", null)
        .$if(owner !== undefined, (q) => q.where("owner", "=", owner ?? ""))
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}
