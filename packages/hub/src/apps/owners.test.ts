/** Reports about a whole system name no bundle id: whose they become, and that none of them makes an app of a daemon. */
import type { App, Overview, Rebuild, SignatureList } from "@windfall/api";
import { describe, expect, onTestFinished, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";
import { scrubUpload } from "../scrubbing/scrub-job.ts";
import { openState } from "../stores/state/open-state.ts";
import { registerBuild } from "../builds/register.ts";
import { type AppOfReport, appOfUsage, UNKNOWN_APP } from "./app-identity.ts";
import { findOwners, type Sought } from "./owners.ts";
import { registerApp } from "./register.ts";

const HARBOR = "org.windfall.fixtures.Harbor";
const ALL_DAYS = "from=2026-01-01&to=2026-12-31";
const sample = await fixtureText("reports/sample-nsexception/input.ips");
const crash = variantOf(sample, { number: 1, at: new Date("2026-03-10T12:00:00Z"), device: 1 });
const jetsam = await fixtureText("reports/format-jetsam/input.ips");
const panic = await fixtureText("reports/format-panic/input.ips");
const stackshot = await fixtureText("reports/format-stackshot/input.ips");
const telemetry = await fixtureText("reports/format-telemetry/input.ips");
async function hubWith(...reports: readonly string[]): Promise<TestHub> {
  const t = await startTestHub();
  onTestFinished(() => t.remove());
  for (const report of reports) {
    expect((await t.send("/ingest/reports", report)).status).toBe(202);
    await t.hub.settled();
  }
  return t;
}

const apps = async (t: TestHub) => (await t.json<{ apps: App[] }>("/api/v1/apps")).apps;
const overviewOf = (t: TestHub, { id }: Pick<App, "id">, query = "") =>
  t.json<Overview>(`/api/v1/apps/${id}/overview?${ALL_DAYS}${query}`);

describe("a jetsam report", () => {
  test("is of the app whose binary was killed, and of that build, also when the events are made anew; and no crash", async () => {
    const t = await hubWith(crash, jetsam);
    const [app, ...others] = await apps(t);
    expect([app?.bundleId, others]).toEqual([HARBOR, []]);
    if (!app) throw new Error("no app");
    const signatures = await t.json<SignatureList>(`/api/v1/apps/${app.id}/signatures?kind=jetsam&${ALL_DAYS}`);
    const [version] = (await overviewOf(t, app)).versions;
    expect(version).toMatchObject({ version: "1.4", build: "140" });
    const check = async () => {
      expect(await overviewOf(t, app)).toMatchObject({ crashes: 1, kinds: [{ kind: "jetsam", reports: 1 }] });
      const build = `&version=${version?.version}&build=${version?.build}`;
      expect(await overviewOf(t, app, build)).toMatchObject({ crashes: 1, kinds: [{ kind: "jetsam", reports: 1 }] });
      expect(await t.json(`/api/v1/apps/${app.id}/signatures?kind=jetsam&${ALL_DAYS}`)).toEqual(signatures);
    };
    expect(signatures.signatures).toMatchObject([
      { kind: "jetsam", crashes: 1, firstBuild: { version: version?.version, build: version?.build } },
    ]);
    await check();
    const rebuild = "/api/v1/operations/rebuild";
    expect((await t.ask(rebuild, { method: "POST" })).status).toBe(202);
    await expect.poll(async () => (await t.json<Rebuild>(rebuild)).state, { timeout: 30_000 }).toBe("done");
    await t.hub.settled();
    await check();
  });

  test("is scrubbed where any app wants that: whose it is shows only when it is read", () => {
    const bytes = new TextEncoder().encode(jetsam);
    const someone = { id: "0000000000000000", bundleId: "com.example.somebody" };
    expect(scrubUpload(bytes, "secret", [someone])).toMatchObject({ bytes: expect.any(Uint8Array) });
  });
});

describe("owners", () => {
  const UUID = "4c4c44ce-5555-3144-a1af-caee1217c80a";
  const NOW = "2026-10-01T00:00:00.000Z";
  const ferry = appOfUsage("com.example.boats.Ferry", "Harbor");
  const other = appOfUsage("com.example.another.Harbor", "Harbor");
  const find = async (sought: Sought, known: readonly AppOfReport[], beside: readonly AppOfReport[] = []) => {
    const db = await openState(":memory:");
    onTestFinished(() => db.destroy());
    await db.transaction().execute(async (tx) => {
      for (const app of known) await registerApp(tx, app, false, NOW);
      const build = { appId: ferry.id, version: "9.1", build: "91" };
      if (known.includes(ferry)) {
        await registerBuild(tx, build, { images: [{ uuid: UUID, arch: "arm64", name: "Harbor" }] }, NOW);
      }
    });
    const owner = (await findOwners(db, [sought], beside))(sought);
    return owner && [owner.app.bundleId, owner.version, owner.build];
  };

  test.for([
    [
      "a build's image, whatever it is called",
      { images: [UUID], names: ["x"] },
      [ferry],
      [],
      [ferry.bundleId, "9.1", "91"],
    ],
    [
      "the image of a build before a name",
      { images: ["0", UUID], names: ["Harbor"] },
      [other, ferry],
      [],
      [ferry.bundleId, "9.1", "91"],
    ],
    ["the name of an app", { images: ["0"], names: ["tidesd", "Harbor"] }, [other], [], [other.bundleId, "", ""]],
    ["the name of an app that comes with it", { images: [], names: ["Harbor"] }, [], [other], [other.bundleId, "", ""]],
    [
      "an app that is known and comes again",
      { images: [], names: ["Harbor"] },
      [other],
      [other],
      [other.bundleId, "", ""],
    ],
    ["two of one name", { images: [], names: ["Harbor"] }, [other, ferry], [], undefined],
    ["a known and a new one of one name", { images: [], names: ["Harbor"] }, [other], [ferry], undefined],
    ["nobody", { images: ["0"], names: ["tidesd"] }, [other], [], undefined],
    ["nothing sought", { images: [], names: [] }, [other], [], undefined],
  ] as const)("%s", async ([, sought, known, beside, owner]) => {
    expect(await find(sought, known, beside)).toEqual(owner);
  });
});

test("what is nobody's lies in one place behind the apps, whatever ran or stood in front", async () => {
  const t = await hubWith(jetsam, panic, stackshot, telemetry, crash);
  const [first, second, ...others] = await apps(t);
  expect([first?.bundleId, second?.bundleId, others]).toEqual([HARBOR, UNKNOWN_APP.bundleId, []]);
  if (!first || !second) throw new Error("no apps");
  expect(await overviewOf(t, first)).toMatchObject({ crashes: 1, kinds: [] });
  const { crashes, kinds } = await overviewOf(t, second);
  expect(crashes).toBe(0);
  expect(kinds.map(({ kind }) => kind).toSorted()).toEqual(["jetsam", "panic", "stackshot", "telemetry"]);
});
