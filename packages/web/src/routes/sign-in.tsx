/** Signed out: a link signs one in, by a click, so that a program that merely looks at the link does not use it up. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { HubError } from "@windfall/api";
import { useEffect } from "react";
import { useLocation, useSearch } from "wouter";
import { rememberAddress, takeAddress } from "../features/shell/return-to.ts";
import { useHub } from "../hub/hub.ts";
import { sessionQuery } from "../hub/queries.ts";
import { Command } from "../ui/copy.tsx";
import { Icon, Logo } from "../ui/icon.tsx";
import { problemSentence } from "../ui/loading.tsx";

const NEW_LINK = "windfall people link";

export function SignInPage() {
  const { client, origin, now } = useHub();
  const queryClient = useQueryClient();
  const [path, navigate] = useLocation();
  const search = useSearch();
  const token = path === "/sign-in" ? (new URLSearchParams(search).get("token") ?? "") : "";
  const signIn = useMutation({
    mutationFn: () => client.call("signIn", { body: { token } }),
    onSuccess: (session) => {
      navigate(takeAddress(localStorage, now()), { replace: true });
      queryClient.setQueryData(sessionQuery(client).queryKey, session);
    },
  });
  const refused = signIn.error instanceof HubError && REFUSED.has(signIn.error.code);
  useEffect(() => {
    document.title = "Sign in · Windfall";
  }, []);
  useEffect(() => {
    if (path !== "/sign-in") rememberAddress(localStorage, search === "" ? path : `${path}?${search}`, now());
  }, [path, search, now]);
  return (
    <main className="auth" id="main">
      <div className="auth__box">
        <div className="auth__brand">
          <Logo size={24} />
          <span>Windfall</span>
        </div>
        {token === "" ? (
          <Heading
            title="Signed out"
            words="Open the sign-in link of this hub: the first start printed one in its terminal."
          />
        ) : refused ? (
          <Heading
            title="This link no longer works"
            words="A sign-in link works once and not for ever: it was used, or its time is over."
          />
        ) : (
          <>
            <Heading title="Sign in" words="This link signs you in once, in this browser." />
            <form
              className="stack stack--16"
              aria-label="Sign in"
              onSubmit={(event) => {
                event.preventDefault();
                signIn.mutate();
              }}
            >
              <button className="btn btn--primary" type="submit" disabled={signIn.isPending}>
                Sign in
              </button>
              {signIn.isError && (
                <p className="field-error" role="alert">
                  <Icon name="wrong" small />
                  {problemSentence(signIn.error)}
                </p>
              )}
            </form>
          </>
        )}
        <div className="section--line stack stack--8" role={refused ? "alert" : undefined}>
          <p className="note">
            {token === "" || refused
              ? "On the machine of the hub, this prints a new link:"
              : "Link used up already? On the machine of the hub, this prints a new one:"}
          </p>
          <Command text={NEW_LINK} />
        </div>
      </div>
      <footer className="auth__foot">
        <span>
          Hub <code>{origin.replace(/^https?:\/\//, "")}</code>
        </span>
      </footer>
    </main>
  );
}

const REFUSED = new Set<string>(["sign-in-link-invalid", "unauthenticated", "bad-request"]);

function Heading({ title, words }: { readonly title: string; readonly words: string }) {
  return (
    <div className="stack stack--tight">
      <h1>{title}</h1>
      <p className="sub">{words}</p>
    </div>
  );
}
