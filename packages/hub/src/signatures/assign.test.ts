/** What of a stranger's report is kept with its signature has an end. */
import { expect, onTestFinished, test } from "vitest";
import type { AnalyzedReport } from "../pipeline/jobs.ts";
import { rawKey } from "../stores/events/event-row.ts";
import { openState } from "../stores/state/open-state.ts";
import { assignSignature, MAX_SEEN_IMAGES, MAX_TITLE_LENGTH } from "./assign.ts";

const NOW = "2026-11-24T12:00:00.000Z";

function analyzed(titleLength: number, images: number): AnalyzedReport {
  return {
    signature: {
      key: `key ${titleLength}`,
      family: "test",
      title: "t".repeat(titleLength),
      confidence: "high",
      why: [],
      version: 1,
    },
    kind: "crash",
    category: "test",
    appleTerm: "EXC_CRASH",
    exception: {},
    missing: [],
    images: Array.from({ length: images }, (_, i) => ({
      uuid: i.toString(16).padStart(32, "0"),
      name: `Image${i}`,
      arch: "arm64",
      kind: "own" as const,
    })),
  };
}

test.each([
  ["at the limits", 0],
  ["one past them", 1],
])("letters of a title and images of a report, %s", async (_, past) => {
  const db = await openState(":memory:");
  onTestFinished(() => db.destroy());
  await db
    .insertInto("apps")
    .values({
      id: "app",
      bundle_id: "org.example.app",
      name: "App",
      short_name: "APP",
      last_signature_number: 0,
      sample: 0,
      created_at: NOW,
    })
    .execute();
  const report = analyzed(MAX_TITLE_LENGTH + past, MAX_SEEN_IMAGES + past);
  await db
    .transaction()
    .execute((tx) =>
      assignSignature(
        tx,
        { rawKey: rawKey(1n), appId: "app", reportId: "r", analyzed: report, appVersion: "1", appBuild: "1" },
        NOW,
      ),
    );
  const [signature] = await db.selectFrom("signatures").select("title").execute();
  expect(signature?.title).toBe("t".repeat(MAX_TITLE_LENGTH));
  expect(await db.selectFrom("images_seen").select("uuid").execute()).toHaveLength(MAX_SEEN_IMAGES);
});
