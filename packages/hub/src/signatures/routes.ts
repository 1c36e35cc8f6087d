/** Signatures of an app, one of them, and its reports. */
import type { Filters, SignatureRow } from "@windfall/api";
import { AppError } from "../app-error.ts";
import type { Asked, Scopes } from "../apps/scope.ts";
import type { DeviceName, DeviceNames } from "../devices/device-names.ts";
import { labelled } from "../devices/label.ts";
import type { Handlers } from "../http/handlers.ts";
import type { EventsStore, Page, ReportRef, SignatureCount } from "../stores/events/events-store.ts";
import type { SignaturesStore, StoredSignature } from "./store.ts";

/** Reports that a signature's page opens with. */
const FIRST_REPORTS: Page = { limit: 50, offset: 0 };

export interface SignaturesDeps {
  readonly scopes: Scopes;
  readonly signatures: SignaturesStore;
  readonly devices: DeviceNames;
  readonly events: EventsStore;
}

export function signaturesRoutes(
  deps: SignaturesDeps,
): Pick<Handlers, "signatures" | "signature" | "signatureReports"> {
  const { scopes, signatures, devices, events } = deps;
  return {
    async signatures({ params, query: { limit, offset, kind, ...filters } }) {
      const asked = await scopes.of(params.appId, filters);
      const { window } = asked;
      const scope = { ...asked.scope, kind };
      const counts = await events.signatures(scope, { limit, offset });
      const stored = await signatures.byIds(counts.signatures.map(({ signatureId }) => signatureId));
      return {
        body: {
          window,
          kind,
          crashes: counts.crashes,
          total: counts.total,
          signatures: counts.signatures.flatMap((count) => {
            const signature = stored.get(count.signatureId);
            return signature ? [rowOf(signature, count, counts.crashes)] : [];
          }),
        },
      };
    },
    async signature({ params, query }) {
      const { stored, window, scope, family } = await open(deps, params.signatureId, query);
      const [count, overview, distributions, { reports }, deviceName] = await Promise.all([
        events.signature(scope, stored.id),
        events.overview(scope),
        events.distributions(scope, stored.id),
        events.reports(scope, stored.id, FIRST_REPORTS),
        devices.current(),
      ]);
      return {
        body: {
          window,
          signature: rowOf(stored, count ?? nothing(stored), overview.crashes),
          appId: family.app.id,
          appName: family.app.name,
          exception: stored.exception,
          crashesWithoutDevice: distributions.crashesWithoutDevice,
          byOs: [...distributions.byOs],
          byDevice: labelled(distributions.byDevice, deviceName),
          byVersion: [...distributions.byVersion],
          reports: reports.map((report) => reportRow(report, deviceName)),
          why: [...stored.why],
          ...(String(stored.id) !== params.signatureId && { movedTo: String(stored.id) }),
        },
      };
    },
    async signatureReports({ params, query: { limit, offset, ...filters } }) {
      const { stored, scope } = await open(deps, params.signatureId, filters);
      const { total, reports } = await events.reports(scope, stored.id, { limit, offset });
      const deviceName = await devices.current();
      return { body: { total, reports: reports.map((report) => reportRow(report, deviceName)) } };
    },
  };
}

async function open(
  { signatures, scopes }: SignaturesDeps,
  id: string,
  filters: Filters,
): Promise<Asked & { readonly stored: StoredSignature }> {
  const stored = /^[1-9]\d{0,9}$/.test(id) ? await signatures.find(Number(id)) : undefined;
  if (!stored) throw new AppError("signature-not-found", "no signature with this id");
  const asked = await scopes.of(stored.appId, filters);
  return { stored, ...asked, scope: { ...asked.scope, kind: stored.kind } };
}

function rowOf(stored: StoredSignature, count: Omit<SignatureCount, "signatureId">, allCrashes: number): SignatureRow {
  const { id, shortId, kind, title, appleTerm, category, family, confidence, state } = stored;
  return {
    id: String(id),
    shortId,
    kind,
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
    // Of a list: days without a crash are left out, or ten years of them would be sent for each row.
    days: count.days.map(({ day, crashes }) => ({ day, crashes })),
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

function reportRow({ reportId, incidentId, ...row }: ReportRef, deviceName: DeviceName) {
  const deviceLabel = deviceName(row.device);
  return {
    ...row,
    id: reportId,
    incidentId: incidentId === "" ? null : incidentId,
    ...(deviceLabel !== undefined && { deviceLabel }),
  };
}
