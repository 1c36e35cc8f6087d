/** Signatures of an older version keep their ids: what arrives for them is found under the key of its kind. */
import { afterAll, expect, test } from "vitest";
import { makeFolder, removeFolder } from "../../../../test/events.ts";
import { openState, STATE_FILE } from "../open-state.ts";

const NOW = "2026-11-24T12:00:00.000Z";
const folder = makeFolder();
afterAll(() => removeFolder(folder));

test("the key of a crash stays, that of another kind names it", async () => {
  const path = `${folder}/${STATE_FILE}`;
  const old = await openState(path, "015-symbol-contents");
  await old
    .insertInto("apps")
    .values({
      id: "harbor",
      bundle_id: "com.example.Harbor",
      name: "Harbor",
      short_name: "HARBOR",
      last_signature_number: 2,
      sample: 0,
      created_at: NOW,
    })
    .execute();
  for (const [number, kind] of ["crash", "hang"].entries()) {
    await old
      .insertInto("signatures")
      .values({
        app_id: "harbor",
        number,
        kind,
        key: `key-${kind}`,
        key_version: 1,
        family: "",
        category: "",
        title: "",
        apple_term: "",
        confidence: "high",
        why: "[]",
        exception: "{}",
        state: "new",
        created_at: NOW,
        alias_of: null,
      })
      .execute();
  }
  await old.destroy();
  const db = await openState(path);
  const rows = await db.selectFrom("signatures").select(["kind", "key"]).orderBy("number").execute();
  await db.destroy();
  expect(rows).toEqual([
    { kind: "crash", key: "key-crash" },
    { kind: "hang", key: "hang:key-hang" },
  ]);
});
