import type { Overview, ReportDetail } from "@windfall/api";
import { afterEach, beforeEach, expect, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";

let t: TestHub;
let whole: string;
let cut: string;
beforeEach(async () => {
  t = await startTestHub();
  const template = await fixtureText("reports/sample-null-dereference/input.ips");
  whole = variantOf(template, { number: 1, at: new Date(), device: 1 });
  // As a proxy cuts it: the crashed thread is gone.
  cut = whole.slice(0, whole.indexOf('"threads"') + 40);
});
afterEach(() => t.remove());

const send = async (text: string) => {
  const { status, body } = await t.send("/ingest/reports", text);
  expect(status).toBeLessThan(300);
  return { id: body.id ?? "", duplicate: body.duplicate === true };
};
const framesOf = async (id: string) => {
  const { analysis } = await t.json<ReportDetail>(`/api/v1/reports/${id}`);
  return analysis.report.threads[analysis.report.crashedThread ?? 0]?.frames.length ?? 0;
};
const crashes = async () => {
  const { apps } = await t.json<{ apps: { id: string }[] }>("/api/v1/apps");
  return (await t.json<Overview>(`/api/v1/apps/${apps[0]?.id ?? ""}/overview`)).crashes;
};

test("a whole copy takes the place of one that was cut, and the crash counts once", async () => {
  const first = await send(cut);
  await t.hub.settled();
  expect([await framesOf(first.id), await crashes()]).toEqual([0, 1]);
  const second = await send(whole);
  expect(second).toEqual({ id: first.id, duplicate: true });
  await t.hub.settled();
  expect(await crashes()).toBe(1);
  // The id that both senders were given leads to the whole report.
  expect(await framesOf(first.id)).toBeGreaterThan(10);
  expect((await send(whole)).duplicate).toBe(true);
});

test("also when both wait in one batch, and never the other way round", async () => {
  const [first, second] = await Promise.all([send(cut), send(`${whole}\n`)]);
  await t.hub.settled();
  const third = await send(`${cut} `);
  await t.hub.settled();
  expect(await crashes()).toBe(1);
  const frames = await Promise.all([first, second, third].map(({ id }) => framesOf(id)));
  expect(Math.min(...frames)).toBeGreaterThan(10);
});
