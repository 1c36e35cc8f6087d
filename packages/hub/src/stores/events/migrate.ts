/** Brings the tables up to date, in order, each version noted once it is done. */
import { type EventEngine, EventEngineError } from "./event-engine.ts";
import { MIGRATIONS, migrationTable, type Topology } from "./schema.ts";

export async function migrate(engine: EventEngine, topology: Topology): Promise<void> {
  for (const statement of migrationTable(topology)) await engine.command(statement);
  const [row] = await engine.query<{ version: number }>("SELECT max(version) AS version FROM windfall.migrations");
  const reached = row?.version ?? 0;
  const latest = MIGRATIONS.at(-1)?.version ?? 0;
  if (reached > latest) {
    throw new EventEngineError(
      "engine-failed",
      `the events were written by a newer Windfall (schema ${reached}, this one knows ${latest}); start that version`,
    );
  }
  for (const migration of MIGRATIONS.filter(({ version }) => version > reached)) {
    for (const statement of migration.statements(topology)) await engine.command(statement);
    await engine.insert("windfall.migrations", [{ version: migration.version, title: migration.title }]);
  }
}
