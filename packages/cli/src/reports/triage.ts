/** Many reports as one table: signatures, most reports first, with what tells where to look. */
import type { Analysis, ReportKind, Signature } from "@windfall/core";
import { inColumns } from "../output/table.ts";

export interface TriageRow {
  readonly signature: Signature;
  readonly kind: ReportKind;
  readonly app: { readonly name?: string; readonly bundleId?: string };
  readonly reports: number;
  /** Versions with their build, latest report first. */
  readonly versions: readonly string[];
  readonly firstAt?: string;
  readonly lastAt?: string;
  /** Where its reports lie. */
  readonly paths: readonly string[];
}

export interface Triage {
  /** Nothing for a report that was counted before, from another place. */
  add(analysis: Analysis, path: string): void;
  /** Most reports first, crashes before the rest of equals. */
  rows(): readonly TriageRow[];
  readonly reports: number;
}

interface Group extends TriageRow {
  reports: number;
  lastAt?: string;
  firstAt?: string;
  readonly versions: string[];
  readonly paths: string[];
}

/**
 * Paths told of one signature; a thousand of them help nobody.
 */
export const MAX_PATHS = 100;

export function createTriage(): Triage {
  const groups = new Map<string, Group>();
  const seen = new Set<string>();
  let reports = 0;
  return {
    get reports() {
      return reports;
    },
    add({ report, signature }, path) {
      const { incidentId, app, kind, process, crashedAt } = report;
      if (incidentId !== undefined && !/^[0-]+$/.test(incidentId)) {
        if (seen.has(incidentId)) return;
        seen.add(incidentId);
      }
      reports++;
      const name = app.name ?? process.name;
      const id = JSON.stringify([app.bundleId ?? name, kind, signature.key]);
      const group: Group = groups.get(id) ?? {
        signature,
        kind,
        app: { ...(name !== undefined && { name }), ...(app.bundleId !== undefined && { bundleId: app.bundleId }) },
        reports: 0,
        versions: [],
        paths: [],
      };
      groups.set(id, group);
      group.reports++;
      if (group.paths.length < MAX_PATHS) group.paths.push(path);
      const version = [app.version, app.build && `(${app.build})`].filter((part) => part !== undefined).join(" ");
      const isLatest = crashedAt !== undefined && (group.lastAt === undefined || crashedAt > group.lastAt);
      if (version !== "" && !group.versions.includes(version)) {
        if (isLatest) group.versions.unshift(version);
        else group.versions.push(version);
      }
      if (crashedAt === undefined) return;
      if (isLatest) group.lastAt = crashedAt;
      if (group.firstAt === undefined || crashedAt < group.firstAt) group.firstAt = crashedAt;
    },
    rows: () => [...groups.values()].sort(byWeight),
  };
}

function byWeight(a: TriageRow, b: TriageRow): number {
  const crashes = Number(b.kind === "crash") - Number(a.kind === "crash");
  return b.reports - a.reports || crashes || (b.lastAt ?? "").localeCompare(a.lastAt ?? "") || compare(a, b);
}

const compare = (a: TriageRow, b: TriageRow): number => (a.signature.key < b.signature.key ? -1 : 1);

/** Versions named in a row. */
const SHOWN_VERSIONS = 3;

export function triageTable(rows: readonly TriageRow[]): string {
  return inColumns([
    ["reports", "kind", "app", "last seen", "versions", "signature"],
    ...rows.map(({ reports, kind, app, lastAt, versions, signature }) => [
      String(reports).padStart("reports".length),
      kind,
      app.name ?? app.bundleId ?? "",
      lastAt?.slice(0, 10) ?? "",
      [
        ...versions.slice(0, SHOWN_VERSIONS),
        ...(versions.length > SHOWN_VERSIONS ? [`+${versions.length - SHOWN_VERSIONS}`] : []),
      ].join(", "),
      signature.title,
    ]),
  ]);
}
