/** The order of builds, and what is known of one, whichever way it becomes known. */
import { beforeEach, describe, expect, test } from "vitest";
import type { AppId } from "../apps/app-identity.ts";
import { registerApp } from "../apps/register.ts";
import { openState } from "../stores/state/open-state.ts";
import type { StateDb } from "../stores/state/schema.ts";
import { type BuildKey, buildSeen } from "./register.ts";
import { type BuildsStore, createBuildsStore } from "./store.ts";

let db: StateDb;
let builds: BuildsStore;

const APP = "app-1" as AppId;
const key = (version: string, build = "1"): BuildKey => ({ appId: APP, version, build });
const at = (day: number): string => `2026-10-${String(day).padStart(2, "0")}T12:00:00.000Z`;
const seen = (of: BuildKey, first: string, last = first) =>
  db.transaction().execute((tx) => buildSeen(tx, of, first, last));
const order = async () => (await builds.buildsOfApp(APP)).map(({ version }) => version);

beforeEach(async () => {
  db = await openState(":memory:");
  builds = createBuildsStore(db);
  const app = { id: APP, bundleId: "org.example.Harbor", name: "Harbor" };
  await db.transaction().execute((tx) => registerApp(tx, app, false, at(1)));
  return () => db.destroy();
});

describe("the order of builds", () => {
  test("is that of their registration, never that of their names: 2.10 comes after 2.9", async () => {
    await builds.register(key("2.9"), {}, at(1));
    await builds.register(key("2.10"), {}, at(2));
    await builds.register(key("2.8.1"), {}, at(3));
    expect(await order()).toEqual(["2.9", "2.10", "2.8.1"]);
  });

  test("is that of the first report's arrival where nobody registered", async () => {
    await seen(key("2.10"), at(2));
    await seen(key("2.9"), at(1), at(5));
    await seen(key("2.10"), at(6));
    expect(await order()).toEqual(["2.9", "2.10"]);
  });

  test("takes a registration that comes after the first report for a late one", async () => {
    await seen(key("2.9"), at(1));
    await builds.register(key("2.10"), {}, at(2));
    await builds.register(key("2.9"), {}, at(3));
    expect(await order()).toEqual(["2.9", "2.10"]);
  });

  test("follows the upload time that was told", async () => {
    await builds.register(key("2.10"), {}, at(5));
    await builds.register(key("2.9"), { uploadedAt: at(4) }, at(6));
    expect(await order()).toEqual(["2.9", "2.10"]);
  });

  test("tells builds of one moment apart by which was known first", async () => {
    for (const version of ["2.9", "2.10", "1.0"]) await seen(key(version), at(1));
    expect(await order()).toEqual(["2.9", "2.10", "1.0"]);
  });
});

test("a second registration fills in and forgets nothing", async () => {
  const images = [{ uuid: "u1", arch: "arm64", name: "Harbor" }];
  const ci = { provider: "github-actions", runId: "7", runUrl: "https://ci.example/7" };
  expect(await builds.register(key("2.9"), { commit: "abc", branch: "main", ci, images }, at(1))).toBe(false);
  expect(await builds.register(key("2.9"), { tag: "v2.9", branch: "release" }, at(2))).toBe(true);
  expect(await builds.buildsOfApp(APP)).toMatchObject([
    { commit: "abc", branch: "release", tag: "v2.9", ciRunUrl: ci.runUrl, uploadedAt: at(1), registeredAt: at(1) },
  ]);
  expect(await builds.images(key("2.9"))).toEqual(images);
});

test("a registered build keeps when its reports came", async () => {
  await builds.register(key("2.9"), {}, at(1));
  await seen(key("2.9"), at(3), at(4));
  await seen(key("2.9"), at(2), at(2));
  expect(await builds.buildsOfApp([APP])).toMatchObject([
    { firstSeen: at(2), lastSeen: at(4), orderedAt: at(1), uploadedAt: at(1) },
  ]);
});
