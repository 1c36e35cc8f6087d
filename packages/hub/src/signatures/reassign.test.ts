import { expect, onTestFinished, test } from "vitest";
import type { AnalyzedReport } from "../pipeline/jobs.ts";
import { type RawKey, rawKey, type SignatureId } from "../stores/events/event-row.ts";
import { openState } from "../stores/state/open-state.ts";
import type { StateDb } from "../stores/state/schema.ts";
import { assignSignature } from "./assign.ts";
import { type Reassigned, reassignSignature, type RedoneKey } from "./reassign.ts";
import { createSignaturesStore } from "./store.ts";

const NOW = "2026-11-24T12:00:00.000Z";
const APP = "app";

/** As if analysed: `name` is both key and title; without symbols it is provisional and waits for `uuid`. */
const analyzed = (name: string, uuid?: string): AnalyzedReport => ({
  signature: {
    key: name,
    family: "test",
    title: name,
    confidence: uuid === undefined ? "high" : "provisional",
    why: [name],
    version: 1,
  },
  kind: "crash",
  category: "test",
  appleTerm: "EXC_CRASH",
  exception: {},
  missing: uuid === undefined ? [] : [{ uuid, name: "App", arch: "arm64" }],
  images: [],
});

async function setUp() {
  const db = await openState(":memory:");
  onTestFinished(() => db.destroy());
  await db
    .insertInto("apps")
    .values({
      id: APP,
      bundle_id: "org.example.app",
      name: "App",
      short_name: "APP",
      last_signature_number: 0,
      sample: 0,
      created_at: NOW,
    })
    .execute();
  await db.insertInto("batches").values({ id: "batch", state: "done", created_at: NOW }).execute();
  let number = 0;
  /** A raw key with that many reports; its symbols are missing. */
  const add = async (name: string, reports: number): Promise<RedoneKey & { readonly from: SignatureId }> => {
    const key = rawKey(BigInt(++number));
    await db.transaction().execute(async (tx) => {
      const result = analyzed(name, "u1");
      await assignSignature(
        tx,
        { rawKey: key, appId: APP, reportId: `${number}-0`, analyzed: result, appVersion: "1", appBuild: "1" },
        NOW,
      );
    });
    for (let i = 0; i < reports; i++) await addReport(db, `${number}-${i}`, key);
    const from = await signatureOf(db, key);
    return { rawKey: key, analyzed: analyzed(name, "u1"), reports, came: ["u1"], from };
  };
  const redo = (from: SignatureId, keys: readonly (readonly [RedoneKey, string])[]): Promise<Reassigned> =>
    db.transaction().execute((tx) =>
      reassignSignature(
        tx,
        APP,
        from,
        keys.map(([key, name]) => ({ ...key, analyzed: analyzed(name) })),
        NOW,
      ),
    );
  const signatures = createSignaturesStore(db);
  return {
    db,
    add,
    redo,
    find: (id: SignatureId) => signatures.find(id),
    of: (key: RedoneKey) => signatureOf(db, key.rawKey),
  };
}

async function signatureOf(db: StateDb, key: RawKey): Promise<SignatureId> {
  const row = await db
    .selectFrom("raw_keys")
    .select("signature_id")
    .where("raw_key", "=", key)
    .executeTakeFirstOrThrow();
  return row.signature_id as SignatureId;
}

async function addReport(db: StateDb, id: string, key: RawKey): Promise<void> {
  await db
    .insertInto("inbox")
    .values({
      id,
      blob: id,
      size_bytes: 1,
      incident_id: null,
      received_at: NOW,
      reason: null,
      duplicate_of: null,
      sample: 0,
    })
    .execute();
  await db
    .insertInto("reports")
    .values({
      id,
      inbox_id: id,
      part: 0,
      app_id: APP,
      incident_id: null,
      raw_key: key,
      kind: "crash",
      format: "ips",
      crashed_at: NOW,
      received_at: NOW,
      batch_id: "batch",
      stored: 1,
    })
    .execute();
}

test("a signature that gets its name keeps its id", async () => {
  const { add, redo, find, of } = await setUp();
  const key = await add("raw", 3);
  expect(await redo(key.from, [[key, "named"]])).toEqual({ renamed: 1, merged: 0, added: 0 });
  expect(await of(key)).toBe(key.from);
  expect(await find(key.from)).toMatchObject({ title: "named", confidence: "high" });
});

test("one that turns out to be another becomes an alias of it, and its id leads there", async () => {
  const { add, redo, find, of } = await setUp();
  const known = await add("raw 1", 1);
  await redo(known.from, [[known, "named"]]);
  const key = await add("raw 2", 50);
  expect(await redo(key.from, [[key, "named"]])).toEqual({ renamed: 0, merged: 1, added: 0 });
  expect(await of(key)).toBe(known.from);
  expect((await find(key.from))?.id).toBe(known.from);
  // What comes with the old key, still without symbols, is counted there too.
  expect((await add("raw 2", 1)).from).toBe(known.from);
});

test("of one that falls apart the majority keeps the id", async () => {
  const { add, redo, find, of } = await setUp();
  const [few, many] = [await add("raw", 2), await add("raw", 5)];
  expect(few.from).toBe(many.from);
  expect(
    await redo(few.from, [
      [few, "small"],
      [many, "large"],
    ]),
  ).toEqual({ renamed: 1, merged: 0, added: 1 });
  expect(await of(many)).toBe(many.from);
  expect((await find(many.from))?.title).toBe("large");
  expect((await find(await of(few)))?.title).toBe("small");
});

test("where most of it is another's, the id leads there, whatever becomes of the rest", async () => {
  const { add, redo, find, of } = await setUp();
  const known = await add("raw 1", 1);
  await redo(known.from, [[known, "named"]]);
  const [few, many] = [await add("raw 2", 2), await add("raw 2", 5)];
  expect(
    await redo(few.from, [
      [few, "small"],
      [many, "named"],
    ]),
  ).toEqual({ renamed: 0, merged: 1, added: 1 });
  expect((await find(few.from))?.id).toBe(known.from);
  expect((await find(await of(few)))?.title).toBe("small");
});

test("a majority whose symbols are still missing keeps the id; when it is all gone, the id leads where most went", async () => {
  const { add, redo, find, of } = await setUp();
  const [first, rest, last] = [await add("raw", 2), await add("raw", 5), await add("raw", 1)];
  expect(await redo(first.from, [[first, "small"]])).toEqual({ renamed: 0, merged: 0, added: 1 });
  expect((await find(first.from))?.title).toBe("raw");
  const small = await of(first);
  const other = await add("raw other", 1);
  await redo(other.from, [[other, "large"]]);
  await redo(rest.from, [[rest, "large"]]);
  expect((await find(first.from))?.title).toBe("raw");
  expect(await redo(last.from, [[last, "small"]])).toEqual({ renamed: 0, merged: 1, added: 0 });
  expect((await find(first.from))?.id).toBe(other.from);
  expect(await of(last)).toBe(small);
});

test("what is held and does not help is not waited for again", async () => {
  const { db, add } = await setUp();
  const key = await add("raw", 1);
  const stillMissing: AnalyzedReport = {
    ...analyzed("raw", "u1"),
    missing: ["u1", "u2"].map((uuid) => ({ uuid, name: "App", arch: "arm64" })),
  };
  await db
    .transaction()
    .execute((tx) => reassignSignature(tx, APP, key.from, [{ ...key, analyzed: stillMissing }], NOW));
  expect(await db.selectFrom("raw_key_waits").select("uuid").execute()).toEqual([{ uuid: "u2" }]);
});

test("two that became each other's on different days do not lead in a circle", async () => {
  const { db, add, redo, find } = await setUp();
  const [a, b, c] = [await add("raw a", 1), await add("raw b", 1), await add("raw c", 1)];
  await redo(c.from, [[c, "elsewhere"]]);
  // Reports of the first went to the second once; since then the second is an alias of the first.
  await db.insertInto("signature_moves").values({ from_id: a.from, to_id: b.from, reports: 9 }).execute();
  await db.updateTable("signatures").set({ alias_of: a.from }).where("id", "=", b.from).execute();
  await redo(a.from, [[a, "elsewhere"]]);
  expect([(await find(a.from))?.id, (await find(b.from))?.id]).toEqual([c.from, c.from]);
});

/** As a hub of today groups: keys of a version after those that are stored. */
const grouped = (name: string): AnalyzedReport => {
  const report = analyzed(name);
  return { ...report, signature: { ...report.signature, version: 2 } };
};

test("of a signature that a new grouping takes apart the majority keeps the id", async () => {
  const { db, add, find, of } = await setUp();
  const [most, few] = [await add("old", 5), await add("old", 2)];
  const keys = [
    { ...most, analyzed: grouped("new most"), came: [] },
    { ...few, analyzed: grouped("new few"), came: [] },
  ];
  await db.transaction().execute((tx) => reassignSignature(tx, APP, most.from, keys, NOW));
  expect(await of(most)).toBe(most.from);
  expect(await of(few)).not.toBe(most.from);
  expect((await find(most.from))?.title).toBe("new most");
});

test("an old signature takes over the one that reports of today made meanwhile", async () => {
  const { db, add, find, of } = await setUp();
  const old = await add("old", 3);
  const young = await add("raw", 9);
  const redo = (key: RedoneKey & { readonly from: SignatureId }) =>
    db.transaction().execute((tx) => reassignSignature(tx, APP, key.from, [{ ...key, analyzed: grouped("new") }], NOW));
  await redo(young);
  await redo(old);
  expect([await of(old), await of(young)]).toEqual([old.from, old.from]);
  expect(await find(young.from)).toMatchObject({ id: old.from, title: "new" });
});
