/** Signed out: by name and password, or by a link; that by a click, so that a program that merely looks at the link does not use it up. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { HubError } from "@windfall/api";
import { useEffect } from "react";
import { useLocation, useSearch } from "wouter";
import { rememberAddress, takeAddress } from "../features/shell/return-to.ts";
import { AuthFrame, AuthHeading } from "../features/settings/auth-frame.tsx";
import { FormProblem } from "../features/settings/form-parts.tsx";
import { PasswordSignIn } from "../features/settings/password-sign-in.tsx";
import { useHub } from "../hub/hub.ts";
import { sessionQuery } from "../hub/queries.ts";
import { Command } from "../ui/copy.tsx";

const NEW_LINK = "windfall people link";

export function SignInPage() {
  const { client, now } = useHub();
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
    if (path !== "/sign-in") rememberAddress(localStorage, search === "" ? path : `${path}?${search}`, now());
  }, [path, search, now]);
  const arrive = () => {
    const address = takeAddress(localStorage, now());
    // Elsewhere the address stays, and becomes the page it is of.
    if (path === "/sign-in") navigate(address, { replace: true });
  };
  return (
    <AuthFrame title="Sign in">
      {token === "" ? (
        <>
          <AuthHeading title="Sign in" words="Crash reports of your apps" />
          <PasswordSignIn arrive={arrive} />
        </>
      ) : refused ? (
        <>
          <AuthHeading
            title="This link no longer works"
            words="A sign-in link works once and not for ever: it was used, or its time is over."
          />
          <PasswordSignIn arrive={arrive} />
        </>
      ) : (
        <>
          <AuthHeading title="Sign in" words="This link signs you in once, in this browser." />
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
            <FormProblem error={signIn.error} />
          </form>
        </>
      )}
      <div className="section--line stack stack--8" role={refused ? "alert" : undefined}>
        <p className="note">
          {token === "" || refused
            ? "No account: an admin of this hub can invite you. First start, or lost every way in? On the machine of the hub, this prints a new one-time link:"
            : "Link used up already? On the machine of the hub, this prints a new one:"}
        </p>
        <Command text={NEW_LINK} />
      </div>
    </AuthFrame>
  );
}

const REFUSED = new Set<string>(["sign-in-link-invalid", "unauthenticated", "bad-request"]);
