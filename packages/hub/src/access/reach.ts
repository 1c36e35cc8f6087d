/**
 * What a key for some apps only may see. Held at the edge for every route: an app, a signature or a report of another app is "not found",
 * in the same words as one that does not exist, and a route that names none of them is refused unless it filters by itself.
 */
import type { Route } from "@windfall/api";
import { AppError } from "../app-error.ts";
import type { StateDb } from "../stores/state/schema.ts";
import type { ApiKey, Caller } from "./caller.ts";

export interface Reach {
  /** Throws where the caller may not see what the call names. */
  require(caller: Caller, route: Pick<Route, "reach" | "access">, named: Named): Promise<void>;
}

/** Of a call: the parameters of its path, and its body. */
export interface Named {
  readonly params: unknown;
  readonly body: unknown;
}

/** Undefined for a caller who may see all apps. */
export function appsOf(caller: Caller): ReadonlySet<string> | undefined {
  return caller.kind === "api-key" ? caller.apps : undefined;
}

export function createReach(db: StateDb): Reach {
  /** A part of an app is shown as the whole, so the whole must be within reach. */
  async function isReached({ apps }: ApiKey, appId: string | undefined): Promise<boolean> {
    if (!apps || appId === undefined) return apps === undefined;
    const app = await db
      .selectFrom("apps")
      .select(["id", "host_id as hostId"])
      .where("id", "=", appId)
      .executeTakeFirst();
    return app !== undefined && apps.has(app.hostId ?? app.id);
  }

  async function appOfSignature(id: string): Promise<string | undefined> {
    if (!/^[1-9]\d{0,9}$/.test(id)) return undefined;
    const row = await db
      .selectFrom("signatures")
      .select("app_id as appId")
      .where("id", "=", Number(id))
      .executeTakeFirst();
    return row?.appId;
  }

  /** A report that was accepted and not yet read belongs to no app yet. */
  async function appOfReport(id: string): Promise<string | undefined> {
    const report = (of: string) =>
      db.selectFrom("reports").select("app_id as appId").where("id", "=", of).executeTakeFirst();
    const own = await report(id);
    if (own) return own.appId;
    const upload = await db
      .selectFrom("inbox")
      .select("duplicate_of as duplicateOf")
      .where("id", "=", id.split(".", 1)[0] ?? id)
      .executeTakeFirst();
    return upload?.duplicateOf == null ? undefined : (await report(upload.duplicateOf))?.appId;
  }

  return {
    async require(caller, route, named) {
      if (caller.kind !== "api-key" || !caller.apps || route.access === "open") return;
      const { appId, signatureId, reportId } = textsOf(named.params);
      const { hostId } = textsOf(named.body);
      for (const id of [appId, hostId]) {
        if (id !== undefined && !(await isReached(caller, id))) {
          throw new AppError("app-not-found", "no app with this id");
        }
      }
      if (signatureId !== undefined && !(await isReached(caller, await appOfSignature(signatureId)))) {
        throw new AppError("signature-not-found", "no signature with this id");
      }
      if (reportId !== undefined && !(await isReached(caller, await appOfReport(reportId)))) {
        throw new AppError("report-not-found", "no report with this id");
      }
      const namesOne = [appId, signatureId, reportId].some((id) => id !== undefined);
      if (!namesOne && route.reach !== "filtered") {
        throw new AppError("forbidden", "this is not about one app, and the key is for some apps only");
      }
    },
  };
}

function textsOf(value: unknown): Partial<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, item]) => typeof item === "string"));
}
