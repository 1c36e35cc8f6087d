import { get, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import type { App } from "@windfall/api";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureBytes, fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";
import { createLive, LIVE, type LiveOptions } from "./live.ts";

const never = new AbortController().signal;
const reader = (name = "one", apps?: ReadonlySet<string>) => ({ name, apps });

function live(options: Partial<LiveOptions> = {}) {
  const made = createLive({
    // What a part of an app reports is told of the app.
    hostsOf: async (ids) => ids.map((id) => id.replace(/\.widget$/, "")),
    options: { gatherMs: 20, heartbeatMs: 60_000, lifeMs: 60_000, ...options },
  });
  onTestFinished(() => made.close());
  return made;
}

/** The events of a stream, one by one; comments and the retry line left out. */
async function* eventsOf(stream: AsyncIterable<Uint8Array> = new ReadableStream()): AsyncGenerator<Change, void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data = /^event: change\ndata: (.*)$/.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (data !== undefined) yield JSON.parse(data) as Change;
    }
  }
}

interface Change {
  readonly appId: string | null;
  readonly topics: readonly string[];
}

async function next(events: AsyncGenerator<Change, void>): Promise<Change> {
  const { value, done } = await events.next();
  if (done) throw new Error("the stream ended");
  return value;
}

describe("a stream", () => {
  test("tells many changes of an app and its parts at once", async () => {
    const { open, changed } = live();
    const events = eventsOf(open(reader(), never));
    for (let i = 0; i < 1_000; i++)
      changed([i % 2 === 0 ? "app" : "app.widget"], [i % 3 === 0 ? "signatures" : "counts"]);
    expect(await next(events)).toEqual({ appId: "app", topics: ["counts", "signatures"] });
    changed(["other"], ["symbols"]);
    expect(await next(events)).toEqual({ appId: "other", topics: ["symbols"] });
  });

  test("begins with what changed while its page was loading", async () => {
    const { open, changed } = live();
    const first = eventsOf(open(reader(), never));
    changed(["app"], ["counts"]);
    await next(first);
    expect(await next(eventsOf(open(reader(), never)))).toEqual({ appId: "app", topics: ["counts"] });
  });

  test("of a key for some apps tells of no other", async () => {
    const { open, changed } = live();
    const events = eventsOf(open(reader("key", new Set(["mine"])), never));
    changed(["theirs", "mine"], ["counts"]);
    changed("all", ["symbols"]);
    expect([await next(events), await next(events)].map(({ appId }) => appId)).toEqual(["mine", null]);
  });

  test("stays alive without changes, and ends after its time", async () => {
    const { open } = live({ heartbeatMs: 5, lifeMs: 60 });
    let text = "";
    for await (const chunk of open(reader(), never) ?? []) text += new TextDecoder().decode(chunk);
    expect(text).toMatch(/^retry: \d+\n\n(: still here\n\n)+$/);
  });

  test("that nobody reads is let go", async () => {
    const { open, changed } = live({ gatherMs: 0, maxStreams: 1 });
    expect(open(reader(), never)).toBeDefined();
    while (open(reader("two"), never) === undefined) {
      changed(["app"], ["counts"]);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  });

  test("is refused past the limit of the hub and of one reader, and there again when one ends", async () => {
    const { open } = live();
    const abort = new AbortController();
    for (let i = 0; i < LIVE.maxStreamsPerCaller; i++) expect(open(reader("a"), abort.signal)).toBeDefined();
    expect(open(reader("a"), never)).toBeUndefined();
    for (let i = LIVE.maxStreamsPerCaller; i < LIVE.maxStreams; i++) expect(open(reader(`r${i}`), never)).toBeDefined();
    expect(open(reader("b"), never)).toBeUndefined();
    abort.abort();
    expect(open(reader("a"), never)).toBeDefined();
  });
});

describe("of a hub", () => {
  let t: TestHub;
  beforeAll(async () => {
    t = await startTestHub();
  });
  afterAll(() => t.remove());

  /** Each on a connection of its own, as pages have it. */
  const listen = (key = t.apiKey, url = t.hub.url) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}` };
      get(`${url}/api/v1/live`, { agent: false, headers }, resolve).on("error", reject);
    });
  const codeOf = async (answer: IncomingMessage) => ((await json(answer)) as { error: { code: string } }).error.code;

  test("a wrong key is refused", async () => {
    const answer = await listen("wfk_wrong");
    expect([answer.statusCode, await codeOf(answer)]).toEqual([401, "unauthenticated"]);
  });

  test("a stored report and a late dSYM are told of, after they can be asked for", async () => {
    const answer = await listen();
    expect(answer.headers["content-type"]).toMatch(/^text\/event-stream/);
    const events = eventsOf(answer);
    const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
    await t.send("/ingest/reports", variantOf(template, { number: 1, at: new Date(), device: 1 }));
    expect(await next(events)).toMatchObject({ topics: ["counts", "signatures"] });
    const { apps } = await t.json<{ apps: App[] }>("/api/v1/apps");
    expect(apps[0]?.crashes).toBe(1);

    const dsym = "dsyms/swift-teebude-ios-arm64-O-d4/Teebude.dSYM/Contents/Resources/DWARF/Teebude";
    await t.send("/ingest/symbols", await fixtureBytes(dsym));
    const topics = new Set<string>();
    while (!topics.has("signatures")) for (const topic of (await next(events)).topics) topics.add(topic);
    expect(topics).toContain("symbols");
    answer.destroy();
  });

  test("1,000 connections of one key: a few are served, the others are told when to come again", async () => {
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => listen()));
    const served = answers.filter(({ statusCode }) => statusCode === 200);
    const refused = answers.filter(({ statusCode }) => statusCode === 429);
    expect([served.length, refused.length]).toEqual([LIVE.maxStreamsPerCaller, 1_000 - LIVE.maxStreamsPerCaller]);
    expect(new Set(await Promise.all(refused.map(codeOf)))).toEqual(new Set(["too-many-streams"]));
    expect(refused.every(({ headers }) => /^\d+$/.test(headers["retry-after"] ?? ""))).toBe(true);
    // Others are served as ever, and the places are free again when the readers have gone.
    expect((await t.ask("/api/v1/apps")).status).toBe(200);
    for (const answer of served) answer.destroy();
    let again = await listen();
    while (again.statusCode === 429) {
      again.destroy();
      again = await listen();
    }
    expect(again.statusCode).toBe(200);
    again.destroy();
  });

  test("a HEAD request takes no place", async () => {
    for (let i = 0; i <= LIVE.maxStreamsPerCaller; i++) {
      expect((await t.ask("/api/v1/live", { method: "HEAD" })).status).toBe(200);
    }
    const answer = await listen();
    expect(answer.statusCode).toBe(200);
    answer.destroy();
  });

  test("the end of the hub is the end of its streams", async () => {
    const own = await startTestHub();
    const first = next(eventsOf(await listen(own.apiKey, own.hub.url)));
    await Promise.all([own.remove(), expect(first).rejects.toThrow("the stream ended")]);
  });
});
