/**
 * Somebody reads the pages: signed in, with the questions that each page asks, filters as people set them, and an open event stream
 * on which the open page asks again, as often as the real one does.
 */
import { setTimeout } from "node:timers/promises";
import { type Client, createClient, type Filters, routes } from "@windfall/api";

/** Between two pages; shorter than anybody reads. */
const THINK_MS = 500;
/** As the pages do. */
const REFRESH_MS = 1_500;

export interface PageTimes {
  readonly name: string;
  readonly opened: number;
  readonly p50: number;
  readonly p95: number;
}

export interface Reading {
  readonly pages: readonly PageTimes[];
  /** Events of the stream. */
  readonly changes: number;
}

interface Page {
  readonly name: string;
  readonly ask: (signatureId: string) => Promise<readonly unknown[]>;
}

export interface Dashboard {
  /** Reads page after page until told to stop. */
  read(until: AbortSignal): Promise<Reading>;
}

export async function openDashboard(url: string, signInLink: string): Promise<Dashboard> {
  const cookie = await signIn(url, signInLink);
  const client = createClient({
    baseUrl: url,
    fetch: (input, init) => fetch(input, { ...init, headers: { ...headersOf(init), cookie } }),
  });
  const { apps } = await client.call("apps", {});
  const appId = apps[0]?.id ?? "";
  const pages = pagesOf(client, appId);
  const { signatures } = await client.call("signatures", { params: { appId }, query: { limit: 50, offset: 0 } });
  const ids = signatures.map(({ id }) => id);

  return {
    async read(until) {
      const times = new Map<string, number[]>();
      let shown: () => Promise<unknown> = async () => undefined;
      let isOld = false;
      let changes = 0;

      async function turnPages(): Promise<void> {
        for (let turn = 0; !until.aborted; turn++) {
          const { name, ask } = pages[turn % pages.length] as Page;
          shown = () => ask(ids[turn % ids.length] ?? "");
          const started = performance.now();
          await shown();
          times.set(name, [...(times.get(name) ?? []), performance.now() - started]);
          await setTimeout(THINK_MS);
        }
      }

      async function refresh(): Promise<void> {
        while (!until.aborted) {
          if (isOld) {
            isOld = false;
            await shown();
          }
          await setTimeout(REFRESH_MS);
        }
      }

      const listening = listen(url, cookie, until, () => {
        changes++;
        isOld = true;
      });
      await Promise.all([turnPages(), refresh(), listening]);
      return { pages: [...times].map(([name, list]) => summary(name, list)), changes };
    },
  };
}

/** The questions of each page, as `packages/web` asks them, with what people filter by. */
function pagesOf(client: Client, appId: string): Page[] {
  const params = { appId };
  const week: Filters = { from: daysAgo(6), to: daysAgo(0) };
  const views: readonly Filters[] = [{}, { ...week, version: ["2.5"] }, { platform: ["iOS"], os: ["17.6.1"] }];
  const frame = () => [client.call("apps", {}), client.call("symbols", { query: { limit: 1 } })];
  return views.flatMap((query): Page[] => [
    {
      name: "overview",
      ask: () =>
        Promise.all([
          ...frame(),
          client.call("overview", { params, query }),
          client.call("facets", { params, query }),
          client.call("signatures", { params, query: { ...query, limit: 5, offset: 0 } }),
        ]),
    },
    {
      name: "signatures",
      ask: () =>
        Promise.all([
          ...frame(),
          client.call("facets", { params, query }),
          client.call("signatures", { params, query: { ...query, limit: 50, offset: 0 } }),
        ]),
    },
    {
      name: "signature",
      ask: async (signatureId) => {
        const of = { params: { signatureId } };
        const [detail] = await Promise.all([
          client.call("signature", { ...of, query }),
          client.call("signatureReports", { ...of, query: { ...query, limit: 100, offset: 0 } }),
          ...frame(),
        ]);
        const reportId = detail.reports[0]?.id;
        return reportId === undefined ? [] : [await client.call("report", { params: { reportId } })];
      },
    },
  ]);
}

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

async function signIn(url: string, link: string): Promise<string> {
  const token = new URL(link).searchParams.get("token");
  const answer = await fetch(`${url}${routes.signIn.path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ token }),
  });
  const cookie = answer.headers.getSetCookie()[0]?.split(";")[0];
  if (!answer.ok || cookie === undefined) throw new Error(`signing in answered ${answer.status}`);
  return cookie;
}

async function listen(url: string, cookie: string, signal: AbortSignal, changed: () => void): Promise<void> {
  try {
    const answer = await fetch(`${url}${routes.live.path}`, { headers: { cookie }, signal });
    if (!answer.body) throw new Error(`the event stream answered ${answer.status}`);
    const text = new TextDecoder();
    for await (const chunk of answer.body) {
      if (text.decode(chunk, { stream: true }).includes("event: change")) changed();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

const headersOf = (init: RequestInit | undefined): Record<string, string> =>
  Object.fromEntries(new Headers(init?.headers).entries());

function summary(name: string, times: readonly number[]): PageTimes {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { name, opened: sorted.length, p50: at(0.5), p95: at(0.95) };
}
