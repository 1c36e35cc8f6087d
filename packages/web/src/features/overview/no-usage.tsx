/** Why there is no crash-free figure, in one line, and the command that would change it. */
import type { App, NotShown } from "@windfall/api";
import { dayOf } from "../../ui/dates.ts";
import { Command } from "../../ui/copy.tsx";
import { useHub } from "../../hub/hub.ts";

export function NoUsage({ missing, app }: { readonly missing: NotShown; readonly app: App | undefined }) {
  const { now } = useHub();
  const row = usageRow(now(), app?.bundleId);
  return (
    <section className="section" aria-labelledby="no-usage">
      <div className="section__head">
        <h2 id="no-usage">Crash-free users</h2>
      </div>
      <p className="sub">{missing.sentence}</p>
      {missing.code === "no-usage" && (
        <Command text={`curl -H "Authorization: Bearer $WINDFALL_KEY" -d '[${row}]' ${location.origin}/ingest/usage`} />
      )}
    </section>
  );
}

/** One row as the app would send it; no quote in it can end the one of the command. */
export const usageRow = (now: number, bundleId = "com.example.app"): string =>
  JSON.stringify({
    installId: "RANDOM-ID-OF-THE-INSTALL",
    day: dayOf(now),
    app: bundleId,
    version: "2.1.0",
    build: "431",
    sessions: 3,
  }).replaceAll("'", "");
