import { expect, onTestFinished, test } from "vitest";
import { startTestHub } from "../../test/hub.ts";
import { secureRandom } from "../clock.ts";
import { createRateLimiter, LIMITS, MAX_BUCKETS } from "./rate-limit.ts";

function setUp() {
  let now = Date.UTC(2026, 0, 1);
  const limiter = createRateLimiter(() => now);
  const takeUp = (kind: keyof typeof LIMITS, who: string, limit = 1_000_000) => {
    let taken = 0;
    try {
      for (; taken < limit; taken++) limiter.take(kind, who);
    } catch (error) {
      expect(error).toMatchObject({ code: "rate-limited" });
    }
    return taken;
  };
  return { limiter, takeUp, later: (ms: number) => (now += ms) };
}

test.each(Object.entries(LIMITS))("%s: the burst is let through, then what comes in by the second", (kind, limit) => {
  const { takeUp, later } = setUp();
  const of = kind as keyof typeof LIMITS;
  expect(takeUp(of, "a")).toBe(limit.burst);
  expect(takeUp(of, "a")).toBe(0);
  later(1_000);
  expect(takeUp(of, "a")).toBe(limit.perSecond);
  later(3_600_000);
  expect(takeUp(of, "a")).toBe(limit.burst);
});

test("who asks too much does not stand in the way of others", () => {
  const { takeUp } = setUp();
  takeUp("apiKey", "a");
  expect(takeUp("apiKey", "b")).toBe(LIMITS.apiKey.burst);
  expect(takeUp("person", "a")).toBe(LIMITS.person.burst);
});

test("the refusal says when to come back, and then it is time", () => {
  const { limiter, takeUp, later } = setUp();
  takeUp("stranger", "a");
  let seconds = 0;
  try {
    limiter.take("stranger", "a");
  } catch (error) {
    seconds = (error as { retryAfterSeconds: number }).retryAfterSeconds;
  }
  expect(seconds).toBe(1);
  later(seconds * 1000);
  expect(() => limiter.take("stranger", "a")).not.toThrow();
});

test("a clock that is set back neither fills nor empties", () => {
  const { takeUp, later } = setUp();
  takeUp("person", "a", LIMITS.person.burst - 1);
  later(-3_600_000);
  expect(takeUp("person", "a")).toBe(1);
  later(1_000);
  expect(takeUp("person", "a")).toBe(LIMITS.person.perSecond);
});

test("one sender more than are remembered: the one unheard of for longest starts anew, the others do not", () => {
  const { limiter, takeUp } = setUp();
  takeUp("apiKey", "first");
  takeUp("apiKey", "second");
  for (let i = 2; i < MAX_BUCKETS; i++) limiter.take("address", String(i));
  limiter.take("stranger", "one more");
  expect(takeUp("apiKey", "second")).toBe(0);
  expect(takeUp("apiKey", "first")).toBe(LIMITS.apiKey.burst);
});

test("the hub answers 429 with Retry-After, to that key only, until its time has come", async () => {
  let now = Date.now();
  const t = await startTestHub({ chance: { clock: () => now, random: secureRandom } });
  onTestFinished(() => t.remove());
  const ask = () => t.ask("/api/v1/nothing");
  let answer = await ask();
  for (let i = 0; i < LIMITS.apiKey.burst && answer.status === 404; i++) answer = await ask();
  expect(answer.status).toBe(429);
  expect(answer.headers.get("retry-after")).toBe("1");
  expect(await answer.json()).toMatchObject({ error: { code: "rate-limited" } });
  expect((await t.send("/ingest/reports", "not a report")).status).not.toBe(429);
  now += 1_000;
  expect((await ask()).status).toBe(404);
});

test("who guesses keys is held back; a good key from the same address is not", async () => {
  const now = Date.now();
  const t = await startTestHub({ chance: { clock: () => now, random: secureRandom } });
  onTestFinished(() => t.remove());
  const guess = () => t.ask("/api/v1/apps", { headers: { authorization: "Bearer wfk_AAAAAAAAAAAAAAAAAAAAAAAAAAA" } });
  let answer = await guess();
  for (let i = 0; i < LIMITS.stranger.burst && answer.status === 401; i++) answer = await guess();
  expect(answer.status).toBe(429);
  expect((await t.ask("/api/v1/apps")).status).toBe(200);
  expect((await t.send("/ingest/reports", "not a report")).status).not.toBe(429);
  // Nor may somebody without any key try passwords or links then.
  const nobody = { authorization: "" };
  expect((await t.ask("/healthz", { headers: nobody })).status).toBe(200);
  const signIn = await t.ask("/api/v1/sign-in", {
    method: "POST",
    headers: nobody,
    body: JSON.stringify({ token: "x" }),
  });
  expect(signIn.status).toBe(429);
});
