/** Signatures, as the state knows them. Their counts are the events' to tell. */
import type { ReportKind } from "@windfall/core";
import type { SignatureId } from "../stores/events/event-row.ts";
import type { StateDb } from "../stores/state/schema.ts";

export interface StoredSignature {
  readonly id: SignatureId;
  readonly appId: string;
  readonly appName: string;
  readonly shortId: string;
  /** What its reports are of: crashes, hangs, … */
  readonly kind: ReportKind;
  readonly family: string;
  readonly category: string;
  readonly title: string;
  readonly appleTerm: string;
  readonly confidence: "high" | "medium" | "low" | "provisional";
  readonly state: "new" | "open" | "resolved" | "snoozed" | "ignored" | "regressed";
  readonly why: readonly string[];
  readonly exception: ExceptionColumns;
  readonly createdAt: string;
}

export interface ExceptionColumns {
  readonly type?: string;
  readonly signal?: string;
  readonly codes?: string;
  readonly subtype?: string;
  readonly message?: string;
}

export interface SignaturesStore {
  byIds(ids: readonly SignatureId[]): Promise<Map<SignatureId, StoredSignature>>;
  /** By its number; also by that of a signature that became part of another. */
  find(id: number): Promise<StoredSignature | undefined>;
}

export function createSignaturesStore(db: StateDb): SignaturesStore {
  const rows = () =>
    db
      .selectFrom("signatures as s")
      .innerJoin("apps", "apps.id", "s.app_id")
      .select([
        "s.id",
        "s.app_id as appId",
        "apps.name as appName",
        "apps.short_name as shortName",
        "s.number",
        "s.kind",
        "s.family",
        "s.category",
        "s.title",
        "s.apple_term as appleTerm",
        "s.confidence",
        "s.state",
        "s.why",
        "s.exception",
        "s.created_at as createdAt",
        "s.alias_of as aliasOf",
      ]);
  type Row = Awaited<ReturnType<ReturnType<typeof rows>["executeTakeFirstOrThrow"]>>;
  const decoded = ({ shortName, number, id, kind, why, exception, ...row }: Row): StoredSignature => ({
    ...row,
    id: id as SignatureId,
    kind: kind as ReportKind,
    shortId: `${shortName}-${number}`,
    why: JSON.parse(why) as string[],
    exception: JSON.parse(exception) as ExceptionColumns,
  });
  return {
    async byIds(ids) {
      if (ids.length === 0) return new Map();
      const found = await rows().where("s.id", "in", ids).execute();
      return new Map(found.map((row) => [row.id as SignatureId, decoded(row)]));
    },
    async find(id) {
      let row = await rows().where("s.id", "=", id).executeTakeFirst();
      while (row && row.aliasOf !== null) row = await rows().where("s.id", "=", row.aliasOf).executeTakeFirst();
      return row && decoded(row);
    },
  };
}
