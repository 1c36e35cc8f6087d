import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startTestHub } from "../../test/hub.ts";
import { secureRandom } from "../clock.ts";
import { newSignInLink } from "./sign-in-link.ts";

const chance = { clock: Date.now, random: secureRandom };

test("a link made beside a running hub signs in there, once", async () => {
  const t = await startTestHub();
  onTestFinished(() => t.remove());
  const link = new URL(await newSignInLink(t.folder, chance));
  expect(link.origin).toBe(t.hub.url);
  const signIn = () =>
    t.hub.fetch(
      new Request(`${t.hub.url}/api/v1/sign-in`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: t.hub.url },
        body: JSON.stringify({ token: link.searchParams.get("token") }),
      }),
    );
  expect((await signIn()).status).toBe(200);
  expect((await signIn()).status).not.toBe(200);
});

test("a folder without a hub is named, and stays empty", async () => {
  const folder = await mkdtemp(join(tmpdir(), "windfall-none-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await expect(newSignInLink(folder, chance)).rejects.toThrow(`${folder} holds no hub`);
});
