/** Which report of the signature is shown: the newest, or the one before and after it inside the filters. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Filters, ReportRow } from "@windfall/api";
import { useEffect } from "react";
import { useHub } from "../../hub/hub.ts";
import { signatureReportsQuery } from "../../hub/queries.ts";
import { Icon } from "../../ui/icon.tsx";
import { exactCount } from "../../ui/numbers.ts";
import { useKeys } from "../shell/keys.ts";

export interface EventSwitcherProps {
  readonly signatureId: string;
  readonly filters: Filters;
  /** The report that is shown. */
  readonly reportId: string;
  readonly show: (report: ReportRow | undefined) => void;
}

export function EventSwitcher({ signatureId, filters, reportId, show }: EventSwitcherProps) {
  const { client } = useHub();
  const reports = useInfiniteQuery(signatureReportsQuery(client, signatureId, filters));
  const known = reports.data?.pages.flatMap((page) => page.reports) ?? [];
  const total = reports.data?.pages[0]?.total ?? 0;
  const index = known.findIndex((report) => report.id === reportId);
  const newer = index > 0 ? known[index - 1] : undefined;
  const older = index >= 0 ? known[index + 1] : undefined;

  // One step ahead of the reader: the next page is there when it is asked for.
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = reports;
  const atEnd = index >= 0 && index === known.length - 1;
  useEffect(() => {
    if (atEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [atEnd, hasNextPage, isFetchingNextPage, fetchNextPage]);
  useKeys({
    j: () => older && show(older),
    k: () => newer && show(newer),
  });

  return (
    <>
      <span className="seg" role="group" aria-label="Which report">
        <button type="button" aria-pressed={index === 0} onClick={() => show(undefined)}>
          Newest
        </button>
      </span>
      <span className="push row row--tight row--keep">
        <button
          type="button"
          className="btn btn--quiet btn--icon"
          aria-label="Previous report"
          title="Newer (K)"
          disabled={!newer}
          onClick={() => newer && show(newer)}
        >
          <Icon name="left" />
        </button>
        <span className="note nowrap">
          {index < 0 ? "not in this filter" : `${exactCount(index + 1)} of ${exactCount(total)}`}
        </span>
        <button
          type="button"
          className="btn btn--quiet btn--icon"
          aria-label="Next report"
          title="Older (J)"
          disabled={!older}
          onClick={() => older && show(older)}
        >
          <Icon name="right" />
        </button>
      </span>
    </>
  );
}
