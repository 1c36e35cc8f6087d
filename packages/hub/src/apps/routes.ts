/** Which apps there are, what belongs to each, and how one of them does. */
import { appsOf } from "../access/reach.ts";
import { AppError } from "../app-error.ts";
import type { DeviceNames } from "../devices/device-names.ts";
import { labelled } from "../devices/label.ts";
import type { Handlers } from "../http/handlers.ts";
import type { AppCount, FacetCount } from "../stores/events/event-answers.ts";
import type { EventsStore } from "../stores/events/events-store.ts";
import { type Clock, iso } from "../clock.ts";
import { compareWeeks, usageNumbers, weeksOf } from "../usage/crash-free.ts";
import { lateArrivals } from "../usage/late-arrivals.ts";
import type { Scrubbing } from "../scrubbing/scrubbing.ts";
import type { Scopes } from "./scope.ts";
import type { AppFamily, AppsStore, StoredApp } from "./store.ts";
import { everyDay } from "./window.ts";

export interface AppsDeps {
  readonly apps: AppsStore;
  readonly scopes: Scopes;
  readonly clock: Clock;
  readonly devices: DeviceNames;
  readonly events: EventsStore;
  /** Tells the events which signatures became one. */
  readonly mapped: () => Promise<void>;
  readonly scrubbing: Scrubbing;
  /** Uploads accepted and not yet processed. */
  readonly waiting: () => Promise<number>;
}

export function appsRoutes({
  apps,
  scopes,
  clock,
  devices,
  events,
  mapped,
  scrubbing,
  waiting,
}: AppsDeps): Pick<Handlers, "apps" | "attachApp" | "setAppStorage" | "overview" | "facets"> {
  return {
    async apps({ caller }) {
      const reached = appsOf(caller);
      const [all, counted] = await Promise.all([apps.all(), events.apps()]);
      const counts = new Map(counted.map((count) => [count.appId, count]));
      const hosts = all.filter(({ id, hostId }) => hostId === null && (reached?.has(id) ?? true));
      return {
        body: {
          apps: hosts.map((app) => {
            const parts = all.filter(({ hostId }) => hostId === app.id);
            return appOf(app, parts, counts);
          }),
        },
      };
    },
    async attachApp({ params, body }) {
      if (!(await apps.find(params.appId))) throw new AppError("app-not-found", "no app with this id");
      await apps.attach(params.appId, body.hostId);
      await scrubbing.reload();
      await mapped();
      const { hostId } = (await apps.find(params.appId)) ?? { hostId: null };
      return { body: { id: params.appId, hostId } };
    },
    async setAppStorage({ params, body: { storage } }) {
      await scrubbing.set(params.appId, storage);
      return { body: { id: params.appId, storage } };
    },
    async overview({ params, query }) {
      const { window, scope } = await scopes.of(params.appId, query);
      const now = clock();
      const today = iso(now).slice(0, 10);
      const [counts, kinds, usage] = await Promise.all([
        events.overview(scope),
        events.kinds(scope),
        events.usage(scope),
      ]);
      const { buildOrder = [] } = scope;
      const numbers = usageNumbers({ window, today, builds: counts.versions, usage, buildOrder });
      const fortnight = weeksOf(window, today);
      const [days, late] = await Promise.all([
        numbers.crashFree?.users ? events.usageDays({ ...scope, ...fortnight }) : [],
        lateArrivals(events, { scope, now, crashesByDay: counts.days, crashFree: numbers.crashFree }),
      ]);
      return {
        body: {
          ...counts,
          ...numbers,
          kinds: kinds.filter(({ kind }) => kind !== "crash"),
          window,
          versions: [...numbers.versions],
          days: everyDay(window, counts.days),
          weeks: compareWeeks(days, fortnight),
          late,
          waiting: await waiting(),
        },
      };
    },
    async facets({ params, query }) {
      const { family, scope } = await scopes.of(params.appId, query);
      const [{ platform, version, build, os, device, process }, deviceName] = await Promise.all([
        events.facets(scope),
        devices.current(),
      ]);
      return {
        body: {
          platform: [...platform],
          version: [...version],
          build: [...build],
          os: [...os],
          device: labelled(device, deviceName),
          process: processesOf(family, process),
        },
      };
    },
  };
}

function appOf(app: StoredApp, parts: readonly StoredApp[], counts: ReadonlyMap<string, AppCount>) {
  const { id, bundleId, name, sample, demo } = app;
  const ofFamily = [app, ...parts].flatMap((one) => counts.get(one.id) ?? []);
  return {
    id,
    bundleId,
    name,
    platforms: [...new Set(ofFamily.flatMap(({ platforms }) => platforms))].sort(),
    crashes: ofFamily.reduce((sum, { crashes }) => sum + crashes, 0),
    lastSeen: ofFamily.map(({ lastSeen }) => lastSeen).reduce<string | null>(later, null),
    processes: parts.map((part) => ({
      id: part.id,
      bundleId: part.bundleId,
      name: part.name,
      crashes: counts.get(part.id)?.crashes ?? 0,
      by: part.hostBy ?? ("prefix" as const),
    })),
    storage: app.storage,
    sample,
    demo,
  };
}

const later = (a: string | null, b: string): string => (a !== null && a > b ? a : b);

/** By bundle id: an app's own id says nothing to people. */
function processesOf({ members }: AppFamily, counts: readonly FacetCount[]) {
  const byId = new Map(members.map((member) => [member.id, member]));
  // A Debug build has the name of its app: then the bundle ids say more.
  const isOnly = (name: string) => members.filter((member) => member.name === name).length === 1;
  return counts.flatMap(({ value, crashes }) => {
    const member = byId.get(value);
    if (!member) return [];
    const { bundleId, name } = member;
    return [{ value: bundleId, crashes, ...(isOnly(name) && { label: name }) }];
  });
}
