/** Somebody opens an invitation: what is offered, and by a name and a password it is taken. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { HubError, MIN_PASSWORD_LENGTH, type OpenInvitation } from "@windfall/api";
import { useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { AuthFrame, AuthHeading } from "../features/settings/auth-frame.tsx";
import { FormProblem, NameField, PasswordField } from "../features/settings/form-parts.tsx";
import { RoleOffers } from "../features/settings/roles.tsx";
import { useHub } from "../hub/hub.ts";
import { sessionQuery } from "../hub/queries.ts";
import { utc } from "../ui/dates.ts";
import { Loading, QueryProblem } from "../ui/loading.tsx";
import { visible } from "../ui/visible-text.ts";

export function InvitationPage() {
  const { client } = useHub();
  const token = new URLSearchParams(useSearch()).get("token") ?? "";
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: ({ signal }) => client.call("openInvitation", { body: { token }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: token !== "",
  });
  const refused = token === "" || (invitation.error instanceof HubError && REFUSED.has(invitation.error.code));
  return (
    <AuthFrame title="Invitation">
      {refused ? (
        <>
          <AuthHeading
            title="This invitation no longer works"
            words="It was used or revoked, or its time is over. An admin of this hub can make a new one."
          />
          <p className="sub">
            Used by yourself?{" "}
            <Link className="link" href="/sign-in">
              Sign in
            </Link>
          </p>
        </>
      ) : invitation.isPending ? (
        <Loading label="Loading the invitation" rows={2} />
      ) : invitation.isError ? (
        <>
          <h1>Invitation</h1>
          <QueryProblem what="It could not be read" error={invitation.error} retry={() => void invitation.refetch()} />
        </>
      ) : (
        <Accept token={token} invitation={invitation.data} />
      )}
    </AuthFrame>
  );
}

const REFUSED = new Set<string>(["invitation-invalid", "bad-request"]);

function Accept({ token, invitation }: { readonly token: string; readonly invitation: OpenInvitation }) {
  const { client, origin } = useHub();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const [name, setName] = useState(invitation.name);
  const [password, setPassword] = useState("");
  const accept = useMutation({
    mutationFn: () => client.call("acceptInvitation", { body: { token, name, password } }),
    onSuccess: (session) => {
      // Whoever was signed in here before is not any more.
      queryClient.removeQueries({
        predicate: ({ queryKey: [first] }) => first !== "session" && first !== "invitation",
      });
      queryClient.setQueryData(sessionQuery(client).queryKey, session);
      navigate("/", { replace: true });
    },
  });
  const host = origin.replace(/^https?:\/\//, "");
  return (
    <>
      <AuthHeading
        title={`${visible(invitation.invitedBy)} invites you`}
        words={
          <>
            As <b>{invitation.role}</b>, on {host}. The link works once and until {utc(invitation.expiresAt)}.
          </>
        }
      />
      <RoleOffers role={invitation.role} />
      <form
        className="stack stack--16"
        aria-label="Accept invitation"
        onSubmit={(event) => {
          event.preventDefault();
          accept.mutate();
        }}
      >
        <NameField
          label="Name, as others see it; you sign in with it"
          autoComplete="username"
          value={name}
          change={setName}
        />
        <PasswordField
          label="Password"
          autoComplete="new-password"
          minLength={MIN_PASSWORD_LENGTH}
          value={password}
          change={setPassword}
          note={`At least ${MIN_PASSWORD_LENGTH} characters, no other rule`}
        />
        <FormProblem error={accept.error} />
        <button className="btn btn--primary" type="submit" disabled={accept.isPending}>
          Accept and sign in
        </button>
      </form>
    </>
  );
}
