/** Over a real socket: senders that hang up, send too much, or hold on to their connection. */
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { noise } from "../../../../fixtures/hostile/noise.ts";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";
import { listen } from "./server.ts";

const MIB = 1024 * 1024;

async function start(): Promise<TestHub> {
  const t = await startTestHub();
  onTestFinished(() => t.remove());
  return t;
}

const blobsOf = async ({ folder }: TestHub) =>
  (await readdir(join(folder, "blobs"), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

/** Sends a head and the beginning of a body, then hangs up. */
function hangUp(t: TestHub, announced: number, body: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(t.hub.port, "127.0.0.1", () => {
      socket.write(
        `POST /ingest/reports?key=${t.ingestKey} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${announced}\r\n\r\n`,
      );
      socket.write(body, () => setTimeout(() => socket.destroy(), 50));
    });
    socket.on("close", () => resolve());
  });
}

test.each([
  ["small", 10_000, 5_000],
  ["large", 8 * MIB, 4 * MIB],
])(
  "a sender that hangs up within a %s body leaves nothing and does not disturb the next",
  async (_, announced, sent) => {
    const t = await start();
    await hangUp(t, announced, noise(sent));
    const text = variantOf(await fixtureText("reports/swift/01-ios17-unwrap-nil.ips"), {
      number: 1,
      at: new Date(),
      device: 1,
    });
    const response = await fetch(`${t.hub.url}/ingest/reports?key=${t.ingestKey}`, { method: "POST", body: text });
    expect(response.status).toBe(202);
    await expect.poll(() => blobsOf(t)).toHaveLength(1);
    expect(t.log.filter((line) => line.includes("a request failed"))).toEqual([]);
  },
);

test("a body beyond the limit is told so, also while it is still being sent", async () => {
  const t = await start();
  const url = `${t.hub.url}/ingest/reports?key=${t.ingestKey}`;
  const stream = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(MIB));
    },
  });
  const answer = fetch(url, { method: "POST", body: stream, duplex: "half" } as RequestInit);
  const status = await answer.then(
    ({ status }) => status,
    // The hub closes on who does not stop sending; some senders see only that.
    (error: unknown) => (error as { cause?: { code?: string } }).cause?.code,
  );
  expect([413, "EPIPE", "ECONNRESET", "UND_ERR_SOCKET"]).toContain(status);
  expect(await blobsOf(t)).toEqual([]);
  expect((await fetch(`${t.hub.url}/healthz`)).status).toBe(200);
});

test("stopping does not wait for connections that are kept alive", async () => {
  const t = await start();
  const answered = await fetch(`${t.hub.url}/healthz`, { headers: { connection: "keep-alive" } });
  expect(answered.status).toBe(200);
  await t.stop();
  await expect(fetch(`${t.hub.url}/healthz`)).rejects.toThrow();
});

test.each([
  ["never said anything", ""],
  ["stopped within its head", "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n"],
])("stopping does not wait for a connection that %s, but for an answer on its way", async (_, said) => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const server = await listen(
    async (request) => {
      if (!request.url.endsWith("/slow")) return new Response("ok");
      asked.resolve();
      await answer.promise;
      return new Response("whole", { headers: { connection: "close" } });
    },
    "127.0.0.1",
    0,
  );
  const url = `http://127.0.0.1:${server.port}`;
  const socket = connect(server.port, "127.0.0.1", () => socket.write(said));
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  // Answered after that one was accepted.
  await fetch(url, { headers: { connection: "close" } });
  const slow = fetch(`${url}/slow`);
  await asked.promise;

  // Without a wait of its own for the silent one: this grace is longer than the test may take.
  const closed = server.close(600_000);
  await once(socket, "close");
  answer.resolve();
  expect(await (await slow).text()).toBe("whole");
  await closed;
});
