/** What testers wrote, and where its pictures lie. */
import type { FeedbackRow } from "@windfall/api";
import type { Feedback } from "@windfall/core";
import type { AppOfReport } from "../apps/app-identity.ts";
import { registerApp } from "../apps/register.ts";
import type { BlobId } from "../stores/blobs/blob-store.ts";
import type { StateDb } from "../stores/state/schema.ts";

export interface NewFeedback {
  readonly id: string;
  readonly blob: BlobId;
  readonly app: AppOfReport | undefined;
  readonly receivedAt: string;
  readonly submittedAt: string | undefined;
  readonly version: string;
  readonly build: string;
  readonly platform: string;
  readonly osVersion: string;
  readonly deviceModel: string;
  readonly facts: Feedback;
  /** Of the upload it came with. */
  readonly reportId: string | undefined;
  readonly sender: string | undefined;
  readonly pictures: readonly StoredPicture[];
}

export interface StoredPicture {
  readonly name: string;
  readonly type: string;
  readonly blob: BlobId;
  readonly sizeBytes: number;
}

export interface FeedbackStore {
  /** Committed when it resolves; of the same bytes again the first one's id. */
  add(feedback: NewFeedback): Promise<{ readonly id: string; readonly duplicate: boolean }>;
  /** `undefined`: of no known app. */
  list(appId: string | undefined, limit: number, offset: number): Promise<{ total: number; feedback: FeedbackRow[] }>;
  picture(appId: string | undefined, feedbackId: string, number: number): Promise<StoredPicture | undefined>;
  appIsKnown(appId: string): Promise<boolean>;
}

export function createFeedbackStore(db: StateDb): FeedbackStore {
  /** An app's own and that of its processes. */
  const rowsOf = (appId: string | undefined) => {
    const all = db.selectFrom("feedback");
    return appId === undefined
      ? all.where("feedback.app_id", "is", null)
      : all.where("feedback.app_id", "in", (e) =>
          e
            .selectFrom("apps")
            .select("apps.id")
            .where((w) => w.or([w("apps.id", "=", appId), w("apps.host_id", "=", appId)])),
        );
  };
  return {
    add: (feedback) =>
      db.transaction().execute(async (tx) => {
        const { id, blob, app, facts, pictures } = feedback;
        const known = await tx.selectFrom("feedback").select("id").where("blob", "=", blob).executeTakeFirst();
        if (known) return { id: known.id, duplicate: true };
        if (app) await registerApp(tx, app, false, feedback.receivedAt);
        await tx
          .insertInto("feedback")
          .values({
            id,
            blob,
            app_id: app?.id ?? null,
            received_at: feedback.receivedAt,
            submitted_at: feedback.submittedAt ?? null,
            version: feedback.version,
            build: feedback.build,
            platform: feedback.platform,
            os_version: feedback.osVersion,
            device_model: feedback.deviceModel,
            facts: JSON.stringify(facts),
            crash_incident: facts.crashIncidentId ?? null,
            report_id: feedback.reportId ?? null,
            sender: feedback.sender ?? null,
          })
          .execute();
        for (const [number, { name, type, blob, sizeBytes }] of pictures.entries()) {
          await tx
            .insertInto("feedback_pictures")
            .values({ feedback_id: id, number, name, type, blob, size_bytes: sizeBytes })
            .execute();
        }
        return { id, duplicate: false };
      }),
    async list(appId, limit, offset) {
      const { total } = await rowsOf(appId)
        .select((e) => e.fn.countAll<number>().as("total"))
        .executeTakeFirstOrThrow();
      const rows = await rowsOf(appId)
        .selectAll("feedback")
        .orderBy("id", "desc")
        .limit(limit)
        .offset(offset)
        .execute();
      const feedback: FeedbackRow[] = [];
      for (const row of rows) feedback.push(await rowOf(row));
      return { total, feedback };
    },
    async picture(appId, feedbackId, number) {
      const row = await rowsOf(appId)
        .innerJoin("feedback_pictures", "feedback_pictures.feedback_id", "feedback.id")
        .select(["name", "type", "feedback_pictures.blob as blob", "size_bytes as sizeBytes"])
        .where("feedback.id", "=", feedbackId)
        .where("number", "=", number)
        .executeTakeFirst();
      return row && { ...row, blob: row.blob as BlobId };
    },
    async appIsKnown(appId) {
      return (await db.selectFrom("apps").select("id").where("id", "=", appId).executeTakeFirst()) !== undefined;
    },
  };

  async function rowOf(row: Awaited<ReturnType<typeof oneRow>>): Promise<FeedbackRow> {
    const pictures = await db
      .selectFrom("feedback_pictures")
      .select(["number", "name", "type", "size_bytes as sizeBytes"])
      .where("feedback_id", "=", row.id)
      .orderBy("number")
      .execute();
    return {
      id: row.id,
      appId: row.app_id,
      receivedAt: row.received_at,
      submittedAt: row.submitted_at,
      version: row.version,
      build: row.build,
      platform: row.platform,
      osVersion: row.os_version,
      deviceModel: row.device_model,
      feedback: JSON.parse(row.facts) as FeedbackRow["feedback"],
      reportId: await reportOf(row.crash_incident, row.report_id),
      pictures,
    };
  }

  function oneRow() {
    return db.selectFrom("feedback").selectAll().executeTakeFirstOrThrow();
  }

  /** The report that the incident is kept as: not always the one that came with it. */
  async function reportOf(incident: string | null, uploaded: string | null): Promise<string | null> {
    const byIncident =
      incident === null
        ? undefined
        : await db.selectFrom("reports").select("id").where("incident_id", "=", incident).executeTakeFirst();
    if (byIncident) return byIncident.id;
    if (uploaded === null) return null;
    const row = await db.selectFrom("reports").select("id").where("id", "=", uploaded).executeTakeFirst();
    return row?.id ?? null;
  }
}
