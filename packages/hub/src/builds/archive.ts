/** An uploaded archive makes its build known, as a build machine's registration does; a later one of those adds what it knows. */
import { appOfUsage, MAX_NAME_LENGTH } from "../apps/app-identity.ts";
import { registerApp } from "../apps/register.ts";
import type { ArchiveBuild } from "../ingest/accept-symbols.ts";
import type { StateDb } from "../stores/state/schema.ts";
import { type BuildImage, registerBuild } from "./register.ts";

/** As many as a registration may tell. */
const MAX_IMAGES = 2_000;
const MAX_FACT_LENGTH = 100;

/** Gives the id of the app. */
export async function registerArchive(
  state: StateDb,
  { bundleId, name, version, build, platform }: ArchiveBuild,
  images: readonly BuildImage[],
  now: string,
): Promise<string> {
  const app = appOfUsage(bundleId, name?.slice(0, MAX_NAME_LENGTH));
  const key = { appId: app.id, version: fact(version), build: fact(build) };
  const facts = { images: images.slice(0, MAX_IMAGES), ...(platform !== undefined && { platform }) };
  await state.transaction().execute(async (tx) => {
    await registerApp(tx, app, false, now);
    await registerBuild(tx, key, facts, now);
  });
  return app.id;
}

/** Property lists are a stranger's text too. */
const fact = (text: string): string => text.slice(0, MAX_FACT_LENGTH).toWellFormed().replaceAll("\0", "\ufffd");
