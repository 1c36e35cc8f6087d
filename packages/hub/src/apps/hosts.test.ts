/** Which processes are counted with which app: by their names, and by a person's word. */
import { beforeEach, describe, expect, test } from "vitest";
import { openState } from "../stores/state/open-state.ts";
import type { StateDb } from "../stores/state/schema.ts";
import { appOfUsage } from "./app-identity.ts";
import { belongsByPrefix } from "./hosts.ts";
import { registerApp } from "./register.ts";
import { type AppsStore, createAppsStore } from "./store.ts";

test.for([
  ["org.example.Harbor.Widget", "org.example.Harbor", true],
  ["org.example.Harbor.watchkitapp.watchkitextension", "org.example.Harbor", true],
  ["org.example.Harbor.Clip", "org.example.Harbor", true],
  ["org.example.Harbor", "org.example.Harbor", false],
  ["org.example.HarborPro", "org.example.Harbor", false],
  ["org.example.Harbor.debug", "org.example.Harbor", false],
  ["org.example.Harbor.Beta.Widget", "org.example.Harbor", false],
  ["org.example.Harbor..Widget", "org.example.Harbor", false],
  ["org.example.Harbor", "org.example", false],
  ["Harbor.Widget", "Harbor", false],
] as const)("%s belongs to %s: %s", ([bundleId, host, expected]) => {
  expect(belongsByPrefix(bundleId, host)).toBe(expected);
});

describe("families", () => {
  let db: StateDb;
  let apps: AppsStore;

  beforeEach(async () => {
    db = await openState(":memory:");
    apps = createAppsStore(db);
    return () => db.destroy();
  });

  const know = async (...bundleIds: readonly string[]) => {
    for (const bundleId of bundleIds) {
      const app = appOfUsage(bundleId, undefined);
      await db.transaction().execute((tx) => registerApp(tx, app, false, "2026-10-01T00:00:00.000Z"));
    }
  };
  const id = (bundleId: string) => appOfUsage(bundleId, undefined).id;
  const attach = (part: string, host: string | null) => apps.attach(id(part), host === null ? null : id(host));
  /** The bundle ids counted together, seen from one of them. */
  const family = async (of: string) => (await apps.family(id(of)))?.members.map(({ bundleId }) => bundleId);

  const HARBOR = "org.example.Harbor";
  const WIDGET = `${HARBOR}.Widget`;
  const DEBUG = `${HARBOR}.debug`;

  test.for([[[HARBOR, WIDGET]], [[WIDGET, HARBOR]]])(
    "an extension joins its app, whichever is known first: %s",
    async ([order]) => {
      await know(...(order ?? []));
      expect(await family(HARBOR)).toEqual([HARBOR, WIDGET]);
      expect(await family(WIDGET)).toEqual([HARBOR, WIDGET]);
    },
  );

  test("a part of a part belongs to the app, in any order", async () => {
    const inner = `${WIDGET}.Helper`;
    await know(inner, WIDGET, HARBOR);
    expect(await family(inner)).toEqual([HARBOR, WIDGET, inner]);
    const watch = "org.example.Tea.watchkitapp";
    await know("org.example.Tea", watch, `${watch}.complication`);
    expect(await family(`${watch}.complication`)).toEqual(["org.example.Tea", watch, `${watch}.complication`]);
  });

  test("a Debug build stands alone until a person joins it, with what belongs to it", async () => {
    const debugWidget = `${DEBUG}.Widget`;
    await know(HARBOR, DEBUG, debugWidget);
    expect(await family(HARBOR)).toEqual([HARBOR]);
    expect(await family(DEBUG)).toEqual([DEBUG, debugWidget]);
    await attach(DEBUG, HARBOR);
    expect(await family(HARBOR)).toEqual([HARBOR, DEBUG, debugWidget]);
    expect((await apps.find(id(DEBUG)))?.hostBy).toBe("person");
  });

  test("what a person took apart stays apart", async () => {
    await know(HARBOR, WIDGET);
    await attach(WIDGET, null);
    expect(await family(WIDGET)).toEqual([WIDGET]);
    await know(WIDGET, HARBOR, `${HARBOR}.Other`);
    expect(await family(HARBOR)).toEqual([HARBOR, `${HARBOR}.Other`]);
    expect(await family(WIDGET)).toEqual([WIDGET]);
  });

  test.for([
    ["itself", HARBOR, HARBOR, "bad-request"],
    ["one of its parts", HARBOR, WIDGET, "bad-request"],
    ["an app that is not there", HARBOR, "org.example.Nobody", "app-not-found"],
  ] as const)("an app cannot join %s", async ([, part, host, code]) => {
    await know(HARBOR, WIDGET);
    await expect(attach(part, host)).rejects.toMatchObject({ code });
    expect(await family(HARBOR)).toEqual([HARBOR, WIDGET]);
  });
});
