/** All signatures of the days and filters as they are saved, not only those of one page. */
import type { Client, Filters, SignatureRow } from "@windfall/api";
import type { CsvRow } from "../../ui/csv.ts";

/** What the hub gives at once, and how far it counts. */
const STEP = 500;
const MOST = 20_000;

export async function signatureRows(
  client: Client,
  appId: string,
  filters: Filters,
  kind: SignatureRow["kind"] = "crash",
): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for (let offset = 0; offset < MOST; offset += STEP) {
    const query = { ...filters, kind, limit: STEP, offset };
    const { signatures, total } = await client.call("signatures", { params: { appId }, query });
    rows.push(...signatures.map(rowOf));
    if (signatures.length < STEP || rows.length >= total) break;
  }
  return rows;
}

const rowOf = (row: SignatureRow): CsvRow => ({
  signature: row.shortId,
  title: row.title,
  apple_term: row.appleTerm,
  kind: row.kind,
  class: row.category,
  confidence: row.confidence,
  state: row.state,
  crashes: row.crashes,
  devices: row.affectedDevices,
  share: row.share,
  first_seen: row.firstSeen,
  first_version: row.firstBuild.version,
  first_build: row.firstBuild.build,
  last_seen: row.lastSeen,
  last_version: row.lastBuild.version,
  last_build: row.lastBuild.build,
});
