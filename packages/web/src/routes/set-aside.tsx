/** Uploads that the hub accepted and could not read: why, who sent them, and another try. */
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "wouter";
import { FormProblem } from "../features/settings/form-parts.tsx";
import { SetAsideTable } from "../features/set-aside/set-aside-table.tsx";
import { outcomeOf, useTryAgain } from "../features/set-aside/try-again.ts";
import { useHub } from "../hub/hub.ts";
import { useMay } from "../hub/may.ts";
import { PAGE_SIZE, setAsideQuery } from "../hub/queries.ts";
import { Icon } from "../ui/icon.tsx";
import { Loading, QueryProblem } from "../ui/loading.tsx";
import { plural } from "../ui/numbers.ts";
import { Pager, PastTheLast, readPage } from "../ui/pager.tsx";

export function SetAsidePage() {
  const { client } = useHub();
  const search = useSearch();
  const page = readPage(search, PAGE_SIZE);
  const mayTry = useMay("write");
  const list = useQuery(setAsideQuery(client, (page - 1) * PAGE_SIZE));
  const again = useTryAgain();
  if (list.isPending) return <Loading label="Loading set-aside uploads" />;
  if (list.isError) {
    return (
      <QueryProblem
        what="The set-aside uploads could not be read"
        error={list.error}
        retry={() => void list.refetch()}
      />
    );
  }
  const { total, rows } = list.data;
  const pageHref = (to: number) => hrefOf(search, to);
  return (
    <section className="stack" aria-labelledby="set-aside">
      <div className="row row--between row--base">
        <h2 className="lead" id="set-aside">
          {total === 0 ? "Nothing is set aside" : `${plural(total, "upload")} could not be read`}
        </h2>
        {mayTry && total > 0 && (
          <button
            type="button"
            className="btn btn--primary"
            disabled={again.isPending}
            onClick={() => again.mutate({ ids: rows.map(({ id }) => id), all: true })}
          >
            <Icon name="again" />
            {again.isPending ? "Trying …" : total === 1 ? "Try it again" : "Try all again"}
          </button>
        )}
      </div>
      <p className="prose sub">
        {total === 0
          ? "Every upload that this hub accepted has been read. One that cannot be is listed here with the reason; its bytes are kept."
          : "What was accepted is never thrown away: its bytes are kept, and it counts in no number. Another try helps when the cause has gone: a disk that was mended, or a newer Windfall that knows the format."}
      </p>
      <FormProblem error={again.error} />
      {again.data && !again.isPending && (
        <p className="sub" role="status">
          {outcomeOf(again.data)}
        </p>
      )}
      {rows.length > 0 && (
        <SetAsideTable
          rows={rows}
          tryAgain={mayTry ? (id) => again.mutate({ ids: [id], all: false }) : undefined}
          busy={again.isPending}
        />
      )}
      {rows.length === 0 && total > 0 && <PastTheLast first={pageHref(1)} />}
      <Pager page={page} pages={Math.ceil(total / PAGE_SIZE)} href={pageHref} />
    </section>
  );
}

function hrefOf(search: string, page: number): string {
  const params = new URLSearchParams(search);
  if (page === 1) params.delete("page");
  else params.set("page", String(page));
  return `/set-aside${params.size > 0 ? `?${params.toString()}` : ""}`;
}
