/** Signatures of an app, one of them, and its reports. */
import type { Filters, SignatureRow } from "@windfall/api";
import { AppError } from "../app-error.ts";
import { requireApp } from "../apps/routes.ts";
import type { AppsStore } from "../apps/store.ts";
import { type Counted, countedIn, everyDay } from "../apps/window.ts";
import type { Clock } from "../clock.ts";
import type { Handlers } from "../http/handlers.ts";
import type { EventsStore, Page, ReportRef, SignatureCount } from "../stores/events/events-store.ts";
import type { SignaturesStore, StoredSignature } from "./store.ts";

/** Reports that a signature's page opens with. */
const FIRST_REPORTS: Page = { limit: 50, offset: 0 };

export interface SignaturesDeps {
  readonly apps: AppsStore;
  readonly signatures: SignaturesStore;
  readonly events: EventsStore;
  readonly clock: Clock;
}

export function signaturesRoutes(
  deps: SignaturesDeps,
): Pick<Handlers, "signatures" | "signature" | "signatureReports"> {
  const { apps, signatures, events, clock } = deps;
  return {
    async signatures({ params, query: { limit, offset, ...filters } }) {
      await requireApp(apps, params.appId);
      const { window, scope } = countedIn(params.appId, filters, clock);
      const counts = await events.signatures(scope, { limit, offset });
      const stored = await signatures.byIds(counts.signatures.map(({ signatureId }) => signatureId));
      return {
        body: {
          window,
          crashes: counts.crashes,
          total: counts.total,
          signatures: counts.signatures.flatMap((count) => {
            const signature = stored.get(count.signatureId);
            return signature ? [rowOf(signature, count, counts.crashes, window)] : [];
          }),
        },
      };
    },
    async signature({ params, query }) {
      const { stored, window, scope } = await open(deps, params.signatureId, query);
      const [count, overview, distributions, { reports }] = await Promise.all([
        events.signature(scope, stored.id),
        events.overview(scope),
        events.distributions(scope, stored.id),
        events.reports(scope, stored.id, FIRST_REPORTS),
      ]);
      return {
        body: {
          window,
          signature: rowOf(stored, count ?? nothing(stored), overview.crashes, window),
          appId: stored.appId,
          appName: stored.appName,
          exception: stored.exception,
          crashesWithoutDevice: distributions.crashesWithoutDevice,
          byOs: [...distributions.byOs],
          byDevice: [...distributions.byDevice],
          byVersion: [...distributions.byVersion],
          reports: reports.map(reportRow),
          why: [...stored.why],
        },
      };
    },
    async signatureReports({ params, query: { limit, offset, ...filters } }) {
      const { stored, scope } = await open(deps, params.signatureId, filters);
      const { total, reports } = await events.reports(scope, stored.id, { limit, offset });
      return { body: { total, reports: reports.map(reportRow) } };
    },
  };
}

async function open(
  { signatures, clock }: SignaturesDeps,
  id: string,
  filters: Filters,
): Promise<Counted & { readonly stored: StoredSignature }> {
  const stored = /^[1-9]\d{0,9}$/.test(id) ? await signatures.find(Number(id)) : undefined;
  if (!stored) throw new AppError("signature-not-found", "no signature with this id");
  return { stored, ...countedIn(stored.appId, filters, clock) };
}

function rowOf(
  stored: StoredSignature,
  count: Omit<SignatureCount, "signatureId">,
  allCrashes: number,
  window: Counted["window"],
): SignatureRow {
  const { id, shortId, title, appleTerm, category, family, confidence, state } = stored;
  return {
    id: String(id),
    shortId,
    title,
    appleTerm,
    category,
    family,
    confidence,
    state,
    crashes: count.crashes,
    affectedDevices: count.affectedDevices,
    share: allCrashes === 0 ? 0 : count.crashes / allCrashes,
    firstSeen: count.firstSeen,
    lastSeen: count.lastSeen,
    firstBuild: { ...count.firstBuild },
    lastBuild: { ...count.lastBuild },
    days: everyDay(window, count.days),
  };
}

/** A signature without a crash in this window. */
function nothing({ createdAt }: StoredSignature): Omit<SignatureCount, "signatureId"> {
  const build = { version: "", build: "" };
  return {
    crashes: 0,
    affectedDevices: 0,
    firstSeen: createdAt,
    lastSeen: createdAt,
    firstBuild: build,
    lastBuild: build,
    days: [],
  };
}

function reportRow({ reportId, incidentId, ...row }: ReportRef) {
  return { ...row, id: reportId, incidentId: incidentId === "" ? null : incidentId };
}
