import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { gzipBomb, HOSTILE_ZIPS, lyingZipBomb, zipBomb } from "../../../../fixtures/hostile/archives.ts";
import { MIB, noise } from "../../../../fixtures/hostile/noise.ts";
import { HOSTILE_REPORTS, truncations } from "../../../../fixtures/hostile/reports.ts";
import { withStrangeUuid } from "../../../../fixtures/hostile/symbols.ts";
import { zipOf } from "../../../core/test/zip-writer.ts";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureBytes, fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";

let t: TestHub;
let template: string;
beforeAll(async () => {
  t = await startTestHub();
  template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
});
afterAll(() => t.remove());

let counter = 0;
const fresh = () => variantOf(template, { number: ++counter, at: new Date(), device: counter });
const post = (body: BodyInit | Uint8Array, headers?: Record<string, string>) =>
  t.send("/ingest/reports", body, headers);

/** Nothing of an upload stays behind, whatever became of it. */
const leftovers = () => readdir(join(t.folder, "blobs", "tmp"));
const blobCount = async () =>
  (await readdir(join(t.folder, "blobs"), { recursive: true, withFileTypes: true })).filter((e) => e.isFile()).length;
afterEach(async () => expect(await leftovers()).toEqual([]));

describe("a report is taken in", () => {
  test("as raw bytes, with the key in the URL too", async () => {
    const { status, body } = await post(fresh());
    expect(status).toBe(202);
    expect(body.reports).toEqual([body.id]);
    const byUrl = await t.hub.fetch(
      new Request(`${t.hub.url}/ingest/reports?key=${t.ingestKey}`, { method: "POST", body: fresh() }),
    );
    expect(byUrl.status).toBe(202);
  });

  test("in chunks of any size", async () => {
    const bytes = new TextEncoder().encode(fresh());
    for (const size of [1, 7, 4096]) {
      const stream = new ReadableStream({
        start(controller) {
          for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size));
          controller.close();
        },
      });
      const response = await t.ask("/ingest/reports", { method: "POST", body: stream, duplex: "half" } as RequestInit);
      expect(response.status).toBe(size === 1 ? 202 : 200);
    }
  });

  test("gzipped, with the header or without it; the same bytes are the same report", async () => {
    const text = fresh();
    const first = await post(gzipSync(text), { "content-encoding": "gzip" });
    expect(first.status).toBe(202);
    expect(await post(gzipSync(text))).toEqual({ status: 200, body: { id: first.body.id, duplicate: true } });
    expect(await post(text)).toEqual({ status: 200, body: { id: first.body.id, duplicate: true } });
  });

  test("by its incident id once, however it is written", async () => {
    const text = fresh();
    const first = await post(text);
    expect(await post(`${text}\n\n`)).toEqual({ status: 200, body: { id: first.body.id, duplicate: true } });
  });

  test("a form is taken as a whole or not at all, in either order", async () => {
    const [one, two] = [fresh(), fresh()];
    const bad = new File(["Dear team, it crashed."], "b.txt");
    for (const files of [
      [new File([one], "a.ips"), bad],
      [bad, new File([two], "a.ips")],
    ]) {
      const before = await blobCount();
      const form = new FormData();
      for (const file of files) form.append("file", file);
      expect(await post(form)).toMatchObject({ status: 422, body: { error: { code: "not-a-report" } } });
      expect(await blobCount()).toBe(before);
    }
    expect((await post(one)).status).toBe(202);
    expect((await post(two)).status).toBe(202);
  });

  test("a field that is no file is passed over", async () => {
    const form = new FormData();
    form.append("installId", "abc");
    form.append("file", new File([fresh()], "a.ips"));
    form.append("note", "from the lab");
    expect(await post(form)).toMatchObject({ status: 202, body: { reports: [expect.any(String)] } });
  });

  test("several in one form, each with an id", async () => {
    const form = new FormData();
    const again = fresh();
    await post(again);
    for (const text of [fresh(), fresh(), again]) form.append("file", new Blob([text]), "a.ips");
    form.append("file", new Blob([gzipSync(fresh())]), "../../etc/passwd");
    const { status, body } = await post(form);
    expect(status).toBe(202);
    expect(new Set(body.reports).size).toBe(4);
  });

  test("of many senders at once, every one with its own id", async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => post(fresh())));
    expect(answers.map(({ status }) => status)).toEqual(Array(200).fill(202));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(200);
  });

  test("of the same bytes sent at the same moment, once", async () => {
    const text = fresh();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(text)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  test("when it is cut anywhere behind its head", async () => {
    const pieces = truncations(new TextEncoder().encode(fresh())).filter(({ length }) => length > 2_000);
    for (const piece of pieces) expect((await post(piece)).status).toBeLessThan(300);
  });
});

describe("what is no report is refused, and nothing is kept", () => {
  const letter = "Dear team,\n\nthe app crashed again this morning.\n";
  test.each<[string, () => BodyInit | Uint8Array, number, string]>([
    ["nothing", () => "", 400, "empty-body"],
    ["gzipped nothing", () => gzipSync(""), 400, "empty-body"],
    ["a text with one line like a report's", () => "Process: x\n", 422, "not-a-report"],
    ["an empty form", () => new FormData(), 400, "empty-body"],
    ["a letter", () => letter, 422, "not-a-report"],
    ["JSON of something else", () => '{"hello":"world"}', 422, "not-a-report"],
    ["JSON 100,000 deep", () => "[".repeat(100_000), 422, "not-a-report"],
    ["64 MiB of noise", () => noise(64 * MIB), 422, "not-a-report"],
    ["one byte more than 64 MiB", () => noise(64 * MIB + 1), 413, "body-too-large"],
    ["a gzip bomb of 1 GiB", () => gzipBomb(), 413, "body-too-large"],
    ["gzip that is cut", () => gzipSync(template).subarray(0, 500), 422, "unreadable"],
    ["gzip in gzip", () => gzipSync(gzipSync(template)), 422, "not-a-report"],
  ])("%s", async (_, bytes, status, code) => {
    const before = await blobCount();
    const answer = await post(bytes());
    expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
    expect(answer.body.error?.message).not.toBe("");
    expect(await blobCount()).toBe(before);
  });

  test("every hostile report gets an answer of the contract", async () => {
    for (const { name, bytes, outcome } of HOSTILE_REPORTS) {
      const { status, body } = await post(bytes());
      const expected = outcome === "refused" ? [400, 422] : [200, 202, 400, 422];
      expect(expected, `${name}: ${JSON.stringify(body)}`).toContain(status);
    }
  });

  test("a form without an end", async () => {
    const body = `--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n${fresh()}`;
    const answer = await post(body, { "content-type": "multipart/form-data; boundary=b" });
    expect(answer.body.error?.code).toBe("bad-request");
  });
});

function inForm(name: string, bytes: Uint8Array): FormData {
  const form = new FormData();
  form.append("symbols", new Blob([new Uint8Array(bytes)]), name);
  return form;
}

function tarHead(): Uint8Array {
  const head = Buffer.alloc(1_024);
  head.write("Teebude.dSYM/", 0, "latin1");
  head.write("ustar", 257, "latin1");
  return head;
}

describe("debug files", () => {
  const dsym = "dsyms/swift-teebude-ios-arm64-O-d4/Teebude.dSYM/Contents/Resources/DWARF/Teebude";
  const upload = async (bytes: Uint8Array) => {
    const response = await t.ask("/ingest/symbols", { method: "POST", body: bytes as BodyInit });
    return {
      status: response.status,
      body: (await response.json()) as { slices?: object[]; error?: { code: string } },
    };
  };

  test("a dSYM's file is known by its UUID; the same again is a duplicate", async () => {
    const bytes = await fixtureBytes(dsym);
    const slice = {
      uuid: "4c4c44d7-5555-3144-a17f-702897e64204",
      arch: "arm64",
      sizeBytes: bytes.length,
      hasDebugInfo: true,
    };
    expect(await upload(bytes)).toMatchObject({
      status: 200,
      body: { slices: [{ ...slice, duplicate: false }], skipped: [] },
    });
    expect(await upload(bytes)).toMatchObject({ status: 200, body: { slices: [{ ...slice, duplicate: true }] } });
  });

  test("every slice of a universal file counts", async () => {
    const bytes = await fixtureBytes("dsyms/harbor-macos-universal/Harbor.dSYM/Contents/Resources/DWARF/Harbor");
    expect(await upload(bytes)).toMatchObject({
      status: 200,
      body: { slices: [{ arch: "x86_64" }, { arch: "arm64" }] },
    });
  });

  test.each<[string, (bytes: Uint8Array) => { query?: string; body: BodyInit; headers?: Record<string, string> }]>([
    ["by its address", (bytes) => ({ query: "?name=Teehaus", body: bytes as BodyInit })],
    [
      "by its disposition",
      (bytes) => ({ body: bytes as BodyInit, headers: { "content-disposition": "filename=Teehaus" } }),
    ],
    ["gzipped", (bytes) => ({ query: "?name=Teehaus.gz", body: gzipSync(bytes) as BodyInit })],
    [
      "gzipped on the way",
      (bytes) => ({
        query: "?name=a/b/Teehaus",
        body: gzipSync(bytes) as BodyInit,
        headers: { "content-encoding": "gzip" },
      }),
    ],
    ["gzipped in a form", (bytes) => ({ body: inForm("Teehaus.gz", gzipSync(bytes)) })],
  ])("bare bytes have a name: %s", async (_, upload) => {
    const { query = "", ...init } = upload(withStrangeUuid(await fixtureBytes(dsym)));
    const response = await t.ask(`/ingest/symbols${query}`, { method: "POST", ...init });
    expect(await response.json()).toMatchObject({ slices: [{ name: "Teehaus", hasDebugInfo: true }], skipped: [] });
  });

  test("a gzipped zip is looked into", async () => {
    const path = "Teebude.dSYM/Contents/Resources/DWARF/Teebude";
    const zip = await zipOf([{ path, bytes: await fixtureBytes(dsym) }]);
    expect(await upload(gzipSync(zip))).toMatchObject({ status: 200, body: { slices: [{ name: "Teebude" }] } });
  });

  test("one whose UUID fits no report is kept for the day it does", async () => {
    const { status, body } = await upload(withStrangeUuid(await fixtureBytes(dsym)));
    expect([status, body.slices?.length]).toEqual([200, 1]);
  });

  test.each<[string, () => Uint8Array | Promise<Uint8Array>, number, string]>([
    ["nothing", () => new Uint8Array(0), 400, "empty-body"],
    ["a letter", () => Buffer.from("Dear team"), 422, "not-symbols"],
    ["a report", () => Buffer.from(template), 422, "not-symbols"],
    ["a dSYM cut after its head", async () => (await fixtureBytes(dsym)).subarray(0, 64), 422, "not-symbols"],
    ["a tar archive", () => tarHead(), 422, "not-symbols"],
    ["gzip cut short", async () => gzipSync(await fixtureBytes(dsym)).subarray(0, 1_000), 422, "unreadable"],
    ["a gzip bomb", () => gzipBomb(), 413, "archive-too-large"],
    ["a zip bomb", () => zipBomb(), 413, "archive-too-large"],
    ["a zip bomb that lies about its size", () => lyingZipBomb(), 413, "archive-too-large"],
  ])("%s is refused, and nothing is kept", async (_, bytes, status, code) => {
    const before = await blobCount();
    const { status: got, body } = await upload(await bytes());
    expect([got, body.error?.code]).toEqual([status, code]);
    expect(await blobCount()).toBe(before);
  });

  test("names that climb out of a zip are refused", async () => {
    for (const { name, bytes } of HOSTILE_ZIPS) {
      const { status, body } = await upload(await bytes());
      expect([413, 422], name).toContain(status);
      if (/climb|absolute|backslash/.test(name)) expect(body.error?.code, name).toBe("unsafe-archive");
    }
  });
});

test("the log holds no key, no token and no words of a report", () => {
  const log = t.log.join("\n");
  expect(log).not.toContain(t.ingestKey);
  expect(log).not.toContain(t.apiKey);
  expect(log).not.toMatch(/Teebude|wf[ik]_/);
});

test("a revoked key is refused at once", async () => {
  const other = await startTestHub();
  try {
    expect((await other.send("/ingest/reports", fresh())).status).toBe(202);
    const state = new DatabaseSync(join(other.folder, "state.db"));
    state.exec("UPDATE keys SET revoked_at = '2026-01-01T00:00:00.000Z' WHERE kind = 'ingest'");
    state.close();
    const { status, body } = await other.send("/ingest/reports", fresh());
    expect([status, body.error?.code]).toEqual([401, "unauthenticated"]);
  } finally {
    await other.remove();
  }
});
