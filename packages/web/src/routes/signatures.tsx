/** Every signature in the days and filters, most crashes first, in pages. */
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "wouter";
import { useView } from "../features/filters/use-view.ts";
import { NoCrashes } from "../features/overview/no-crashes.tsx";
import { signatureRows } from "../features/signatures/signature-rows.ts";
import { SignatureTable } from "../features/signatures/signature-table.tsx";
import { useHub } from "../hub/hub.ts";
import { appsQuery, PAGE_SIZE, signaturesQuery } from "../hub/queries.ts";
import { CsvButton } from "../ui/csv-button.tsx";
import { range } from "../ui/dates.ts";
import { Loading, QueryProblem } from "../ui/loading.tsx";
import { plural } from "../ui/numbers.ts";
import { Pager, PastTheLast, readPage } from "../ui/pager.tsx";

export function SignaturesPage({ appId }: { readonly appId: string }) {
  const { client, now } = useHub();
  const { filters, href } = useView();
  const page = readPage(useSearch(), PAGE_SIZE);
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
      <div className="row row--between row--keep">
        <p className="note">
          {`${plural(data.total, "signature")}, ${plural(data.crashes, "crash", "crashes")}, ${range(data.window.from, data.window.to, now())}. Share = crashes of the signature / all of these crashes.`}
        </p>
        <CsvButton what="signatures" rows={() => signatureRows(client, appId, filters)} />
      </div>
      <SignatureTable appId={appId} list={data} first={(page - 1) * PAGE_SIZE + 1} label="Signatures" />
      {data.signatures.length === 0 && <PastTheLast first={pageHref(1)} />}
      <Pager page={page} pages={pages} href={pageHref} />
    </section>
  );
}
