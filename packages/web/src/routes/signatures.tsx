/** Every signature in the days and filters, most crashes first, in pages. */
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "wouter";
import { useView } from "../features/filters/use-view.ts";
import { NoCrashes } from "../features/overview/no-crashes.tsx";
import { SignatureTable } from "../features/signatures/signature-table.tsx";
import { useHub } from "../hub/hub.ts";
import { appsQuery, PAGE_SIZE, signaturesQuery } from "../hub/queries.ts";
import { range } from "../ui/dates.ts";
import { Icon } from "../ui/icon.tsx";
import { Loading, QueryProblem } from "../ui/loading.tsx";
import { exactCount, plural } from "../ui/numbers.ts";

export function SignaturesPage({ appId }: { readonly appId: string }) {
  const { client, now } = useHub();
  const { filters, href } = useView();
  const page = readPage(useSearch());
  const path = `/apps/${appId}/signatures`;
  const app = useQuery(appsQuery(client)).data?.apps.find((app) => app.id === appId);
  const list = useQuery(signaturesQuery(client, appId, filters, PAGE_SIZE, (page - 1) * PAGE_SIZE));
  if (list.isPending) return <Loading label="Loading signatures" />;
  if (list.isError)
    return (
      <QueryProblem what="The signatures could not be read" error={list.error} retry={() => void list.refetch()} />
    );
  const { data } = list;
  if (data.total === 0) return <NoCrashes path={path} app={app} window={data.window} waiting={0} />;
  const pages = Math.max(1, Math.ceil(data.total / PAGE_SIZE));
  const pageHref = (to: number) => href(path, {}, to === 1 ? {} : { page: String(to) });
  return (
    <section className="stack">
      <p className="note">
        {`${plural(data.total, "signature")}, ${plural(data.crashes, "crash", "crashes")}, ${range(data.window.from, data.window.to, now())}. Share = crashes of the signature / all of these crashes.`}
      </p>
      <SignatureTable appId={appId} list={data} first={(page - 1) * PAGE_SIZE + 1} label="Signatures" />
      {data.signatures.length === 0 && (
        <p className="sub">
          This page is past the last one.{" "}
          <Link className="link" href={pageHref(1)}>
            Show the first
          </Link>
        </p>
      )}
      {pages > 1 && (
        <nav className="row" aria-label="Pages">
          {page > 1 && (
            <Link className="btn" href={pageHref(page - 1)}>
              <Icon name="left" />
              Previous
            </Link>
          )}
          <span className="note">{`Page ${exactCount(page)} of ${exactCount(pages)}`}</span>
          {page < pages && (
            <Link className="btn" href={pageHref(page + 1)}>
              Next
              <Icon name="right" />
            </Link>
          )}
        </nav>
      )}
    </section>
  );
}

/** The hub takes offsets up to a million. */
const LAST_PAGE = 1_000_000 / PAGE_SIZE;

function readPage(search: string): number {
  const page = Number(new URLSearchParams(search).get("page") ?? "1");
  return Number.isInteger(page) && page >= 1 && page <= LAST_PAGE ? page : 1;
}
