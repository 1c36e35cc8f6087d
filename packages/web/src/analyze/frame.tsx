/** The page's own frame, for whoever opens it without a hub or without signing in: a name, the theme, and the way to the hub. */
import { type ReactNode, useState } from "react";
import { THEMES, useTheme } from "../features/shell/theme.ts";
import { ErrorBoundary } from "./error-boundary.tsx";
import { Icon, Logo } from "../ui/icon.tsx";

export type Tool = "file" | "names";

const TOOLS = [
  { tool: "file", href: "#file", words: "Analyze a file" },
  { tool: "names", href: "#names", words: "Demangle names" },
] as const;

export interface FrameProps {
  /** Whether a hub served it. */
  readonly hub: boolean;
  readonly shown: Tool;
  readonly children: ReactNode;
}

export function Frame({ hub, shown, children }: FrameProps) {
  const [open, setOpen] = useState(false);
  const [theme, setTheme] = useTheme();
  const nextTheme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className="app" data-open={open ? "menu" : undefined}>
        <nav className="nav" aria-label="Main">
          <div className="nav__inner">
            <ul>
              {TOOLS.map(({ tool, href, words }) => (
                <li key={tool}>
                  <a href={href} aria-current={tool === shown ? "page" : undefined} title={words}>
                    <Icon name={tool} />
                    {words}
                  </a>
                </li>
              ))}
              {hub && (
                <li>
                  <a href="/" title="Open the hub">
                    <Icon name="overview" />
                    Open the hub
                  </a>
                </li>
              )}
            </ul>
            <ul className="nav__end">
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
              <li className="nav__version">
                <Logo size={16} />
                Windfall
              </li>
            </ul>
          </div>
        </nav>
        <div className="page">
          <header className="topbar">
            <button
              type="button"
              className="btn btn--quiet btn--icon menu"
              aria-label="Menu"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              <Icon name={open ? "close" : "menu"} />
            </button>
            <div className="crumbs">
              <b>{TOOLS.find(({ tool }) => tool === shown)?.words}</b>
            </div>
          </header>
          <main id="main" tabIndex={-1}>
            <ErrorBoundary>{children}</ErrorBoundary>
          </main>
        </div>
      </div>
    </>
  );
}
