/** Which page an address is. Signed out, every address is the sign-in page; the address stays, so signing in leads there. */
import { useQuery } from "@tanstack/react-query";
import { HubError, type Session } from "@windfall/api";
import { lazy, type ReactNode, Suspense } from "react";
import { Redirect, Route, Switch, useLocation, useSearch } from "wouter";
import { useView } from "./features/filters/use-view.ts";
import { useLive } from "./features/live/use-live.ts";
import { readKind, signaturesPath } from "./features/signatures/kinds.tsx";
import { Shell } from "./features/shell/shell.tsx";
import { useHub } from "./hub/hub.ts";
import { appsQuery, sessionQuery, signatureQuery } from "./hub/queries.ts";
import { FirstRunPage } from "./routes/first-run.tsx";
import { NotFoundPage } from "./routes/not-found.tsx";
import { OverviewPage } from "./routes/overview.tsx";
import { SignInPage } from "./routes/sign-in.tsx";
import { SignaturesPage } from "./routes/signatures.tsx";
import { Loading, QueryProblem } from "./ui/loading.tsx";

// The larger pages come when they are opened; the first one is smaller without them.
const SignaturePage = lazy(async () => ({ default: (await import("./routes/signature.tsx")).SignaturePage }));
const AnalyzePage = lazy(async () => ({ default: (await import("./routes/analyze.tsx")).AnalyzePage }));
const NamesPage = lazy(async () => ({ default: (await import("./routes/names.tsx")).NamesPage }));
const BuildsPage = lazy(async () => ({ default: (await import("./routes/builds.tsx")).BuildsPage }));
const SettingsPage = lazy(async () => ({ default: (await import("./routes/settings.tsx")).SettingsPage }));
const SetAsidePage = lazy(async () => ({ default: (await import("./routes/set-aside.tsx")).SetAsidePage }));
const InvitationPage = lazy(async () => ({ default: (await import("./routes/invitation.tsx")).InvitationPage }));
const SymbolsPage = lazy(async () => ({ default: (await import("./routes/symbols.tsx")).SymbolsPage }));

/** While the hub is empty the page looks for a first report by itself. */
const EMPTY_REFETCH_MS = 3000;

export function App() {
  const [path] = useLocation();
  if (path !== "/invitation") return <SignedIn />;
  return (
    <Suspense fallback={<Loading label="Loading the page" rows={0} />}>
      <InvitationPage />
    </Suspense>
  );
}

function SignedIn() {
  const { client } = useHub();
  const search = useSearch();
  const session = useQuery(sessionQuery(client));
  if (session.isPending) return <Loading label="Loading" rows={0} />;
  if (session.error instanceof HubError && session.error.status === 401) return <SignInPage />;
  if (!session.data) {
    return (
      <main className="auth" id="main">
        <div className="auth__box">
          <QueryProblem what="The hub could not be asked" error={session.error} retry={() => void session.refetch()} />
        </div>
      </main>
    );
  }
  return (
    <>
      <Live />
      <Pages session={session.data} search={search} />
    </>
  );
}

/** For as long as somebody is signed in. */
function Live() {
  useLive();
  return null;
}

function Pages({ session, search }: { readonly session: Session; readonly search: string }) {
  return (
    <Switch>
      <Route path="/sign-in">{new URLSearchParams(search).has("token") ? <SignInPage /> : <Redirect to="/" />}</Route>
      <Route path="/">
        <Home session={session} />
      </Route>
      <Route path="/analyze">
        <Shell session={session} title="Analyze a file" ownHeading>
          <Suspense fallback={<Loading label="Loading the page" />}>
            <AnalyzePage />
          </Suspense>
        </Shell>
      </Route>
      <Route path="/names">
        <Shell session={session} title="Demangle names">
          <Suspense fallback={<Loading label="Loading the page" />}>
            <NamesPage />
          </Suspense>
        </Shell>
      </Route>
      <Route path="/builds">
        <Shell session={session} title="Builds">
          <Suspense fallback={<Loading label="Loading the page" />}>
            <BuildsPage session={session} hubUrl={hubUrlOf(session)} />
          </Suspense>
        </Shell>
      </Route>
      <Route path="/settings">
        <Shell session={session} title="Settings">
          <Suspense fallback={<Loading label="Loading the page" />}>
            <SettingsPage session={session} />
          </Suspense>
        </Shell>
      </Route>
      <Route path="/set-aside">
        <Shell session={session} title="Set aside">
          <Suspense fallback={<Loading label="Loading the page" />}>
            <SetAsidePage />
          </Suspense>
        </Shell>
      </Route>
      <Route path="/symbols">
        <Shell session={session} title="Symbols">
          <Suspense fallback={<Loading label="Loading the page" />}>
            <SymbolsPage hubUrl={hubUrlOf(session)} />
          </Suspense>
        </Shell>
      </Route>
      <Route path="/apps/:appId">
        {({ appId }) => (
          <InApp appId={appId}>
            <Shell session={session} title="Overview" appId={appId}>
              <OverviewPage appId={appId} />
            </Shell>
          </InApp>
        )}
      </Route>
      <Route path="/apps/:appId/signatures">
        {({ appId }) => (
          <InApp appId={appId}>
            <Shell session={session} title="Signatures" appId={appId}>
              <SignaturesPage appId={appId} />
            </Shell>
          </InApp>
        )}
      </Route>
      <Route path="/apps/:appId/signatures/kind/:kind">
        {({ appId, kind }) => (
          <InApp appId={appId}>
            <Shell session={session} title="Signatures" appId={appId}>
              <SignaturesPage key={kind} appId={appId} kind={readKind(kind) ?? "crash"} />
            </Shell>
          </InApp>
        )}
      </Route>
      <Route path="/apps/:appId/signatures/:signatureId">
        {({ appId, signatureId }) => (
          <Signature key={signatureId} session={session} appId={appId} signatureId={signatureId} />
        )}
      </Route>
      <Route>
        <Shell session={session} title="Not found">
          <NotFoundPage />
        </Shell>
      </Route>
    </Switch>
  );
}

/** A part of an app, such as its widget, is shown as the whole. */
function InApp({ appId, children }: { readonly appId: string; readonly children: ReactNode }) {
  const { client } = useHub();
  const { href } = useView();
  const [path] = useLocation();
  const apps = useQuery(appsQuery(client)).data?.apps;
  const host = apps?.find(({ processes }) => processes.some(({ id }) => id === appId));
  return host ? <Redirect to={href(path.replace(appId, host.id))} replace /> : children;
}

function Signature({ session, appId, signatureId }: { session: Session; appId: string; signatureId: string }) {
  const { client } = useHub();
  const { filters, href } = useView();
  const signature = useQuery(signatureQuery(client, signatureId, filters)).data;
  // An address put together by hand: the signature's own app is the one to show it in.
  if (signature && signature.appId !== appId) {
    return <Redirect to={href(`/apps/${signature.appId}/signatures/${signatureId}`)} replace />;
  }
  const shortId = signature?.signature.shortId ?? "Signature";
  const list = signaturesPath(appId, signature?.signature.kind ?? "crash");
  const crumbs = [{ href: href(list), words: "Signatures" }];
  return (
    <Shell session={session} title={shortId} crumbs={crumbs} appId={appId} ownHeading={signature !== undefined}>
      <Suspense fallback={<Loading label="Loading the page" />}>
        <SignaturePage signatureId={signatureId} />
      </Suspense>
    </Shell>
  );
}

function Home({ session }: { readonly session: Session }) {
  const { client } = useHub();
  const apps = useQuery({
    ...appsQuery(client),
    refetchInterval: (query) => (query.state.data?.apps.length === 0 ? EMPTY_REFETCH_MS : false),
  });
  const first = apps.data?.apps[0];
  if (first) return <Redirect to={`/apps/${first.id}`} replace />;
  return (
    <Shell session={session} title="Setup">
      {apps.isPending && <Loading label="Loading apps" />}
      {apps.isError && (
        <QueryProblem what="The apps could not be read" error={apps.error} retry={() => void apps.refetch()} />
      )}
      {apps.data && <FirstRunPage hubUrl={hubUrlOf(session)} />}
    </Shell>
  );
}

/** The address for commands: what the operator says the hub is reached by, else what this browser used. */
const hubUrlOf = (session: Session): string => (session.hub.publicUrl || location.origin).replace(/\/+$/, "");
