/** The repo's own sample by one click: taken in, followed through the inbox, and its signature opened. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Client } from "@windfall/api";
import { useLocation } from "wouter";
import { useHub } from "../../hub/hub.ts";
import { Icon } from "../../ui/icon.tsx";
import { problemSentence } from "../../ui/loading.tsx";
import { visible } from "../../ui/visible-text.ts";
import { EMPTY_VIEW, everyDay, viewHref } from "../filters/view.ts";

const POLL_MS = 300;
const GIVE_UP_MS = 60_000;

export function SampleButton({ primary }: { readonly primary: boolean }) {
  const { client, now } = useHub();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const sample = useMutation({
    mutationFn: async () => {
      const { reportId } = await client.call("loadSample", {});
      return settled(client, reportId, now() + GIVE_UP_MS, now);
    },
    onSuccess: async (outcome) => {
      await queryClient.invalidateQueries();
      if (outcome.kind === "done") navigate(outcome.href);
    },
  });
  const outcome = sample.data;
  return (
    <div className="stack stack--8">
      <span className="row">
        <button
          type="button"
          className={primary ? "btn btn--primary" : "btn"}
          disabled={sample.isPending}
          onClick={() => sample.mutate()}
        >
          Load the sample
        </button>
        <span className="note row row--tight" role="status">
          {sample.isPending && (
            <>
              <Icon name="clock" small />
              the report is being read
            </>
          )}
        </span>
      </span>
      {sample.isError && (
        <p className="field-error" role="alert">
          <Icon name="wrong" small />
          {problemSentence(sample.error)}
        </p>
      )}
      {outcome?.kind === "stuck" && (
        <p className="field-error" role="alert">
          <Icon name="wrong" small />
          {outcome.why}
        </p>
      )}
    </div>
  );
}

type Outcome = { readonly kind: "done"; readonly href: string } | { readonly kind: "stuck"; readonly why: string };

async function settled(client: Client, reportId: string, deadline: number, now: () => number): Promise<Outcome> {
  for (;;) {
    const status = await client.call("ingestStatus", { params: { reportId } });
    if (status.state === "set-aside")
      return { kind: "stuck", why: `The report was set aside: ${visible(status.reason ?? "no reason")}` };
    if (status.state === "done" && status.appId !== null && status.signatureId !== null) {
      return { kind: "done", href: await hrefOf(client, status.appId, status.signatureId, reportId, now()) };
    }
    if (now() > deadline)
      return {
        kind: "stuck",
        why: "The report is stored but has not been read within a minute. Look at the hub's log.",
      };
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The sample crashed when it crashed: where that is outside of the usual days, its own days are shown. */
async function hrefOf(
  client: Client,
  appId: string,
  signatureId: string,
  reportId: string,
  nowMs: number,
): Promise<string> {
  const params = { signatureId };
  const { signature } = await client.call("signature", { params });
  let { dates } = EMPTY_VIEW;
  if (signature.crashes === 0) {
    const ever = await client.call("signature", { params, query: everyDay(nowMs) });
    dates = { kind: "between", from: ever.signature.firstSeen.slice(0, 10), to: ever.signature.lastSeen.slice(0, 10) };
  }
  return viewHref(`/apps/${appId}/signatures/${signatureId}`, { ...EMPTY_VIEW, dates }, { report: reportId });
}
