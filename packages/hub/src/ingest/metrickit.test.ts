/** MetricKit's payloads through a whole hub: one event per diagnostic, nothing twice, and nothing but crashes among crashes. */
import { gzipSync } from "node:zlib";
import type { IngestStatus, Overview, ReportDetail, SignatureDetail, SignatureList } from "@windfall/api";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";

const WINDOW = "from=2025-01-01&to=2025-12-31";
const INSTALL = "2b8e6a52-7f0c-4c5e-9d7a-0a4f6f1f6b0e";
const OTHER_INSTALL = "7d1f0f0a-3f5a-4a55-8f0e-6a6d0c3f2b11";

let hub: TestHub;
let app: string;
let number = 0;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.remove());
/** Each test has an app of its own. */
beforeEach(nextApp);
function nextApp(): void {
  app = `org.windfall.fixtures.Harbor${++number}`;
}

const payload = async (name: string) =>
  (await fixtureText(`reports/format-metrickit-${name}/input.json`)).replaceAll("org.windfall.fixtures.Harbor", app);
const settled = async (id: string | undefined): Promise<IngestStatus> =>
  vi.waitFor(
    async () => {
      const status = await hub.json<IngestStatus>(`/api/v1/inbox/${id}`);
      if (status.state === "waiting") throw new Error("waits");
      return status;
    },
    { timeout: 8_000, interval: 50 },
  );
async function take(
  text: string,
  headers: Record<string, string> = {},
  path = "/ingest/metrickit",
): Promise<IngestStatus> {
  const { status, body } = await hub.send(path, text, headers);
  expect([200, 202], JSON.stringify(body)).toContain(status);
  return settled(body.id);
}
async function appId(): Promise<string> {
  const { apps } = await hub.json<{ apps: { id: string; bundleId: string }[] }>("/api/v1/apps");
  return apps.find(({ bundleId }) => bundleId === app)?.id ?? "";
}
const overview = async () => hub.json<Overview>(`/api/v1/apps/${await appId()}/overview?${WINDOW}`);
const signatures = async (kind?: string) =>
  hub.json<SignatureList>(
    `/api/v1/apps/${await appId()}/signatures?${WINDOW}${kind === undefined ? "" : `&kind=${kind}`}`,
  );

test("a crash, and of every other diagnostic an event of its own kind that no crash is counted with", async () => {
  await take(`[${await payload("crash")},${await payload("sampled")},${await payload("metrics")}]`);
  const { crashes, versions, days, kinds } = await overview();
  expect(crashes).toBe(1);
  expect(versions.map((version) => version.crashes)).toEqual([1]);
  expect(days.reduce((sum, day) => sum + day.crashes, 0)).toBe(1);
  expect(kinds.toSorted((a, b) => a.kind.localeCompare(b.kind))).toEqual([
    { kind: "cpu", reports: 1 },
    { kind: "disk-writes", reports: 1 },
    { kind: "hang", reports: 1 },
    { kind: "launch", reports: 1 },
    { kind: "metrics", reports: 1 },
  ]);
  const list = await signatures();
  expect(list).toMatchObject({ kind: "crash", crashes: 1, total: 1 });
  expect(list.signatures[0]?.category).toBe("null-pointer");
});

test("hangs, CPU and disk writes have lists of their own, and pages of their signatures", async () => {
  await take(await payload("sampled"));
  expect(await signatures()).toMatchObject({ crashes: 0, total: 0, signatures: [] });
  for (const [kind, family] of [
    ["hang", "hang"],
    ["cpu", "cpu-limit"],
    ["disk-writes", "disk-writes-limit"],
    ["launch", "slow-launch"],
  ] as const) {
    const list = await signatures(kind);
    expect(list).toMatchObject({ kind, crashes: 1, total: 1 });
    const [row] = list.signatures;
    expect(row).toMatchObject({ kind, family, share: 1, crashes: 1 });
    const detail = await hub.json<SignatureDetail>(`/api/v1/signatures/${row?.id}?${WINDOW}`);
    expect(detail.signature).toMatchObject({ kind, crashes: 1, share: 1 });
    expect(detail.reports).toHaveLength(1);
    const report = await hub.json<ReportDetail>(`/api/v1/reports/${detail.reports[0]?.id}`);
    expect(report.analysis.report.kind).toBe(kind);
    expect(report.analysis.report.threads[0]?.callTree?.length).toBeGreaterThan(2);
  }
  const refused = await hub.ask(`/api/v1/apps/${await appId()}/signatures?kind=nothing`);
  expect(refused.status).toBe(400);
});

test("what Xcode simulates is kept and counted with nothing", async () => {
  await take(await payload("simulated"));
  const { crashes, kinds } = await overview();
  expect([crashes, kinds]).toEqual([0, [{ kind: "other", reports: 2 }]]);
});

test("a payload that is sent again is known: the same bytes, keys in another order, beside new ones", async () => {
  const crash = await payload("crash");
  const first = await hub.send("/ingest/metrickit", crash);
  expect(first.status).toBe(202);
  await settled(first.body.id);
  expect((await hub.send("/ingest/metrickit", crash)).status).toBe(200);
  const { timeStampBegin, timeStampEnd, crashDiagnostics } = JSON.parse(crash) as Record<string, unknown>;
  await take(JSON.stringify({ crashDiagnostics, timeStampBegin, timeStampEnd }));
  await take(`[${JSON.stringify({ timeStampEnd, crashDiagnostics, timeStampBegin })},${await payload("metrics")}]`);
  await take(JSON.stringify(JSON.parse(await payload("metrics"))));
  expect(await overview()).toMatchObject({ crashes: 1, kinds: [{ kind: "metrics", reports: 1 }] });
});

test("the same through /ingest/reports and gzipped; a form and an ingest key in the URL do as well", async () => {
  await take(await payload("crash"), {}, "/ingest/reports");
  const { body, status } = await hub.send("/ingest/metrickit", gzipSync(await payload("metrics")), {
    "content-encoding": "gzip",
  });
  expect(status).toBe(202);
  await settled(body.id);
  const form = new FormData();
  form.append("payload", new Blob([await payload("sampled")]), "payload.json");
  const byKey = await hub.hub.fetch(
    new Request(`${hub.hub.url}/ingest/metrickit?key=${hub.ingestKey}`, { method: "POST", body: form }),
  );
  expect(byKey.status).toBe(202);
  await settled(((await byKey.json()) as { id: string }).id);
  const { crashes, kinds } = await overview();
  expect([crashes, kinds.length]).toEqual([1, 5]);
  expect(
    (await hub.ask("/ingest/metrickit", { method: "POST", body: "{}", headers: { authorization: "Bearer wfi_no" } }))
      .status,
  ).toBe(401);
});

test("what is no payload is refused with the reason", async () => {
  const { status, body } = await hub.send("/ingest/metrickit", '{"hello":1}');
  expect([status, body.error?.code]).toEqual([422, "not-a-report"]);
});

test("an array of more payloads than are taken is refused as a whole", async () => {
  const some = (count: number) => `[${Array(count).fill('{"cpuMetrics":{"cumulativeCPUTime":"1 sec"}}').join()}]`;
  const { status, body } = await hub.send("/ingest/metrickit", some(1001));
  expect([status, body.error?.message]).toEqual([422, "takes 1000 of 1001 reports: send fewer at once"]);
});

/** The `.ips` of the crash that the fixture's diagnostic tells of: the same pid, or none. */
async function ips(pid: number | undefined, incident: string): Promise<string> {
  const text = (await fixtureText("reports/sample-null-dereference/input.ips"))
    .replaceAll("org.windfall.fixtures.Harbor", app)
    .replaceAll(
      /"incident(_id)?" ?: ?"[^"]+"/g,
      (_, suffix: string | undefined) => `"incident${suffix ?? ""}":"${incident}"`,
    )
    .replace(/"captureTime" ?: ?"[^"]+"/, '"captureTime":"2025-03-02 09:14:59.1000 +0000"')
    .replace(/"timestamp" ?: ?"[^"]+"/, '"timestamp":"2025-03-02 09:15:01.00 +0000"');
  return pid === undefined ? text.replace(/"pid" ?: ?\d+,/, "") : text.replace(/"pid" ?: ?\d+/, `"pid":${pid}`);
}
/** What a better report takes the place of goes out of the events behind the answer. */
const crashesBecome = (crashes: number) =>
  vi.waitFor(async () => expect((await overview()).crashes).toBe(crashes), { timeout: 8_000, interval: 50 });
const id = (n: number) => `6C5D4E3F-2A1B-4089-97C6-${String(number * 1000 + n).padStart(12, "0")}`;

test("a crash told by its .ips and by MetricKit is one, whichever comes first, and the .ips is kept", async () => {
  await take(await ips(4312, id(1)), {}, "/ingest/reports");
  await take(await payload("crash"));
  expect((await overview()).crashes).toBe(1);
  nextApp();
  const diagnostic = await take(await payload("crash"));
  expect((await overview()).crashes).toBe(1);
  const report = await take(await ips(4312, id(2)), {}, "/ingest/reports");
  expect(report.state).toBe("done");
  await crashesBecome(1);
  const list = await signatures();
  const { reports } = await hub.json<SignatureDetail>(`/api/v1/signatures/${list.signatures[0]?.id}?${WINDOW}`);
  expect(reports.map(({ incidentId }) => incidentId)).toEqual([id(2)]);
  expect(diagnostic.state).toBe("done");
  // Sent again, the diagnostic still is that crash.
  await take(`[${await payload("crash")}]`);
  expect((await overview()).crashes).toBe(1);
});

test("another process, another install or another day is another crash", async () => {
  await take(await ips(99, id(1)), {}, "/ingest/reports");
  await take(await payload("crash"));
  expect((await overview()).crashes).toBe(2);
  nextApp();
  const withoutPid = (text: string) => text.replace(/,\s*"pid" : \d+/, "");
  await take(await ips(undefined, id(2)), { "x-windfall-install-id": INSTALL }, "/ingest/reports");
  await take(withoutPid(await payload("crash")), { "x-windfall-install-id": OTHER_INSTALL });
  expect((await overview()).crashes).toBe(2);
  await take(withoutPid(await payload("crash")), { "x-windfall-install-id": INSTALL });
  expect((await overview()).crashes).toBe(2);
  nextApp();
  await take(await ips(4312, id(3)), {}, "/ingest/reports");
  await take((await payload("crash")).replaceAll("2025-03-02 09:15:02", "2025-03-09 09:15:02"));
  expect((await overview()).crashes).toBe(2);
});

test("two crashes of one install in one way are two, each with its diagnostic", async () => {
  const headers = { "x-windfall-install-id": INSTALL };
  for (const pid of [4312, 4400]) {
    await take(await ips(pid, id(pid)), headers, "/ingest/reports");
    await take((await payload("crash")).replace('"pid" : 4312', `"pid" : ${pid}`), headers);
  }
  expect((await overview()).crashes).toBe(2);
});

test("both in one upload are one", async () => {
  const form = new FormData();
  form.append("a", new Blob([await payload("crash")]), "payload.json");
  form.append("b", new Blob([await ips(4312, id(1))]), "a.ips");
  const sent = await hub.hub.fetch(
    new Request(`${hub.hub.url}/ingest/reports?key=${hub.ingestKey}`, { method: "POST", body: form }),
  );
  const { reports = [] } = (await sent.json()) as { reports?: string[] };
  for (const report of reports) await settled(report);
  await crashesBecome(1);
});
