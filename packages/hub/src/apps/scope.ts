/** What a page asks for, as the events understand it: the app with its processes, the days, the filters, the order of its builds. */
import type { Filters } from "@windfall/api";
import { AppError } from "../app-error.ts";
import type { BuildsStore } from "../builds/store.ts";
import type { Clock } from "../clock.ts";
import type { AppFamily, AppsStore } from "./store.ts";
import { type Counted, countedIn } from "./window.ts";

export interface Asked extends Counted {
  readonly family: AppFamily;
}

export interface Scopes {
  /** Throws `app-not-found`. A part of an app is asked for as the whole. */
  of(appId: string, filters: Filters): Promise<Asked>;
}

export interface ScopesDeps {
  readonly apps: AppsStore;
  readonly builds: BuildsStore;
  readonly clock: Clock;
}

export function createScopes({ apps, builds, clock }: ScopesDeps): Scopes {
  return {
    async of(appId, { process, ...filters }) {
      const family = await requireFamily(apps, appId);
      const appIds = family.members.map(({ id }) => id);
      const { window, scope } = countedIn(appIds, filters, clock);
      const buildOrder = await builds.buildsOfApp(appIds);
      return {
        family,
        window,
        scope: {
          ...scope,
          buildOrder,
          filters: { ...scope.filters, ...(process && { process: process.map((bundleId) => idOf(family, bundleId)) }) },
        },
      };
    },
  };
}

export async function requireFamily(apps: AppsStore, id: string): Promise<AppFamily> {
  const family = await apps.family(id);
  if (!family) throw new AppError("app-not-found", "no app with this id");
  return family;
}

/** An unknown bundle id stays as it is: no event has it for an app id, and a filter that finds nothing says so. */
const idOf = ({ members }: AppFamily, bundleId: string): string =>
  members.find((member) => member.bundleId === bundleId)?.id ?? bundleId;
