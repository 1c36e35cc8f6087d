/** The reports of a found file, joined with what lay beside it: feedback with its crash and pictures, a crash with what Xcode calls it. */
import { FormatError } from "../bytes/errors.ts";
import { fileName, readTreeFile, type TreeFile } from "../bytes/tree-file.ts";
import { defined, type JsonObject, numberOf, objectOf, textOf } from "../formats/json-fields.ts";
import { readJson } from "../formats/json.ts";
import { MAX_REPORT_BYTES } from "../formats/limits.ts";
import { type ParsedReport, parseReports } from "../formats/parse.ts";
import { decodeText } from "../formats/text-input.ts";
import type { JsonValue } from "../report.ts";
import type { FoundReport } from "./find-reports.ts";

/** Of a sidecar of Xcode; real ones have some kilobytes. */
export const MAX_SIDECAR_BYTES: number = 4 * 1024 * 1024;

/**
 * Throws `FormatError` as `parseReports` does. `bytes` where the caller has read it already.
 *
 * @example
 * for await (const found of reportsInZip(source)) for (const { value } of await readFound(found)) console.log(value.kind);
 */
export async function readFound(found: FoundReport, bytes?: Uint8Array): Promise<readonly ParsedReport[]> {
  const reports = parseReports(bytes ?? (await found.read()));
  const bundleId = bundleOf(found.path);
  if (found.feedback !== undefined) {
    const { screenshots, crash } = found.feedback;
    const facts = crash && (await crashFacts(crash));
    return reports.map(({ value, ...rest }) => ({
      ...rest,
      value: {
        ...value,
        app: { ...defined({ bundleId: facts?.bundleId ?? bundleId, name: facts?.name }), ...value.app },
        ...(value.feedback && {
          feedback: {
            ...value.feedback,
            screenshots: screenshots.map(({ path }) => fileName(path)),
            ...defined({ crashIncidentId: facts?.incidentId }),
          },
        }),
      },
    }));
  }
  const organizer = found.point && (await pointFacts(found.point));
  if (organizer === undefined) return reports;
  return reports.map(({ value, ...rest }) => ({
    ...rest,
    value: { ...value, metadata: { ...value.metadata, organizer } },
  }));
}

/** Xcode keeps what it downloads under the app's bundle id. */
function bundleOf(path: string): string | undefined {
  return /(?:^|\/)([\w-]+(?:\.[\w-]+)+)\/(?:Crashes|Feedback)\/Points\//.exec(path)?.[1];
}

interface CrashFacts {
  readonly incidentId?: string;
  readonly bundleId?: string;
  readonly name?: string;
}

async function crashFacts(crash: TreeFile): Promise<CrashFacts | undefined> {
  try {
    const [first] = parseReports(await readTreeFile(crash, MAX_REPORT_BYTES));
    const { incidentId, app } = first?.value ?? {};
    return defined({ incidentId, bundleId: app?.bundleId, name: app?.name });
  } catch (error) {
    // A crash that cannot be read is told where it is read itself.
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/**
 * `PointInfo.json` and `DistributionInfo.json` as far as their keys are known from people who read them: the name Organizer shows,
 * its id, how many devices, when Xcode last asked. The rest is left: it may hold a tester's address.
 */
async function pointFacts({ info, distribution }: NonNullable<FoundReport["point"]>): Promise<JsonValue | undefined> {
  const point = await sidecar(info);
  const header = objectOf((await sidecar(distribution))?.["header"]);
  const facts = defined({
    name: textOf(point?.["analyticsPointName"]),
    id: textOf(point?.["analyticsPointIdentifier"]),
    devices: numberOf(point?.["uniqueDeviceCount"]) ?? numberOf(point?.["uniqueDeviceCountFilteredWithTimePeriod"]),
    refreshedAt: textOf(header?.["lastRefresh"]),
    period: textOf(header?.["timePeriod"]),
  });
  return Object.keys(facts).length === 0 ? undefined : facts;
}

async function sidecar(file: TreeFile | undefined): Promise<JsonObject | undefined> {
  if (file === undefined || file.size > MAX_SIDECAR_BYTES) return undefined;
  try {
    return objectOf(readJson(decodeText(await readTreeFile(file, MAX_SIDECAR_BYTES))).value);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}
