/** Which apps there are, and how one of them does. */
import { AppError } from "../app-error.ts";
import type { Clock } from "../clock.ts";
import type { Handlers } from "../http/handlers.ts";
import type { EventsStore } from "../stores/events/events-store.ts";
import type { AppsStore, StoredApp } from "./store.ts";
import { countedIn, everyDay } from "./window.ts";

export interface AppsDeps {
  readonly apps: AppsStore;
  readonly events: EventsStore;
  readonly clock: Clock;
  /** Uploads accepted and not yet processed. */
  readonly waiting: () => Promise<number>;
}

export function appsRoutes({ apps, events, clock, waiting }: AppsDeps): Pick<Handlers, "apps" | "overview" | "facets"> {
  return {
    async apps() {
      const counts = new Map((await events.apps()).map((count) => [count.appId, count]));
      return {
        body: {
          apps: (await apps.all()).map(({ id, bundleId, name, sample }) => {
            const count = counts.get(id);
            return {
              id,
              bundleId,
              name,
              platforms: [...(count?.platforms ?? [])],
              crashes: count?.crashes ?? 0,
              lastSeen: count?.lastSeen ?? null,
              sample,
            };
          }),
        },
      };
    },
    async overview({ params, query }) {
      await requireApp(apps, params.appId);
      const { window, scope } = countedIn(params.appId, query, clock);
      const counts = await events.overview(scope);
      return {
        body: {
          ...counts,
          window,
          versions: [...counts.versions],
          days: everyDay(window, counts.days),
          waiting: await waiting(),
        },
      };
    },
    async facets({ params, query }) {
      await requireApp(apps, params.appId);
      const { platform, version, build, os, device } = await events.facets(countedIn(params.appId, query, clock).scope);
      return {
        body: {
          platform: [...platform],
          version: [...version],
          build: [...build],
          os: [...os],
          device: [...device],
        },
      };
    },
  };
}

export async function requireApp(apps: AppsStore, id: string): Promise<StoredApp> {
  const app = await apps.find(id);
  if (!app) throw new AppError("app-not-found", "no app with this id");
  return app;
}
