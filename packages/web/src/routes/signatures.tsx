/** Every signature of crashes, or of another kind of report, in the days and filters; most reports first, in pages. */
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "wouter";
import { useView } from "../features/filters/use-view.ts";
import { NoCrashes } from "../features/overview/no-crashes.tsx";
import { signatureRows } from "../features/signatures/signature-rows.ts";
import { KindTabs, type Kind, reportsOf, signaturesPath, wordsOf } from "../features/signatures/kinds.tsx";
import { SignatureTable } from "../features/signatures/signature-table.tsx";
import { useHub } from "../hub/hub.ts";
import { appsQuery, overviewQuery, PAGE_SIZE, signaturesQuery } from "../hub/queries.ts";
import { CsvButton } from "../ui/csv-button.tsx";
import { range } from "../ui/dates.ts";
import { Loading, QueryProblem } from "../ui/loading.tsx";
import { plural } from "../ui/numbers.ts";
import { Pager, PastTheLast, readPage } from "../ui/pager.tsx";

export function SignaturesPage({ appId, kind = "crash" }: { readonly appId: string; readonly kind?: Kind }) {
  const { client, now } = useHub();
  const { filters, href } = useView();
  const page = readPage(useSearch(), PAGE_SIZE);
  const path = signaturesPath(appId, kind);
  const words = wordsOf(kind);
  const app = useQuery(appsQuery(client)).data?.apps.find((app) => app.id === appId);
  const overview = useQuery(overviewQuery(client, appId, filters)).data;
  const list = useQuery(signaturesQuery(client, appId, filters, PAGE_SIZE, (page - 1) * PAGE_SIZE, kind));
  if (list.isPending) return <Loading label="Loading signatures" />;
  if (list.isError)
    return (
      <QueryProblem what="The signatures could not be read" error={list.error} retry={() => void list.refetch()} />
    );
  const { data } = list;
  const tabs = overview && <KindTabs appId={appId} kinds={overview.kinds} crashes={overview.crashes} shown={kind} />;
  if (data.total === 0) {
    return (
      <section className="stack">
        {tabs}
        {kind === "crash" ? (
          <NoCrashes path={path} app={app} window={data.window} waiting={0} />
        ) : (
          <p className="sub">{`No ${words.one} in these days and filters.`}</p>
        )}
      </section>
    );
  }
  const pages = Math.max(1, Math.ceil(data.total / PAGE_SIZE));
  const pageHref = (to: number) => href(path, {}, to === 1 ? {} : { page: String(to) });
  return (
    <section className="stack">
      {tabs}
      <div className="row row--between row--keep">
        <p className="note">
          {`${plural(data.total, "signature")}, ${reportsOf(kind, data.crashes)}, ${range(data.window.from, data.window.to, now())}. Share = ${words.many} of the signature / all of these ${words.many}.`}
        </p>
        <CsvButton what="signatures" rows={() => signatureRows(client, appId, filters, kind)} />
      </div>
      <SignatureTable appId={appId} list={data} first={(page - 1) * PAGE_SIZE + 1} label="Signatures" />
      {data.signatures.length === 0 && <PastTheLast first={pageHref(1)} />}
      <Pager page={page} pages={pages} href={pageHref} />
    </section>
  );
}
