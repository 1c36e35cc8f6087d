/** The hub holds nothing yet: what to do next, as commands with this hub's address, and a sample to look around. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { SampleButton } from "../features/first-run/sample.tsx";
import { useHub } from "../hub/hub.ts";
import { useMay } from "../hub/may.ts";
import { symbolsQuery } from "../hub/queries.ts";
import { usageRow } from "../features/overview/no-usage.tsx";
import { Command } from "../ui/copy.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { plural } from "../ui/numbers.ts";

export function FirstRunPage({ hubUrl }: { readonly hubUrl: string }) {
  const { client, now } = useHub();
  const mayTry = useMay("write");
  const held = useQuery(symbolsQuery(client)).data?.heldTotal ?? 0;
  return (
    <div className="split split--wide">
      <section className="stack">
        <div className="row row--between row--base">
          <h2 className="lead">No crash report has arrived yet</h2>
          <span className="sub">ticks appear by themselves</span>
        </div>
        <p className="prose">
          One report is enough to see what broke and on which line. A dSYM gives it its names; it may come before or
          after.
        </p>
        <ol className="steps" style={{ borderTop: "1px solid var(--line)" }}>
          <Step icon="done" tone="good" state="Done" title="The hub is running">
            <p className="note">
              <code>{hubUrl}</code>
            </p>
          </Step>
          <Step icon="next" tone="accent" state="Next" title="Send a crash report">
            <p className="sub">
              Any .ips or .crash file. The ingest key was printed by the first start; put it into{" "}
              <code>WINDFALL_KEY</code>.
            </p>
            <Command
              text={`curl -H "Authorization: Bearer $WINDFALL_KEY" --data-binary @REPORT.ips ${hubUrl}/ingest/reports`}
            />
            <p className="sub">Or with the command line tool:</p>
            <Command text={`windfall upload REPORT.ips --hub ${hubUrl}`} />
            <p className="note row row--tight" role="status">
              <Icon name="clock" small />
              waiting for a report
            </p>
          </Step>
          {held > 0 ? (
            <Step icon="done" tone="good" state="Done" title="A dSYM is held">
              <p className="note">{plural(held, "slice")}</p>
            </Step>
          ) : (
            <Step icon="ring" tone="muted" state="Open" title="Upload its dSYM">
              <p className="sub">The one from the archive of that very build. A zip, a folder, or one Mach-O file.</p>
              <Command text={`windfall symbols upload PATH --hub ${hubUrl}`} />
            </Step>
          )}
          <Step icon="ring" tone="muted" state="Open" title="Count its users">
            <p className="sub">
              Once a day the app says that it was used: then crashes are told as crash-free users, and versions can be
              compared. One row for each install and day.
            </p>
            <Command
              text={`curl -H "Authorization: Bearer $WINDFALL_KEY" -d '[${usageRow(now())}]' ${hubUrl}/ingest/usage`}
            />
          </Step>
        </ol>
      </section>
      <aside className="side stack stack--wide" aria-label="Look around first">
        {mayTry && (
          <section className="section" aria-labelledby="look">
            <div className="section__head">
              <h2 id="look">Look around first</h2>
            </div>
            <p className="sub">
              A report and a dSYM of a small app of our own, as a phone and a build would send them.
            </p>
            <SampleButton primary />
            <p className="sub">Or an example app with ninety days of crashes and usage, removed by one click:</p>
            <Command text="npm start -- --demo" />
          </section>
        )}
        <section className="section" aria-labelledby="no-hub">
          <div className="section__head">
            <h2 id="no-hub">Without a hub</h2>
          </div>
          <p className="sub">
            <Link className="link" href="/analyze">
              Drop a file
            </Link>{" "}
            and read the answer in this browser; nothing is uploaded. The same on a command line:
          </p>
          <Command text="windfall analyze REPORT.ips --symbols PATH" />
        </section>
      </aside>
    </div>
  );
}

interface StepProps {
  readonly icon: IconName;
  readonly tone: string;
  readonly state: string;
  readonly title: string;
  readonly children: ReactNode;
}

function Step({ icon, tone, state, title, children }: StepProps) {
  return (
    <li>
      <Icon name={icon} tone={tone} label={state} />
      <div className="stack stack--8">
        <div>
          <b className="title">{title}</b>
        </div>
        {children}
      </div>
      <span />
    </li>
  );
}
