/**
 * Ranks what could have happened: every rule runs, each hit is a hypothesis with its evidence, the best one is the verdict if its evidence is exact or its lead is clear.
 */
import type { Report } from "../report.ts";
import type { Confidence, Diagnosis, Hypothesis } from "./diagnosis.ts";
import { type Facts, factsOf } from "./facts.ts";
import { RULES, RULES_VERSION } from "./rules/catalogue.ts";
import type { Match, Rule } from "./rules/rule.ts";

const SCORE: Readonly<Record<Confidence, number>> = { high: 0.95, medium: 0.7, low: 0.4, provisional: 0.2 };
/** A verdict below "high" needs this much more than the runner-up. */
const CLEAR_LEAD = 0.25;
/** What says exactly one thing outranks what is also true: a trap with its reason is not "reason unknown". */
const GENERAL = new Set([
  "swift-trap",
  "abort-assert",
  "wild-pointer",
  "external-signal",
  "swift-fatal-error",
  "cpp-exception",
]);

export function classify(report: Report): Diagnosis {
  const facts = factsOf(report);
  const ended = report.kind === "crash" || report.kind === "fault";
  const hypotheses = ended ? rank(RULES.flatMap((rule) => hypothesis(rule, rule.match(facts)))) : [];
  const [first, second] = hypotheses;
  const sure = first !== undefined && (first.confidence === "high" || first.score - (second?.score ?? 0) >= CLEAR_LEAD);
  return {
    rulesVersion: RULES_VERSION,
    inconclusive: ended && !sure,
    tags: tagsOf(facts),
    hypotheses: ended && hypotheses.length === 0 ? [unclassified(facts)] : hypotheses,
  };
}

function rank(hypotheses: Hypothesis[]): Hypothesis[] {
  return hypotheses.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}

function hypothesis(rule: Rule, match: Match | undefined): Hypothesis[] {
  if (!match) return [];
  const confidence = match.confidence ?? rule.confidence;
  return [
    {
      id: rule.id,
      ...(match.detail !== undefined && { detail: match.detail }),
      title: match.title ?? rule.title,
      confidence,
      score: Math.round((SCORE[confidence] - (GENERAL.has(rule.id) ? 0.05 : 0)) * 100) / 100,
      evidence: match.evidence,
      against: match.against ?? [],
      checkFirst: match.checkFirst ?? rule.checkFirst,
      advice: match.advice ?? rule.advice,
    },
  ];
}

function tagsOf({ report }: Facts): string[] {
  const { process } = report;
  const tags: string[] = [];
  if (process.isSimulated) tags.push("simulated");
  if (process.isNonFatal) tags.push("non-fatal");
  if (process.isBeta) tags.push("beta");
  if (/background/i.test(process.role ?? "")) tags.push("background");
  return tags;
}

function unclassified({ report, where }: Facts): Hypothesis {
  const { type = "no exception type", signal } = report.exception ?? {};
  return {
    id: "unclassified",
    title: "Not classified",
    confidence: "low",
    score: 0.1,
    evidence: [{ where: where("exception/type"), text: signal === undefined ? type : `${type} (${signal})` }],
    against: [],
    checkFirst: "the crashed thread",
    advice: "No rule matches this report yet.",
  };
}
