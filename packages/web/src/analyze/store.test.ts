import { expect, test } from "vitest";
import type { FromWorker, GivenFile, ToWorker } from "./messages.ts";
import { createAnalysisStore } from "./store.ts";

/** A worker under the hand of the test: what it was told, and what it tells. */
function workerByHand() {
  const told: ToWorker[] = [];
  const listeners = new Map<string, (event: Event) => void>();
  let terminated = 0;
  const worker = {
    postMessage: (message: ToWorker) => void told.push(message),
    addEventListener: (type: string, listener: (event: Event) => void) => void listeners.set(type, listener),
    terminate: () => void terminated++,
  };
  return {
    worker: worker as unknown as Worker,
    told,
    say: (data: FromWorker) => listeners.get("message")?.(new MessageEvent("message", { data })),
    fail: () => listeners.get("error")?.(new Event("error")),
    ended: () => terminated,
  };
}

const file = (path: string, content: string, lastModified = 1): GivenFile => ({
  path,
  file: new File([content], path, { lastModified }),
});
const refused = (path: string): FromWorker => ({
  kind: "refused",
  refusal: { path, code: "empty", message: "the input is empty" },
});

test("what was dismissed stays away, though the worker still tells of it", () => {
  const hand = workerByHand();
  const store = createAnalysisStore(() => hand.worker);
  store.add([file("a.ips", "a")]);
  store.forget();
  hand.say(refused("a.ips"));
  store.add([file("b.ips", "b")]);
  hand.say(refused("a.ips"));
  hand.say({ kind: "forgotten" });
  hand.say(refused("b.ips"));
  expect(store.state().refused.map(({ path }) => path)).toEqual(["b.ips"]);
});

test("two files of one name are kept apart, one file handed over twice is one", () => {
  const hand = workerByHand();
  const store = createAnalysisStore(() => hand.worker);
  store.add([file("Harbor", "one"), file("Harbor", "another"), file("Harbor", "one")]);
  const [message] = hand.told;
  expect(message?.kind === "add" && message.files.map(({ path }) => path)).toEqual(["Harbor", "Harbor (2)", "Harbor"]);
  expect([store.given("Harbor")?.size, store.given("Harbor (2)")?.size]).toEqual([3, 7]);
});

test("a worker that ends is told of, answers what waits, and is replaced by the next drop", async () => {
  const hands = [workerByHand(), workerByHand()];
  let next = 0;
  const store = createAnalysisStore(() => (hands[next++] ?? workerByHand()).worker);
  store.add([file("a.ips", "a")]);
  const text = store.text(1);
  hands[0]?.fail();
  await expect(text).rejects.toThrow("cannot be read any more");
  expect([store.state().broken, store.state().reading, hands[0]?.ended()]).toEqual([
    "the browser gave no reason",
    undefined,
    1,
  ]);
  store.add([file("a.ips", "a")]);
  expect([store.state().broken, hands[1]?.told.length]).toEqual([undefined, 1]);
});

test("a browser that starts no worker says so", () => {
  const store = createAnalysisStore(() => {
    throw new Error("workers are off");
  });
  expect(store.state().broken).toBe("workers are off");
  store.add([file("a.ips", "a")]);
  expect([store.state().broken, store.state().reading]).toEqual(["workers are off", undefined]);
});
