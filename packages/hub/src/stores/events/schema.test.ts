import { expect, test } from "vitest";
import { temporaryEngine, temporaryFolder } from "../../../test/events.ts";
import { createEmbeddedEngine } from "./embedded/embedded-engine.ts";
import { migrate } from "./migrate.ts";
import { openEventEngine } from "./open-events.ts";
import { MIGRATIONS, migrationTable, type Topology } from "./schema.ts";

const CLUSTER: Topology = { cluster: "it's one", source: { user: "o'hara", password: "p\\a'ss" } };

test("the cluster form is SQL that the engine's parser accepts, with every hole filled", async () => {
  const engine = createEmbeddedEngine(temporaryFolder());
  try {
    const statements = [...migrationTable(CLUSTER), ...MIGRATIONS.flatMap(({ statements }) => statements(CLUSTER))];
    for (const statement of statements) {
      // Prints the statement as the parser understood it.
      const [row] = await engine.query<{ parsed: string }>("SELECT formatQuery({statement:String}) AS parsed", {
        statement,
      });
      expect(row?.parsed).toContain("ON CLUSTER `it's one`");
      expect(await engine.query(`EXPLAIN AST ${statement}`)).not.toEqual([]);
    }
    const all = statements.join("\n");
    expect(all).toContain("ReplicatedMergeTree('/clickhouse/tables/{shard}/windfall/events_local', '{replica}')");
    expect(all).toContain("ENGINE = Distributed('it\\'s one', windfall, events_local,");
    expect(all).toContain("USER 'o\\'hara' PASSWORD 'p\\\\a\\'ss'");
    await expect(engine.query("EXPLAIN AST CREATE TABLE windfall.events ON CLUSTER (a UInt8")).rejects.toThrow(
      /Syntax/,
    );
  } finally {
    await engine.close();
  }
});

test("migrations run once, and every statement can be repeated after a kill", async () => {
  const engine = await temporaryEngine();
  await migrate(engine, {});
  for (const statement of MIGRATIONS.flatMap(({ statements }) => statements({}))) await engine.command(statement);
  expect(await engine.query("SELECT version, title FROM windfall.migrations ORDER BY version")).toEqual(
    MIGRATIONS.map(({ version, title }) => ({ version, title })),
  );
});

test("a folder of a newer version is refused, not damaged", async () => {
  const folder = temporaryFolder();
  const newer = await temporaryEngine(folder);
  await newer.insert("windfall.migrations", [{ version: 1_000_000, title: "of the future" }]);
  await newer.close();
  const engine = openEventEngine({ folder });
  try {
    await expect(engine.query("SELECT 1")).rejects.toThrow(/newer Windfall \(schema 1000000/);
  } finally {
    await engine.close();
  }
});
