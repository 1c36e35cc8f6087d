/** Debug files: what the builds of an app need, what is missing and where to get it, what late symbols did, and what is held. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { SymbolsMatrix } from "@windfall/api";
import { useState } from "react";
import { useSearch } from "wouter";
import { Gaps, Lesser } from "../features/symbols/gaps.tsx";
import { Held, HeldSystem } from "../features/symbols/held.tsx";
import { SymbolMatrix } from "../features/symbols/matrix.tsx";
import { Running, Runs, useSymbolsProgress } from "../features/symbols/runs.tsx";
import { SymbolUpload } from "../features/symbols/upload.tsx";
import { useHub } from "../hub/hub.ts";
import { useMay } from "../hub/may.ts";
import { appsQuery, heldSymbolsQuery, symbolsMatrixQuery } from "../hub/queries.ts";
import { Loading, QueryProblem } from "../ui/loading.tsx";
import { exactCount, plural } from "../ui/numbers.ts";

const FIRST_BUILDS = 20;
const MAX_BUILDS = 200;

export function SymbolsPage({ hubUrl }: { readonly hubUrl: string }) {
  const { client } = useHub();
  const mayUpload = useMay("ingest");
  const apps = useQuery(appsQuery(client));
  const wanted = new URLSearchParams(useSearch()).get("app");
  const app = apps.data?.apps.find(({ id }) => id === wanted) ?? apps.data?.apps[0];
  const [limit, setLimit] = useState(FIRST_BUILDS);
  const matrix = useQuery({ ...symbolsMatrixQuery(client, app?.id ?? "", limit), enabled: app !== undefined });
  const held = useInfiniteQuery(heldSymbolsQuery(client));
  const progress = useSymbolsProgress();
  if (held.isPending || apps.isPending || (app && matrix.isPending)) return <Loading label="Loading symbols" />;
  if (held.isLoadingError || apps.isLoadingError) {
    return (
      <QueryProblem
        what="The symbols could not be read"
        error={held.error ?? apps.error}
        retry={() => void Promise.all([held.refetch(), apps.refetch()])}
      />
    );
  }
  return (
    <>
      {matrix.data && <Sums matrix={matrix.data} />}
      {mayUpload && <SymbolUpload />}
      {progress && <Running progress={progress} />}
      {matrix.isLoadingError && (
        <QueryProblem what="The builds could not be read" error={matrix.error} retry={() => void matrix.refetch()} />
      )}
      {matrix.data && matrix.data.builds.length > 0 && (
        <SymbolMatrix
          builds={matrix.data.builds}
          total={Math.min(matrix.data.total, MAX_BUILDS)}
          showAll={() => setLimit(MAX_BUILDS)}
        />
      )}
      {matrix.data && matrix.data.gaps.length > 0 && <Gaps gaps={matrix.data.gaps} hubUrl={hubUrl} />}
      {matrix.data && matrix.data.lesser.length > 0 && <Lesser images={matrix.data.lesser} />}
      {progress && <Runs runs={progress.runs} />}
      {held.data && (
        <Held
          held={held.data.pages.flatMap((page) => page.held)}
          total={held.data.pages.at(-1)?.heldTotal ?? 0}
          more={held.hasNextPage ? () => void held.fetchNextPage() : undefined}
          isBusy={held.isFetchingNextPage}
          hubUrl={hubUrl}
        />
      )}
      {(held.data?.pages.at(-1)?.systemTotal ?? 0) > 0 && <HeldSystem />}
    </>
  );
}

function Sums({ matrix: { builds, gaps } }: { readonly matrix: SymbolsMatrix }) {
  const images = builds.flatMap((build) => build.images);
  const held = images.filter(({ state }) => state === "held" || state === "names-only").length;
  const unnamed = builds.reduce((sum, build) => sum + build.unnamed, 0);
  const withGaps = new Set(gaps.flatMap((gap) => gap.builds.map(({ version, build }) => `${version}\0${build}`))).size;
  return (
    <div className="stack stack--tight">
      <p className="lead">{`${exactCount(held)} of ${plural(images.length, "app image")} held`}</p>
      <p className="note">
        {gaps.length === 0
          ? "Every image that the builds are made of, as far as it is known, has its symbols."
          : `${plural(gaps.length, "gap")} in ${plural(withGaps, "build")} ${gaps.length === 1 ? "hides" : "hide"} names in ${plural(unnamed, "crash", "crashes")}. Images are known from registered builds, before the first crash, and from reports.`}
      </p>
    </div>
  );
}
