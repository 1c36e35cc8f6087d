/** The frame of the pages for those who are not signed in. */
import { type ReactNode, useEffect } from "react";
import { useHub } from "../../hub/hub.ts";
import { Logo } from "../../ui/icon.tsx";

export function AuthFrame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const { origin } = useHub();
  useEffect(() => {
    document.title = `${title} · Windfall`;
  }, [title]);
  return (
    <main className="auth" id="main">
      <div className="auth__box">
        <div className="auth__brand">
          <Logo size={24} />
          <span>Windfall</span>
        </div>
        {children}
      </div>
      <footer className="auth__foot">
        <span>
          Hub <code>{origin.replace(/^https?:\/\//, "")}</code>
        </span>
        <a className="link" href="/analyze">
          Analyze a file without an account
        </a>
      </footer>
    </main>
  );
}

export function AuthHeading({ title, words }: { readonly title: string; readonly words: ReactNode }) {
  return (
    <div className="stack stack--tight">
      <h1>{title}</h1>
      <p className="sub">{words}</p>
    </div>
  );
}
