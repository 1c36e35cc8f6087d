/** A report that was just sent, through the inbox to the page of its signature. */
import type { Client } from "@windfall/api";
import { EMPTY_VIEW, everyDay, viewHref } from "../features/filters/view.ts";
import { visible } from "../ui/visible-text.ts";

const POLL_MS = 300;
const GIVE_UP_MS = 60_000;

export type Followed =
  | { readonly kind: "done"; readonly href: string }
  | { readonly kind: "stuck"; readonly why: string };

export async function followReport(client: Client, reportId: string, now: () => number): Promise<Followed> {
  const deadline = now() + GIVE_UP_MS;
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

/** A report crashed when it crashed: where that is outside of the usual days, its own days are shown. */
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
