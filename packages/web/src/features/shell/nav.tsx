/** The navigation: which app, its pages, and at the foot what belongs to the hub and to this browser. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { App, Session } from "@windfall/api";
import type { ReactNode } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { useHub } from "../../hub/hub.ts";
import { sessionQuery, setAsideQuery, symbolsQuery } from "../../hub/queries.ts";
import { Icon, type IconName, Logo } from "../../ui/icon.tsx";
import { count, plural } from "../../ui/numbers.ts";
import { Popup } from "../../ui/popup.tsx";
import { visible } from "../../ui/visible-text.ts";
import { readView, viewHref } from "../filters/view.ts";
import { THEMES, useTheme } from "./theme.ts";

/** Nothing tells a page that an upload was set aside. */
const SET_ASIDE_REFETCH_MS = 60_000;

export interface NavProps {
  readonly session: Session;
  readonly apps: readonly App[];
  readonly app: App | undefined;
  readonly help: () => void;
}

export function Nav({ session, apps, app, help }: NavProps) {
  const { client } = useHub();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const view = readView(useSearch());
  const [theme, setTheme] = useTheme();
  const missing = useQuery(symbolsQuery(client)).data?.missingTotal ?? 0;
  const setAside = useQuery({ ...setAsideQuery(client, 0), refetchInterval: SET_ASIDE_REFETCH_MS }).data?.total ?? 0;
  const signOut = useMutation({
    mutationFn: () => client.call("signOut", {}),
    onSuccess: async () => {
      navigate("/sign-in");
      // Asked again, the session is over and the page follows; what was known in it is forgotten.
      await queryClient.resetQueries({ queryKey: sessionQuery(client).queryKey }).catch(() => undefined);
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
    },
  });
  const nextTheme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";

  return (
    <nav className="nav" aria-label="Main">
      <div className="nav__inner">
        {app && <AppSwitch apps={apps} app={app} />}
        <ul>
          {app ? (
            <>
              <Entry
                href={viewHref(`/apps/${app.id}`, view)}
                path={`/apps/${app.id}`}
                exact
                icon="overview"
                words="Overview"
              />
              <Entry
                href={viewHref(`/apps/${app.id}/signatures`, view)}
                path={`/apps/${app.id}/signatures`}
                icon="signatures"
                words="Signatures"
              />
            </>
          ) : (
            <Entry href="/" path="/" exact icon="setup" words="Setup" />
          )}
          {app && <Entry href={`/builds?app=${app.id}`} path="/builds" icon="builds" words="Builds" />}
          <Entry href={app ? `/symbols?app=${app.id}` : "/symbols"} path="/symbols" icon="symbols" words="Symbols">
            {missing > 0 && (
              <span className="count">
                <span className="warn" title={`${plural(missing, "image")} of reports without a dSYM`}>
                  <Icon name="warn" small />
                </span>
                <span aria-hidden="true">{missing}</span>
                <span className="sr">{`, ${missing} missing`}</span>
              </span>
            )}
          </Entry>
          {setAside > 0 && (
            <Entry
              href={app ? `/set-aside?app=${app.id}` : "/set-aside"}
              path="/set-aside"
              icon="tray"
              words="Set aside"
            >
              <span className="count">
                <span className="warn" title={`${plural(setAside, "upload")} could not be read`}>
                  <Icon name="warn" small />
                </span>
                {count(setAside)}
              </span>
            </Entry>
          )}
        </ul>
        <hr />
        <ul>
          <Entry
            href={app ? `/analyze?app=${app.id}` : "/analyze"}
            path="/analyze"
            icon="file"
            words="Analyze a file"
          />
          <Entry href={app ? `/names?app=${app.id}` : "/names"} path="/names" icon="names" words="Demangle names" />
        </ul>
        <ul className="nav__end">
          <Entry
            href={app ? `/settings?app=${app.id}` : "/settings"}
            path="/settings"
            icon="settings"
            words="Settings"
          />
          <li>
            <button
              type="button"
              className="nav__button"
              title="Light, dark, or as the system"
              onClick={() => setTheme(nextTheme)}
            >
              <Icon name="theme" />
              {`Theme: ${theme}`}
            </button>
          </li>
          <li>
            <button type="button" className="nav__button" title="Help and keys" onClick={help}>
              <Icon name="help" />
              Keys
              <kbd className="push" aria-hidden="true">
                ?
              </kbd>
            </button>
          </li>
          <li>
            <button
              type="button"
              className="nav__button"
              title={`Signed in as ${visible(session.person.name)}, ${session.person.role}`}
              disabled={signOut.isPending}
              onClick={() => signOut.mutate()}
            >
              <Icon name="sign-out" />
              Sign out
            </button>
          </li>
          <li className="nav__version" title={`Windfall ${session.hub.version}`}>
            <Logo size={16} />
            Windfall
            <span className="count">{session.hub.version}</span>
          </li>
        </ul>
      </div>
    </nav>
  );
}

interface EntryProps {
  readonly href: string;
  readonly path: string;
  readonly exact?: boolean;
  readonly icon: IconName;
  readonly words: string;
  readonly children?: ReactNode;
}

function Entry({ href, path, exact, icon, words, children }: EntryProps) {
  const [location] = useLocation();
  const current = exact ? location === path : location === path || location.startsWith(`${path}/`);
  return (
    <li>
      <Link href={href} title={words} aria-current={current ? "page" : undefined}>
        <Icon name={icon} />
        {words}
        {children}
      </Link>
    </li>
  );
}

function AppSwitch({ apps, app }: { readonly apps: readonly App[]; readonly app: App }) {
  return (
    <Popup
      className="nav__app"
      haspopup="dialog"
      title={visible(app.bundleId)}
      control={
        <>
          <span className="appicon" aria-hidden="true">
            {initial(app.name)}
          </span>
          <span>
            <b>{visible(app.name)}</b>
            <small>{app.demo ? "demo data" : app.sample ? "sample" : platformsOf(app)}</small>
          </span>
        </>
      }
    >
      {(close) => (
        <div className="popup" role="dialog" aria-label="Apps">
          <div className="popup__list">
            {apps.map((other) => (
              <Link
                key={other.id}
                href={`/apps/${other.id}`}
                className={other.id === app.id ? "popup__item on" : "popup__item"}
                title={visible(other.bundleId)}
                onClick={close}
              >
                <span className="clip">{visible(other.name)}</span>
                <span className="v">{plural(other.crashes, "crash", "crashes")}</span>
              </Link>
            ))}
          </div>
        </div>
      )}
    </Popup>
  );
}

function platformsOf({ platforms, crashes }: App): string {
  const [only, ...others] = platforms;
  if (only === undefined) return crashes === 0 ? "no reports yet" : "platform unknown";
  return others.length === 0 ? visible(only) : `${platforms.length} platforms`;
}

/** The first letter or digit of a name; a name without any has a question mark. */
const initial = (name: string): string => /[\p{L}\p{N}]/u.exec(name)?.[0].toUpperCase() ?? "?";
