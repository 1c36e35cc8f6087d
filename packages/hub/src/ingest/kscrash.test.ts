/** What KSCrash's standard HTTP sink sends, a form with one part `reports`; and what strangers may put into such a form. */
import type { IngestStatus, ReportDetail, SignatureDetail } from "@windfall/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kscrashOf } from "../../../../fixtures/kscrash.ts";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";

let t: TestHub;
let swift: string;
let objc: string;
beforeAll(async () => {
  t = await startTestHub();
  swift = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
  objc = await fixtureText("reports/sample-nsexception/input.ips");
});
afterAll(() => t.remove());

const BOUNDARY = "KSHTTPMultipartPostBody-6F1A9C2E";

/** `id` in place of the app's own header: the sink knows a URL and nothing else. */
function sinkPost(body: string) {
  const form = [
    `--${BOUNDARY}`,
    'Content-Disposition: form-data; name="reports"; filename="reports.json"',
    "Content-Type: application/json",
    "",
    body,
    `--${BOUNDARY}--`,
    "",
  ].join("\r\n");
  return t.hub.fetch(
    new Request(`${t.hub.url}/ingest/reports?key=${t.ingestKey}`, {
      method: "POST",
      headers: { "content-type": `multipart/form-data; boundary=${BOUNDARY}`, "user-agent": "KSCrashReporter" },
      body: form,
    }),
  );
}

interface Answer {
  readonly id: string;
  readonly reports?: readonly string[];
  readonly duplicate?: boolean;
}
const answerOf = async (response: Response) => (await response.json()) as Answer;
const status = (id: string) => t.json<IngestStatus>(`/api/v1/inbox/${id}`);
const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

test("every report of the array gets an id, is grouped with Apple's, and is told apart by its install", async () => {
  const apple = await t.send("/ingest/reports", objc);
  const reports = [
    kscrashOf(swift, { id: id(1), install: "one-install-0001" }),
    kscrashOf(objc, { id: id(2), install: "one-install-0001" }),
    JSON.stringify(kscrashOf(objc, { id: id(3), install: "two-install-0002" })),
  ];
  const response = await sinkPost(JSON.stringify(reports));
  expect(response.status).toBe(202);
  const answer = await answerOf(response);
  expect(answer.reports).toHaveLength(3);
  await t.hub.settled();
  const [first, second, third] = await Promise.all((answer.reports ?? []).map(status));
  expect([first?.state, second?.state, third?.state]).toEqual(["done", "done", "done"]);
  expect(second?.signatureId).toBe((await status(apple.body.id ?? "")).signatureId);
  expect(third?.signatureId).toBe(second?.signatureId);
  expect(first?.signatureId).not.toBe(second?.signatureId);

  const window = "from=2020-01-01&to=2026-12-31";
  const detailOf = await t.json<SignatureDetail>(`/api/v1/signatures/${second?.signatureId}?${window}`);
  expect(detailOf).toMatchObject({ signature: { crashes: 3, affectedDevices: 3 } });

  const detail = await t.json<ReportDetail>(`/api/v1/reports/${answer.reports?.[1]}`);
  expect(detail.analysis.report).toMatchObject({
    format: "kscrash",
    app: { bundleId: "org.windfall.fixtures.Harbor" },
  });
  expect(detail.downloads).toEqual(["original", "crash", "scrubbed"]);
  const text = await t.ask(`/api/v1/reports/${answer.reports?.[1]}/download?format=crash`);
  expect(await text.text()).toMatch(/^Thread \d+ Crashed:$/m);
  const original = await t.ask(`/api/v1/reports/${answer.reports?.[1]}/download`);
  expect(await original.json()).toEqual(JSON.parse(JSON.stringify(reports[1])));
});

test("sent again, as KSCrash does when it got no answer, nothing counts twice", async () => {
  const body = JSON.stringify([kscrashOf(swift, { id: id(10) }), kscrashOf(swift, { id: id(11) })]);
  const first = await answerOf(await sinkPost(body));
  await t.hub.settled();
  const again = await sinkPost(body);
  expect(again.status).toBe(200);
  expect(await answerOf(again)).toEqual({ id: first.id, duplicate: true });
  const more = JSON.stringify([kscrashOf(swift, { id: id(11) }), kscrashOf(swift, { id: id(12) })]);
  const third = await answerOf(await sinkPost(more));
  expect(third.reports?.[0]).toBe(first.reports?.[1]);
});

test("an unreadable report of the array is set aside, and takes none of the others with it", async () => {
  const body = JSON.stringify([{ report: 1 }, kscrashOf(swift, { id: id(20) }), "no report", 7]);
  const response = await sinkPost(body);
  expect(response.status).toBe(202);
  const { reports = [] } = await answerOf(response);
  await t.hub.settled();
  const states = await Promise.all(reports.map(async (report) => (await status(report)).state));
  expect(states).toEqual(["set-aside", "done", "set-aside", "set-aside"]);
});

test("an array that is cut is kept whole: what stood complete in it is read", async () => {
  const whole = JSON.stringify([kscrashOf(swift, { id: id(30) }), kscrashOf(swift, { id: id(31) })]);
  const response = await sinkPost(whole.slice(0, -200));
  expect(response.status).toBe(202);
  await t.hub.settled();
  expect((await status((await answerOf(response)).id)).state).toBe("done");
});

describe("by hand", () => {
  test("one report alone, and an array as the raw body", async () => {
    expect((await t.send("/ingest/reports", JSON.stringify(kscrashOf(swift, { id: id(40) })))).status).toBe(202);
    const { status, body } = await t.send(
      "/ingest/reports",
      JSON.stringify([kscrashOf(swift, { id: id(41) }), kscrashOf(swift, { id: id(42) })]),
    );
    expect([status, body.reports?.length]).toEqual([202, 2]);
  });

  test("an array without a report in it is refused, outside KSCrash's form", async () => {
    const { status, body } = await t.send("/ingest/reports", '["a","b"]');
    expect([status, body.error?.code]).toEqual([422, "not-a-report"]);
  });
});

describe("hostile names and fields of a form", () => {
  const raw = (disposition: string, extra = "") =>
    t.hub.fetch(
      new Request(`${t.hub.url}/ingest/reports`, {
        method: "POST",
        headers: { authorization: `Bearer ${t.ingestKey}`, "content-type": "multipart/form-data; boundary=b" },
        body: `--b\r\nContent-Disposition: ${disposition}\r\n${extra}\r\n${JSON.stringify(kscrashOf(swift, { id: id(50) }))}\r\n--b--\r\n`,
      }),
    );
  const before = "form-data; name=";
  test.each([
    ["a path that climbs", `${before}"reports"; filename="../../../etc/passwd"`],
    ["an absolute path with NUL", `${before}"reports"; filename="/etc/shadow\0.json"`],
    ["quotes and semicolons", `${before}"a\\"; filename=\\"b"; filename="c;d=e"`],
    ["markup", `${before}"<img src=x onerror=alert(1)>"; filename="<script>"`],
    ["no name at all", "form-data"],
    ["ten thousand characters", `${before}"${"n".repeat(5_000)}"; filename="${"f".repeat(5_000)}"`],
    ["characters beyond ASCII", `${before}"\u202egpj.exe"; filename*=UTF-8''%00%0d%0a`],
  ])("%s is only a name: the report is taken by its content", async (_, disposition) => {
    const response = await raw(disposition);
    expect([200, 202]).toContain(response.status);
    const { id: report } = await answerOf(response);
    await t.hub.settled();
    const download = await t.ask(`/api/v1/reports/${report}/download`);
    expect(download.headers.get("content-disposition")).toBe(`attachment; filename="${report}.json"`);
  });

  test("a head longer than any real one is refused", async () => {
    const response = await raw(`${before}"reports"`, `X-Filler: ${"x".repeat(20_000)}\r\n`);
    expect(response.status).toBe(400);
  });

  test("no name of a form comes into the log", () => {
    expect(t.log.join("\n")).not.toMatch(/passwd|shadow|onerror|\u202e/);
  });
});
