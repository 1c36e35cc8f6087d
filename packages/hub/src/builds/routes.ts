/** Builds as build machines register them, and as pages list them. */
import type { BuildImage, RegisterBuild } from "@windfall/api";
import { parseUuid } from "@windfall/core";
import { type AppId, appOfUsage } from "../apps/app-identity.ts";
import { registerApp } from "../apps/register.ts";
import { requireFamily } from "../apps/scope.ts";
import type { AppsStore } from "../apps/store.ts";
import { type Clock, iso } from "../clock.ts";
import type { Handlers } from "../http/handlers.ts";
import type { StateDb } from "../stores/state/schema.ts";
import { type BuildFacts, type BuildKey, registerBuild } from "./register.ts";
import type { BuildsStore, StoredBuild } from "./store.ts";

export interface BuildsDeps {
  readonly state: StateDb;
  readonly apps: AppsStore;
  readonly builds: BuildsStore;
  readonly clock: Clock;
}

export function buildsRoutes({ state, apps, builds, clock }: BuildsDeps): Pick<Handlers, "builds" | "registerBuild"> {
  return {
    async builds({ params }) {
      const { app, members } = await requireFamily(apps, params.appId);
      const stored = await builds.buildsOfApp(members.map(({ id }) => id));
      return { body: { builds: withoutParts(app.id, stored).toReversed().map(shown) } };
    },
    async registerBuild({ body }) {
      const now = iso(clock());
      const app = appOfUsage(body.bundleId, body.name);
      const key: BuildKey = { appId: app.id, version: body.version, build: body.build };
      const images = imagesOf(body);
      const known = await state.transaction().execute(async (tx) => {
        await registerApp(tx, app, false, now);
        return registerBuild(tx, key, factsOf(body, images), now);
      });
      return {
        status: known ? 200 : 201,
        body: {
          appId: app.id satisfies AppId,
          known,
          images: images.length,
          missingSymbols: await builds.withoutSymbols(images),
        },
      };
    },
  };
}

/** Any spelling of a UUID comes in; one is kept. */
function imagesOf({ images = [] }: RegisterBuild): BuildImage[] {
  const byUuid = new Map<string, BuildImage>();
  for (const image of images) {
    const uuid = parseUuid(image.uuid);
    if (uuid !== undefined) byUuid.set(uuid, { ...image, uuid });
  }
  return [...byUuid.values()];
}

function factsOf(body: RegisterBuild, images: readonly BuildImage[]): BuildFacts {
  const { bundleId: _bundleId, name: _name, version: _version, build: _build, uploadedAt, ...facts } = body;
  return { ...facts, images, ...(uploadedAt !== undefined && { uploadedAt: iso(Date.parse(uploadedAt)) }) };
}

/** An extension is uploaded inside its app, under the same number: its reports are reports of that build. */
function withoutParts(appId: string, stored: readonly StoredBuild[]): StoredBuild[] {
  const nameOf = ({ version, build }: StoredBuild) => JSON.stringify([version, build]);
  const byName = Map.groupBy(stored, nameOf);
  return stored.flatMap((build) => {
    const same = byName.get(nameOf(build)) ?? [];
    const kept = same.find((other) => other.appId === appId) ?? same[0];
    if (build !== kept) return [];
    const seen = (key: "firstSeen" | "lastSeen") => same.flatMap((other) => other[key] ?? []).sort();
    return [{ ...build, firstSeen: seen("firstSeen")[0] ?? null, lastSeen: seen("lastSeen").at(-1) ?? null }];
  });
}

function shown({ orderedAt: _orderedAt, registeredAt: _registeredAt, ...build }: StoredBuild) {
  return build;
}
