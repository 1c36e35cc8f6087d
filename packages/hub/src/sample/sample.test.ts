import type { App, SignatureList } from "@windfall/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";
import { movedTo } from "./load-sample.ts";

let t: TestHub;
beforeAll(async () => {
  t = await startTestHub();
});
afterAll(() => t.remove());

test("one click fills an empty hub with a named crash of today; a second click adds nothing", async () => {
  const load = () => t.json<{ appId: string; reportId: string }>("/api/v1/sample", { method: "POST" });
  const { appId, reportId } = await load();
  const apps = async () => (await t.json<{ apps: App[] }>("/api/v1/apps")).apps;
  expect(await apps()).toMatchObject([{ id: appId, name: "Harbor", crashes: 1, sample: true }]);
  const { signatures } = await t.json<SignatureList>(`/api/v1/apps/${appId}/signatures`);
  expect(signatures).toMatchObject([{ crashes: 1, confidence: "high" }]);

  expect(await load()).toEqual({ appId, reportId });
  expect(await apps()).toMatchObject([{ crashes: 1 }]);

  // A report of one's own from the same app ends its life as a sample.
  await t.send("/ingest/reports", await fixtureText("reports/sample-nsexception/input.ips"));
  await t.hub.settled();
  expect(await apps()).toMatchObject([{ id: appId, sample: false }]);
});

test("the sample's times move together", async () => {
  const text = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
  const at = Date.UTC(2026, 10, 24, 12);
  const moved = movedTo(text, at);
  const time = (name: string, of: string) => new RegExp(`"${name}"\\s*:\\s*"([^"]+)"`).exec(of)?.[1] ?? "";
  expect(time("captureTime", moved)).toBe("2026-11-24 12:00:00.0000 +0000");
  const parse = (value: string) =>
    Date.parse(
      value
        .replace(" ", "T")
        .replace(/(\.\d{3})\d* /, "$1")
        .replace(/(\d\d)$/, ":$1"),
    );
  const span = (of: string) => parse(time("captureTime", of)) - parse(time("procLaunch", of));
  expect(span(moved)).toBe(span(text));
  expect(moved.length).toBe(text.length);
});
