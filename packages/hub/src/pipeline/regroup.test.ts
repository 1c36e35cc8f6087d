/** A hub that was upgraded to another grouping: what an older one stored gets the keys of today and keeps its ids. */
import { join } from "node:path";
import { SIGNATURE_VERSION } from "@windfall/core";
import type { IngestStatus, SignatureDetail } from "@windfall/api";
import { afterAll, expect, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";
import { openState, STATE_FILE } from "../stores/state/open-state.ts";

let t: TestHub | undefined;
afterAll(() => t?.remove());

test("keeps the ids of signatures and groups new reports with them", { timeout: 60_000 }, async () => {
  t = await startTestHub();
  const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
  const send = async (hub: TestHub, number: number) => {
    const { body } = await hub.send("/ingest/reports", variantOf(template, { number, at: new Date(), device: number }));
    await hub.hub.settled();
    const { signatureId } = await hub.json<IngestStatus>(`/api/v1/inbox/${body.id ?? ""}`);
    return signatureId ?? 0;
  };
  const before = await send(t, 1);
  const { folder } = t;
  await t.stop();

  const state = await openState(join(folder, STATE_FILE));
  await state
    .updateTable("signatures")
    .set({ key: "of old", key_version: SIGNATURE_VERSION - 1, title: "Of old" })
    .execute();
  await state.destroy();

  t = await startTestHub({ dataFolder: folder });
  await t.hub.settled();
  const { signature } = await t.json<SignatureDetail>(`/api/v1/signatures/${before}`);
  expect(signature.title).not.toBe("Of old");
  expect(signature.crashes).toBe(1);
  // A hub of one version does it once.
  expect(t.log.filter((line) => line.includes("grouped by the new algorithm"))).toHaveLength(1);
  expect(await send(t, 2)).toBe(before);
});
