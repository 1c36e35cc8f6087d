/** What one looks at every morning, a line each: this week against the last, what is new, the new version against the one before. */
import { useQuery } from "@tanstack/react-query";
import type { Filters, Overview, VersionComparison, WeekComparison } from "@windfall/api";
import { Link } from "wouter";
import { useHub } from "../../hub/hub.ts";
import { signaturesQuery } from "../../hub/queries.ts";
import { Icon } from "../../ui/icon.tsx";
import { plural } from "../../ui/numbers.ts";
import { points, pointsInterval, share } from "../../ui/shares.ts";
import { visible } from "../../ui/visible-text.ts";
import { useView } from "../filters/use-view.ts";
import { differenceOf, missingOf, verdictIcon, verdictTone } from "./verdict.tsx";

/** More signatures than this in one build are not counted line by line. */
const MOST = 200;

export function Checks({ appId, overview }: { readonly appId: string; readonly overview: Overview }) {
  const { weeks, comparison } = overview;
  if (!weeks && !comparison) return null;
  return (
    <section aria-label="Daily checks">
      <ul className="list list--plain">
        {weeks && <Week weeks={weeks} />}
        {comparison && <NewSignatures appId={appId} build={comparison.newer} />}
        {comparison && <NewVersion comparison={comparison} />}
      </ul>
    </section>
  );
}

function Week({ weeks }: { readonly weeks: WeekComparison }) {
  const { verdict, difference, users } = weeks;
  const tone = verdictTone(weeks);
  return (
    <li>
      <Icon name={verdictIcon(weeks)} {...(tone !== undefined && { tone })} />
      <span>
        <b>{`Crash-free users ${share(users.value)}`}</b> in the last 7 closed days:{" "}
        {verdict === "not-enough-data" ? (
          `not enough data to compare with the 7 days before (${missingOf(weeks)}).`
        ) : verdict === "no-clear-difference" ? (
          "no clear difference from the 7 days before."
        ) : (
          <>
            <span className={tone}>{verdict}</span>
            {difference &&
              ` than the 7 days before by ${points(difference.value)} points (95 % interval ${pointsInterval(difference)}).`}
          </>
        )}
      </span>
    </li>
  );
}

function NewSignatures({ appId, build }: { readonly appId: string; readonly build: VersionComparison["newer"] }) {
  const { client } = useHub();
  const { filters, href } = useView();
  const only: Filters = { ...filters, version: [build.version], build: [build.build] };
  const { data } = useQuery(signaturesQuery(client, appId, only, MOST, 0));
  if (!data || data.total > MOST) return null;
  const fresh = data.signatures.filter(
    ({ firstBuild }) => firstBuild.version === build.version && firstBuild.build === build.build,
  ).length;
  return (
    <li>
      <Icon name="next" />
      <span>
        <b>{fresh === 0 ? "No new signature" : plural(fresh, "new signature")}</b> {`since ${visible(build.version)}. `}
        {fresh > 0 && (
          <Link
            className="link"
            href={href(`/apps/${appId}/signatures`, { version: [build.version], build: [build.build] })}
          >
            Show this version
          </Link>
        )}
      </span>
    </li>
  );
}

function NewVersion({ comparison }: { readonly comparison: VersionComparison }) {
  const { newer, older, verdict } = comparison;
  const tone = verdictTone(comparison);
  const words = { worse: "worse", better: "better", "no-clear-difference": "no clear difference" } as const;
  return (
    <li>
      <Icon name={verdictIcon(comparison)} {...(tone !== undefined && { tone })} />
      <span>
        <b>{`${nameOf(newer, older)} against ${nameOf(older, newer)}:`}</b>{" "}
        {verdict === "not-enough-data" ? "not enough data" : <span className={tone}>{words[verdict]}</span>}
        {`, ${differenceOf(comparison)}.`}
      </span>
    </li>
  );
}

type Build = VersionComparison["newer"];

/** The build number only where the version alone does not tell the two apart. */
const nameOf = ({ version, build }: Build, other: Build): string =>
  version === other.version ? `${visible(version)} (${visible(build)})` : visible(version);
