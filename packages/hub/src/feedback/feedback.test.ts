/** What testers write, through the hub's doors and back out. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { FeedbackRow } from "@windfall/api";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { zipOf } from "../../../core/test/zip-writer.ts";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";
import { MAX_FEEDBACK_BYTES, MAX_PICTURE_BYTES, MAX_PICTURES } from "./accept-feedback.ts";

let t: TestHub;
let feedback: string;
let crash: string;
beforeAll(async () => {
  t = await startTestHub();
  feedback = await fixtureText("reports/format-testflight-feedback/input.json");
  crash = await fixtureText("reports/format-app-store-connect/input.crash");
});
afterAll(() => t.remove());
/** Nothing of an upload stays behind, whatever became of it. */
afterEach(async () => expect(await readdir(join(t.folder, "blobs", "tmp"))).toEqual([]));

const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

let counter = 0;
/** Another person, another incident. */
const fresh = () => {
  const number = String(++counter).padStart(4, "0");
  return {
    json: feedback.replace("AHq7mVt2Rkz0XyQ4bLw9dFs", `AHq7mVt2Rkz0XyQ4bLw${number}`),
    log: crash.replace("7C2E9A10-4B3D", `7C2E9A10-${number}`),
    incident: `7C2E9A10-${number}-4E5F-8A90-1B2C3D4E5F60`,
  };
};

interface Answer {
  readonly id: string;
  readonly reports?: string[];
  readonly feedback?: string[];
  readonly skipped?: { path: string; reason: string }[];
  readonly duplicate?: boolean;
  readonly error?: { code: string; message: string };
}
async function send(path: string, body: BodyInit | Uint8Array): Promise<{ status: number; body: Answer }> {
  return (await t.send(path, body)) as { status: number; body: Answer };
}
const list = async (appId: string) =>
  t.json<{ total: number; feedback: FeedbackRow[] }>(`/api/v1/apps/${appId}/feedback?limit=500`);
const find = async (appId: string, id: string | undefined) =>
  (await list(appId)).feedback.find((row) => row.id === id) as FeedbackRow;
async function appOf(reportId: string | undefined): Promise<string> {
  await t.hub.settled();
  return (await t.json<{ appId: string }>(`/api/v1/inbox/${reportId}`)).appId;
}
const pictureOf = (row: FeedbackRow, number: number) =>
  t.ask(`/api/v1/apps/${row.appId ?? "unknown"}/feedback/${row.id}/pictures/${number}`);

describe("TestFlight's zip", () => {
  test.each(["/ingest/reports", "/ingest/feedback"])("at %s gives a crash and what was said of it", async (path) => {
    const { json, log, incident } = fresh();
    const zip = await zipOf([
      { path: "feedback.json", bytes: json },
      { path: "crashlog.crash", bytes: log, method: "deflate" },
      { path: "screenshot-1.png", bytes: PNG },
      { path: "screenshot-2.jpg", bytes: JPEG },
      { path: "screenshot-3.png", bytes: "no picture" },
    ]);
    const { status, body } = await send(path, zip);
    expect(status).toBe(202);
    expect(body.reports).toHaveLength(1);
    expect(body.feedback).toHaveLength(1);
    expect(body.skipped).toEqual([
      { path: "screenshot-3.png", reason: expect.stringContaining("no picture") as string },
    ]);
    const appId = await appOf(body.reports?.[0]);
    const row = await find(appId, body.feedback?.[0]);
    expect(row).toMatchObject({
      appId,
      reportId: body.reports?.[0],
      submittedAt: "2026-05-03T07:14:09.120Z",
      version: "2.1.0",
      build: "431",
      platform: "iOS",
      osVersion: "26.3.1",
      deviceModel: "iPhone18,2",
      feedback: {
        comment: "Tapped the ferry, then it was gone",
        email: "mara@example.invalid",
        crashIncidentId: incident,
      },
      pictures: [
        { number: 0, name: "screenshot-1.png", type: "image/png", sizeBytes: PNG.length },
        { number: 1, name: "screenshot-2.jpg", type: "image/jpeg", sizeBytes: JPEG.length },
      ],
    });
    const picture = await pictureOf(row, 1);
    expect(new Uint8Array(await picture.arrayBuffer())).toEqual(JPEG);
    expect(picture.headers.get("content-type")).toBe("application/octet-stream");
    expect((await pictureOf(row, 2)).status).toBe(404);
    // The same again is no second one.
    expect(await send(path, zip)).toMatchObject({ status: 200, body: { id: body.id, duplicate: true } });
  });

  test("of a picture without a crash belongs to no app, and counts as no crash", async () => {
    const { json } = fresh();
    const before = await t.json<{ apps: { crashes: number }[] }>("/api/v1/apps");
    const { status, body } = await send(
      "/ingest/feedback",
      await zipOf([
        { path: "feedback.json", bytes: json },
        { path: "a.png", bytes: PNG },
      ]),
    );
    expect([status, body.reports]).toEqual([202, []]);
    const row = await find("unknown", body.feedback?.[0]);
    expect(row).toMatchObject({ appId: null, reportId: null, feedback: { appAppleId: "1600004310" } });
    expect((await pictureOf(row, 0)).status).toBe(200);
    await t.hub.settled();
    expect(await t.json("/api/v1/apps")).toEqual(before);
  });

  test("finds the crash that was known before", async () => {
    const { json, log } = fresh();
    const first = await send("/ingest/reports", log);
    const appId = await appOf(first.body.id);
    const zip = await zipOf([
      { path: "feedback.json", bytes: json },
      { path: "crashlog.crash", bytes: `${log}\n` },
    ]);
    const { body } = await send("/ingest/feedback", zip);
    await t.hub.settled();
    expect((await find(appId, body.feedback?.[0])).reportId).toBe(first.body.id);
  });
});

test("feedback.json alone is taken as such at both doors, gzipped too", async () => {
  for (const path of ["/ingest/reports", "/ingest/feedback"]) {
    for (const body of [fresh().json, gzipSync(fresh().json)]) {
      const answer = await send(path, body);
      expect(answer).toMatchObject({ status: 202, body: { feedback: [answer.body.id], reports: [] } });
    }
  }
});

describe("a form", () => {
  const form = (fields: Record<string, string>, files: readonly File[] = []) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    for (const file of files) data.append("file", file);
    return data;
  };

  test("with a comment, pictures and a crash is one piece of feedback", async () => {
    const { log, incident } = fresh();
    const fields = {
      comment: "Gone again",
      email: "ana@example.invalid",
      version: "2.1.0",
      build: "432",
      os: "26.3",
      device: "iPad16,3",
    };
    const files = [new File([PNG], "one.png"), new File([log], "crashlog.crash")];
    const { status, body } = await send("/ingest/feedback", form(fields, files));
    expect(status).toBe(202);
    const row = await find(await appOf(body.reports?.[0]), body.feedback?.[0]);
    expect(row).toMatchObject({
      build: "432",
      platform: "iPadOS",
      reportId: body.reports?.[0],
      feedback: { comment: "Gone again", crashIncidentId: incident, screenshots: ["one.png"] },
    });
  });

  test("names its app and the crash it is about, which may come later", async () => {
    const { log, incident } = fresh();
    const { body } = await send(
      "/ingest/feedback",
      form({ comment: "Slow", app: "org.windfall.fixtures.Lantern", incident: incident.toLowerCase() }),
    );
    const late = await send("/ingest/reports", log);
    const appId = await appOf(late.body.id);
    expect((await find(appId, body.feedback?.[0])).reportId).toBe(late.body.id);
  });

  test("says the same twice: two people, unless it gives an id", async () => {
    const once = await send("/ingest/feedback", form({ comment: "Nice" }));
    const twice = await send("/ingest/feedback", form({ comment: "Nice" }));
    expect(twice.body.id).not.toBe(once.body.id);
    const first = await send("/ingest/feedback", form({ comment: "Nice", id: "tap-1" }));
    expect(await send("/ingest/feedback", form({ comment: "Nice", id: "tap-1" }))).toMatchObject({
      status: 200,
      body: { id: first.body.id, duplicate: true },
    });
  });

  test("with feedback.json as a file is that feedback, of the app that the sender tells", async () => {
    const { json, log } = fresh();
    const files = [new File([json], "feedback.json"), new File([PNG], "a.png"), new File([log], "crashlog.crash")];
    const { body } = await send("/ingest/feedback", form({}, files));
    const row = await find(await appOf(body.reports?.[0]), body.feedback?.[0]);
    expect(row).toMatchObject({ reportId: body.reports?.[0], pictures: [{ name: "a.png" }] });
    const point = await fixtureText("reports/format-organizer-feedback/input.json");
    const told = await send(
      "/ingest/feedback",
      form({ app: "org.example.harbor" }, [new File([point], "PointInfo.json")]),
    );
    const { apps } = await t.json<{ apps: { id: string; bundleId: string }[] }>("/api/v1/apps");
    const harbor = apps.find(({ bundleId }) => bundleId === "org.example.harbor")?.id ?? "";
    expect((await find(harbor, told.body.id)).feedback.personName).toBe("Mara Lind");
  });

  test("with TestFlight's zip in it", async () => {
    const { json, log } = fresh();
    const zip = await zipOf([
      { path: "feedback.json", bytes: json },
      { path: "crashlog.crash", bytes: log },
    ]);
    const { status, body } = await send("/ingest/feedback", form({}, [new File([zip as BlobPart], "feedback.zip")]));
    expect([status, body.reports?.length, body.feedback?.length]).toEqual([202, 1, 1]);
  });

  test.each<[string, () => FormData, string]>([
    ["of nothing", () => form({ version: "1" }), "bad-request"],
    ["of a crash alone", () => form({}, [new File([fresh().log], "a.crash")]), "bad-request"],
    ["with a file that is neither", () => form({ comment: "x" }, [new File(["Dear team"], "a.txt")]), "not-a-report"],
    ["with a comment beyond the limit", () => form({ comment: "x".repeat(MAX_FEEDBACK_BYTES) }), "body-too-large"],
    [
      "with a picture beyond the limit",
      () => form({ comment: "x" }, [new File([PNG, new Uint8Array(2 * MAX_PICTURE_BYTES)], "a.png")]),
      "body-too-large",
    ],
  ])("%s is refused, and nothing is kept", async (_, make, code) => {
    const total = async () => (await list("unknown")).total;
    const before = await total();
    expect((await send("/ingest/feedback", make())).body.error?.code).toBe(code);
    expect(await total()).toBe(before);
  });

  test("pictures beyond the limit are left out and named", async () => {
    const files = Array.from({ length: MAX_PICTURES + 1 }, (_, i) => new File([PNG], `${i}.png`));
    const { body } = await send("/ingest/feedback", form({ comment: "many" }, files));
    expect((await find("unknown", body.feedback?.[0])).pictures).toHaveLength(MAX_PICTURES);
    expect(body.skipped).toMatchObject([{ path: `${MAX_PICTURES}.png` }]);
  });
});

test.each<[string, () => Promise<Uint8Array | string> | string, string]>([
  ["a crash", () => fresh().log, "not-a-report"],
  ["a zip of crashes", () => zipOf([{ path: "a.crash", bytes: fresh().log }]), "not-a-report"],
  ["nothing", () => "", "empty-body"],
])("%s is no feedback", async (_, make, code) => {
  expect((await send("/ingest/feedback", await make())).body.error?.code).toBe(code);
});

test("feedback survives a restart, and goes with the app it is of", async () => {
  const { json, log } = fresh();
  const zip = await zipOf([
    { path: "feedback.json", bytes: json },
    { path: "crashlog.crash", bytes: log },
    { path: "a.png", bytes: PNG },
  ]);
  const { body } = await send("/ingest/feedback", zip);
  const appId = await appOf(body.reports?.[0]);
  const before = await list(appId);
  await t.stop();
  t = await startTestHub({ dataFolder: t.folder });
  expect(await list(appId)).toEqual(before);
  expect((await pictureOf(before.feedback.find(({ id }) => id === body.feedback?.[0]) as FeedbackRow, 0)).status).toBe(
    200,
  );
  const elsewhere = await t.ask(`/api/v1/apps/none/feedback`);
  expect([elsewhere.status, ((await elsewhere.json()) as Answer).error?.code]).toEqual([404, "app-not-found"]);
  expect((await t.ask(`/api/v1/apps/unknown/feedback/${body.feedback?.[0]}/pictures/0`)).status).toBe(404);
});
