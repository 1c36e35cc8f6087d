/** All debug files that are held, as they are saved. */
import type { Client, SymbolsList } from "@windfall/api";
import type { CsvRow } from "../../ui/csv.ts";

/** What the hub gives at once. */
const STEP = 1_000;

export async function heldRows(client: Client): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for (;;) {
    const { held, heldTotal } = await client.call("symbols", { query: { limit: STEP, offset: rows.length } });
    rows.push(...held.map(rowOf));
    if (held.length === 0 || rows.length >= heldTotal) return rows;
  }
}

const rowOf = (slice: SymbolsList["held"][number]): CsvRow => ({
  image: slice.name,
  architecture: slice.arch,
  uuid: slice.uuid,
  debug_information: slice.hasDebugInfo ? "yes" : "no",
  bytes: slice.sizeBytes,
  uploaded: slice.uploadedAt,
});
