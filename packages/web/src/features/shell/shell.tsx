/** The frame around every page: navigation, top bar, filters, and the one `main`. */
import { useQuery } from "@tanstack/react-query";
import type { Session } from "@windfall/api";
import { Fragment, type ReactNode, useEffect, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { useHub } from "../../hub/hub.ts";
import { appsQuery } from "../../hub/queries.ts";
import { ErrorBoundary } from "../../ui/error-boundary.tsx";
import { Icon } from "../../ui/icon.tsx";
import { visible } from "../../ui/visible-text.ts";
import { DemoMark } from "../demo/demo-mark.tsx";
import { FilterBar } from "../filters/filter-bar.tsx";
import { DropAnywhere } from "./drop-anywhere.tsx";
import { KeyHelp } from "./help.tsx";
import { useKeys } from "./keys.ts";
import { Nav } from "./nav.tsx";

export interface ShellProps {
  readonly session: Session;
  readonly title: string;
  /** Pages above this one. */
  readonly crumbs?: readonly { readonly href: string; readonly words: string }[];
  /** The app this page is of; with it the page has filters. */
  readonly appId?: string;
  /** Whether the title stands in the page itself as its heading. */
  readonly ownHeading?: boolean;
  readonly children: ReactNode;
}

export function Shell({ session, title, crumbs = [], appId, ownHeading, children }: ShellProps) {
  const { client } = useHub();
  const [path] = useLocation();
  const search = useSearch();
  const [opened, setOpened] = useState<{ readonly what: "menu" | "filters"; readonly at: string }>();
  const [help, setHelp] = useState(false);
  const apps = useQuery(appsQuery(client)).data?.apps ?? [];
  const wanted = appId ?? new URLSearchParams(search).get("app");
  const app = apps.find((app) => app.id === wanted) ?? (appId === undefined ? apps[0] : undefined);

  useEffect(() => {
    document.title = [title, app && visible(app.name), "Windfall"].filter(Boolean).join(" · ");
  }, [title, app]);
  // The menu has done its work when the address changes; the filter sheet stays for the next filter of this page.
  const places = { menu: `${path}?${search}`, filters: path };
  const open = opened && places[opened.what] === opened.at ? opened.what : undefined;
  const setOpen = (what: "menu" | "filters" | undefined) => setOpened(what && { what, at: places[what] });
  useKeys({
    "?": () => setHelp(true),
    "/": () => document.querySelector<HTMLElement>(".filters .field")?.focus(),
    Escape: () => setOpen(undefined),
  });

  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <DropAnywhere />
      <div className="app" data-open={open}>
        <Nav session={session} apps={apps} app={app} help={() => setHelp(true)} />
        <div className="page">
          <header className="topbar">
            <button
              type="button"
              className="btn btn--quiet btn--icon menu"
              aria-label="Menu"
              aria-expanded={open === "menu"}
              onClick={() => setOpen(open === "menu" ? undefined : "menu")}
            >
              <Icon name={open === "menu" ? "close" : "menu"} />
            </button>
            <div className="crumbs">
              {crumbs.map(({ href, words }) => (
                <Fragment key={href}>
                  <Link href={href}>{words}</Link>
                  <Icon name="right" small />
                </Fragment>
              ))}
              {ownHeading ? <b>{title}</b> : <h1>{title}</h1>}
            </div>
            {app?.demo && <DemoMark session={session} />}
          </header>
          {appId !== undefined && (
            <FilterBar
              appId={appId}
              open={open === "filters"}
              setOpen={(now) => setOpen(now ? "filters" : undefined)}
            />
          )}
          <main id="main" tabIndex={-1}>
            <ErrorBoundary key={path}>{children}</ErrorBoundary>
          </main>
        </div>
      </div>
      {help && <KeyHelp close={() => setHelp(false)} />}
    </>
  );
}
