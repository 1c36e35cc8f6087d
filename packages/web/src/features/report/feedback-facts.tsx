/** What a tester wrote, and in which circumstances: low power and a full disk explain odd behaviour. */
import { bytes } from "../../ui/numbers.ts";
import { duration } from "../../ui/dates.ts";
import { visible, visibleBlock } from "../../ui/visible-text.ts";
import type { Report } from "../stack/roles.ts";

export function FeedbackFacts({ report: { feedback } }: { readonly report: Report }) {
  if (feedback === undefined) return null;
  const { comment, personName, email, screenshots, crashIncidentId, locale, timeZone, carrier, connection } = feedback;
  const { appUptimeMs, batteryPercent, diskFreeBytes, diskTotalBytes, screenWidth, screenHeight } = feedback;
  const disk = [
    diskFreeBytes === undefined ? "" : `${bytes(diskFreeBytes)} free`,
    diskTotalBytes === undefined ? "" : `of ${bytes(diskTotalBytes)}`,
  ];
  const facts: readonly (readonly [label: string, value: string | undefined])[] = [
    ["From", [personName, email].filter(Boolean).join(", ")],
    ["Pictures", screenshots.join("\n")],
    ["About crash", crashIncidentId],
    ["App was up", appUptimeMs === undefined ? undefined : duration(appUptimeMs)],
    ["Battery", batteryPercent === undefined ? undefined : `${batteryPercent} %`],
    ["Disk", disk.filter(Boolean).join(" ")],
    ["Network", [connection, carrier].filter(Boolean).join(", ")],
    ["Language", [locale, timeZone].filter(Boolean).join(", ")],
    [
      "Screen",
      screenWidth === undefined || screenHeight === undefined ? undefined : `${screenWidth} × ${screenHeight}`,
    ],
  ];
  return (
    <section className="section" aria-labelledby="feedback">
      <div className="section__head">
        <h2 id="feedback">Feedback</h2>
        <span className="note">what the tester wrote</span>
      </div>
      {comment === undefined || comment === "" ? (
        <p className="sub">Without a comment.</p>
      ) : (
        <blockquote className="comment">{visibleBlock(comment)}</blockquote>
      )}
      <dl className="facts">
        {facts.map(([label, value]) =>
          value === undefined || value === "" ? null : (
            <div className="facts__row" key={label}>
              <dt>{label}</dt>
              <dd>
                {value.split("\n").map((line) => (
                  <div key={line}>{visible(line)}</div>
                ))}
              </dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}
