/** The words of a comparison, and what they rest on. A direction is coloured here and nowhere else. */
import type { Verdict } from "@windfall/api";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { plural } from "../../ui/numbers.ts";
import { points, pointsInterval } from "../../ui/shares.ts";

const WORDS = {
  worse: { words: "Worse", className: "verdict verdict--worse", icon: "worse" },
  better: { words: "Better", className: "verdict verdict--better", icon: "better" },
  "no-clear-difference": { words: "No clear difference", className: "verdict verdict--same", icon: "same" },
  "not-enough-data": { words: "Not enough data", className: "verdict verdict--short", icon: "short" },
} as const satisfies Record<Verdict["verdict"], { words: string; className: string; icon: IconName }>;

export const verdictIcon = ({ verdict }: Verdict): IconName => WORDS[verdict].icon;
export const verdictTone = ({ verdict }: Verdict): string | undefined =>
  verdict === "worse" ? "bad" : verdict === "better" ? "good" : undefined;

export function VerdictWord({ verdict }: { readonly verdict: Verdict }) {
  const { words, className, icon } = WORDS[verdict.verdict];
  return (
    <span className={className} title={basisOf(verdict)}>
      <Icon name={icon} small />
      {words}
    </span>
  );
}

/** `0.40 points more users crash (95 % interval 0.28 to 0.51)` */
export function differenceOf({ difference, verdict, ...rest }: Verdict): string {
  if (verdict === "not-enough-data") return missingOf({ difference, verdict, ...rest });
  if (!difference) return "";
  const more = difference.value >= 0 ? "more" : "fewer";
  return `${points(difference.value)} points ${more} users crash (95 % interval ${pointsInterval(difference)})`;
}

/** `1,900 more user-days, about 6 days` */
export function missingOf({ usersMissing, daysMissing }: Verdict): string {
  if (usersMissing === 0) return "too few users";
  const when = daysMissing === null ? "" : `, about ${plural(daysMissing, "day")}`;
  return `${plural(usersMissing, "more user-day")}${when}`;
}

function basisOf({ relevant, usersNeeded }: Verdict): string {
  return `Newcombe-Wilson interval of the difference in crashed users. The difference that matters is ${points(relevant)} points; showing it needs ${plural(usersNeeded, "user-day")} on each side. Not corrected for looking every day.`;
}
