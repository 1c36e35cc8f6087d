/** Name and password. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { HubError } from "@windfall/api";
import { useState } from "react";
import { useHub } from "../../hub/hub.ts";
import { sessionQuery } from "../../hub/queries.ts";
import { FormProblem, NameField, PasswordField } from "./form-parts.tsx";

export function PasswordSignIn({ arrive }: { readonly arrive: () => void }) {
  const { client } = useHub();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => client.call("signInByPassword", { body: { name, password } }),
    onSuccess: (session) => {
      arrive();
      queryClient.setQueryData(sessionQuery(client).queryKey, session);
    },
  });
  return (
    <form
      className="stack stack--16"
      aria-label="Sign in"
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <NameField label="Name" autoComplete="username" value={name} change={setName} />
      <PasswordField label="Password" autoComplete="current-password" value={password} change={setPassword} />
      <FormProblem error={signIn.error} words={wordsOf(signIn.error)} />
      <button className="btn btn--primary" type="submit" disabled={signIn.isPending}>
        Sign in
      </button>
    </form>
  );
}

function wordsOf(error: unknown): string | undefined {
  if (!(error instanceof HubError)) return undefined;
  if (error.code === "sign-in-failed") return "No match. After five tries there is a pause of 15 minutes.";
  if (error.code === "rate-limited") return "Too many tries: wait 15 minutes, or use a sign-in link.";
  return undefined;
}
