/** What the pages ask the hub, one function per question. The key of an answer is the question itself. */
import type { Client, Filters, SignatureList } from "@windfall/api";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

export const PAGE_SIZE = 50;
/** Reports of a signature are fetched in steps while one pages through them. */
const REPORTS_STEP = 100;
/** Held debug files are shown in steps. */
const HELD_STEP = 100;

export const sessionQuery = (client: Client) =>
  queryOptions({
    queryKey: ["session"],
    queryFn: ({ signal }) => client.call("session", { signal }),
    staleTime: 5 * 60_000,
  });

export const appsQuery = (client: Client) =>
  queryOptions({ queryKey: ["apps"], queryFn: ({ signal }) => client.call("apps", { signal }) });

export const overviewQuery = (client: Client, appId: string, query: Filters) =>
  queryOptions({
    queryKey: ["overview", appId, query],
    queryFn: ({ signal }) => client.call("overview", { params: { appId }, query, signal }),
    placeholderData: keepPreviousData,
  });

export const facetsQuery = (client: Client, appId: string, query: Filters) =>
  queryOptions({
    queryKey: ["facets", appId, query],
    queryFn: ({ signal }) => client.call("facets", { params: { appId }, query, signal }),
    placeholderData: keepPreviousData,
  });

export const signaturesQuery = (
  client: Client,
  appId: string,
  query: Filters,
  limit: number,
  offset: number,
  kind: SignatureList["kind"] = "crash",
) =>
  queryOptions({
    queryKey: ["signatures", appId, query, limit, offset, kind],
    queryFn: ({ signal }) =>
      client.call("signatures", { params: { appId }, query: { ...query, kind, limit, offset }, signal }),
    placeholderData: keepPreviousData,
  });

export const signatureQuery = (client: Client, signatureId: string, query: Filters) =>
  queryOptions({
    queryKey: ["signature", signatureId, query],
    queryFn: ({ signal }) => client.call("signature", { params: { signatureId }, query, signal }),
    placeholderData: keepPreviousData,
  });

export const signatureReportsQuery = (client: Client, signatureId: string, query: Filters) =>
  infiniteQueryOptions({
    queryKey: ["signature-reports", signatureId, query],
    queryFn: ({ signal, pageParam }) =>
      client.call("signatureReports", {
        params: { signatureId },
        query: { ...query, limit: REPORTS_STEP, offset: pageParam },
        signal,
      }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const known = pages.reduce((sum, page) => sum + page.reports.length, 0);
      return last.reports.length > 0 && known < last.total ? known : undefined;
    },
  });

export const reportQuery = (client: Client, reportId: string) =>
  queryOptions({
    queryKey: ["report", reportId],
    queryFn: ({ signal }) => client.call("report", { params: { reportId }, signal }),
    placeholderData: keepPreviousData,
  });

export const buildsQuery = (client: Client, appId: string) =>
  queryOptions({
    queryKey: ["builds", appId],
    queryFn: ({ signal }) => client.call("builds", { params: { appId }, signal }),
  });

/** How many there are; of the lists only the head. */
export const symbolsQuery = (client: Client) =>
  queryOptions({
    queryKey: ["symbols"],
    queryFn: ({ signal }) => client.call("symbols", { query: { limit: 1 }, signal }),
  });

export const heldSymbolsQuery = (client: Client, of: "apps" | "system" = "apps") =>
  infiniteQueryOptions({
    queryKey: ["symbols-held", of],
    queryFn: ({ signal, pageParam }) =>
      client.call("symbols", {
        query: { limit: HELD_STEP, offset: pageParam, system: of === "system" ? "true" : "false" },
        signal,
      }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const known = pages.reduce((sum, page) => sum + page.held.length, 0);
      return last.held.length > 0 && known < last.heldTotal ? known : undefined;
    },
  });

export const symbolsMatrixQuery = (client: Client, appId: string, limit: number) =>
  queryOptions({
    queryKey: ["symbols-matrix", appId, limit],
    queryFn: ({ signal }) => client.call("symbolsMatrix", { params: { appId }, query: { limit }, signal }),
    placeholderData: keepPreviousData,
  });

export const symbolsProgressQuery = (client: Client) =>
  queryOptions({
    queryKey: ["symbols-progress"],
    queryFn: ({ signal }) => client.call("symbolsProgress", { signal }),
  });

export const setAsideQuery = (client: Client, offset: number) =>
  queryOptions({
    queryKey: ["set-aside", offset],
    queryFn: ({ signal }) => client.call("setAside", { query: { limit: PAGE_SIZE, offset }, signal }),
    placeholderData: keepPreviousData,
  });
