/** A reader that does not read: what it has not taken is kept up to a limit, then it is let go. */
import { expect, onTestFinished, test } from "vitest";
import { createLive, MAX_UNREAD } from "./live.ts";

async function unreadAfter(events: number) {
  const live = createLive({
    hostsOf: async (ids) => [...ids],
    options: { gatherMs: 0, heartbeatMs: 60_000, lifeMs: 60_000 },
  });
  onTestFinished(() => live.close());
  const never = new AbortController().signal;
  const lagging = live.open({ name: "lagging", apps: undefined }, never)?.getReader();
  const prompt = live.open({ name: "prompt", apps: undefined }, never)?.getReader();
  await prompt?.read();
  // Told to both before the next one comes.
  for (let i = 0; i < events; i++) {
    live.changed([`app-${i}`], ["counts"]);
    await prompt?.read();
  }
  const left: string[] = [];
  for (let i = 0; i < MAX_UNREAD; i++) left.push(new TextDecoder().decode((await lagging?.read())?.value));
  live.changed(["one-more"], ["counts"]);
  const { done } = (await lagging?.read()) ?? { done: true };
  return { left, done };
}

test("at the limit it has missed nothing and goes on", async () => {
  // Its first line says when to come again.
  const { left, done } = await unreadAfter(MAX_UNREAD - 1);
  expect([left.length, done]).toEqual([MAX_UNREAD, false]);
  expect(left.at(-1)).toContain(`"app-${MAX_UNREAD - 2}"`);
});

test("one past it, it gets what was kept and then the end", async () => {
  const { left, done } = await unreadAfter(MAX_UNREAD);
  expect([left.at(-1)?.includes(`"app-${MAX_UNREAD - 2}"`), done]).toEqual([true, true]);
});
