/** Which OS version a build number is (23A341 is iOS 26.0), learnt from reports that say both, for reports and usage that say one. */
import type { StateTx } from "../pipeline/store.ts";

export interface OsSeen {
  readonly platform: string;
  /** Empty where it is not told. */
  readonly osVersion: string;
  readonly osBuild: string;
}

/** The first that tells is believed: a build number belongs to one version. */
export async function noteOsBuilds(tx: StateTx, seen: readonly OsSeen[]): Promise<void> {
  const rows = new Map<string, { platform: string; build: string; version: string }>();
  for (const { platform, osBuild: build, osVersion: version } of seen) {
    const key = JSON.stringify([platform, build]);
    if (build !== "" && version !== "" && !rows.has(key)) rows.set(key, { platform, build, version });
  }
  if (rows.size === 0) return;
  await tx
    .insertInto("os_builds")
    .values([...rows.values()])
    .onConflict((c) => c.doNothing())
    .execute();
}

/** The versions of what is seen without one; `undefined` where nothing has told it yet. */
export async function osVersions(tx: StateTx, seen: readonly OsSeen[]): Promise<(one: OsSeen) => string | undefined> {
  const builds = new Set(
    seen.flatMap(({ osVersion, osBuild }) => (osVersion === "" && osBuild !== "" ? [osBuild] : [])),
  );
  const rows =
    builds.size === 0
      ? []
      : await tx
          .selectFrom("os_builds")
          .selectAll()
          .where("build", "in", [...builds])
          .execute();
  const versions = new Map(rows.map(({ platform, build, version }) => [JSON.stringify([platform, build]), version]));
  return ({ platform, osBuild }) => versions.get(JSON.stringify([platform, osBuild]));
}
