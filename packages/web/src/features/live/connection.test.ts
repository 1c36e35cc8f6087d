import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connect, MAX_RETRY_MS, POLL_MS, retryAfter, type Source } from "./connection.ts";
import { isTouched } from "./touched.ts";

type Kind = Parameters<Source["addEventListener"]>[0];

/** A stream whose other end is the test. */
class Stream implements Source {
  readonly listeners = new Map<Kind, (event: { readonly data?: unknown }) => void>();
  closed = false;
  addEventListener(kind: Kind, listener: (event: { readonly data?: unknown }) => void): void {
    this.listeners.set(kind, listener);
  }
  close(): void {
    this.closed = true;
  }
  says(kind: Kind, data?: unknown): void {
    this.listeners.get(kind)?.({ data });
  }
}

function setUp() {
  const streams: Stream[] = [];
  const heard: unknown[] = [];
  const connection = connect({
    open: () => {
      const stream = new Stream();
      streams.push(stream);
      return stream;
    },
    changed: (change) => heard.push(change),
    stale: () => heard.push("stale"),
    random: () => 1,
  });
  return { connection, streams, heard, last: () => streams.at(-1) as Stream };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("changes are told; what is no change is not", () => {
  const { connection, last, heard } = setUp();
  connection.visible(true);
  last().says("open");
  const change = { appId: "a", topics: ["counts"] };
  last().says("change", JSON.stringify(change));
  for (const bad of ["", "{", "{}", '{"appId":1,"topics":[]}', '{"appId":"a","topics":["other"]}', undefined]) {
    last().says("change", bad);
  }
  expect(heard).toEqual([change]);
  connection.stop();
});

test("a broken stream is opened again, later each time; until then the page is asked for now and then", () => {
  const { connection, streams, last, heard } = setUp();
  connection.visible(true);
  last().says("open");
  for (let failures = 0; failures < 4; failures++) {
    last().says("error");
    expect(last().closed).toBe(true);
    const before = streams.length;
    vi.advanceTimersByTime(retryAfter(failures, 1) - 1);
    expect(streams).toHaveLength(before);
    vi.advanceTimersByTime(1);
    expect(streams).toHaveLength(before + 1);
  }
  expect(heard).toEqual(["stale"]);
  vi.advanceTimersByTime(POLL_MS);
  expect(heard).toEqual(["stale", "stale"]);
  last().says("open");
  expect(heard).toHaveLength(3);
  vi.advanceTimersByTime(10 * POLL_MS);
  expect(heard).toHaveLength(3);
  connection.stop();
});

test("a hidden page has no stream and asks nothing; seen again it asks for what it missed", () => {
  const { connection, streams, last, heard } = setUp();
  connection.visible(true);
  last().says("open");
  connection.visible(false);
  expect(last().closed).toBe(true);
  vi.advanceTimersByTime(10 * POLL_MS);
  expect([streams.length, heard.length]).toEqual([1, 0]);
  connection.visible(true);
  last().says("open");
  expect([streams.length, heard]).toEqual([2, ["stale"]]);
  connection.stop();
  expect(last().closed).toBe(true);
});

test("the time between tries has an end", () => {
  expect([retryAfter(50, 1), retryAfter(5_000, 0)]).toEqual([MAX_RETRY_MS, MAX_RETRY_MS / 2]);
});

test.each<[readonly unknown[], Parameters<typeof isTouched>[1], boolean]>([
  [["overview", "a", {}], { appId: "a", topics: ["counts"] }, true],
  [["overview", "b", {}], { appId: "a", topics: ["counts"] }, false],
  [["overview", "b", {}], { appId: null, topics: ["counts"] }, true],
  [["overview", "a", {}], { appId: "a", topics: ["symbols"] }, false],
  [["signature", "7", {}], { appId: "a", topics: ["signatures"] }, true],
  [["apps"], { appId: "a", topics: ["counts"] }, true],
  [["report", "r"], { appId: "a", topics: ["counts", "signatures"] }, false],
  [["report", "r"], { appId: "a", topics: ["signatures", "symbols"] }, true],
  [["symbols-progress"], { appId: "a", topics: ["symbols"] }, true],
  [["symbols-matrix", "a", 20], { appId: "a", topics: ["counts"] }, false],
  [["session"], { appId: null, topics: ["counts", "signatures", "symbols"] }, false],
])("%j is touched by %j: %s", (key, change, touched) => {
  expect(isTouched(key, change)).toBe(touched);
});
