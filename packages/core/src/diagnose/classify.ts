/**
 * Ranks what could have happened: every rule runs, each hit is a hypothesis with its evidence, the best one is the verdict if its evidence is exact or its lead is clear.
 */
import type { Report } from "../report.ts";
import type { Confidence, Diagnosis, Hypothesis } from "./diagnosis.ts";
import { type Facts, factsOf, oneLine } from "./facts.ts";
import { RULES, RULES_VERSION } from "./rules/catalogue.ts";
import { ENDED, type Match, type Rule } from "./rules/rule.ts";
import { KILL_CODES } from "./termination-codes.ts";

const SCORE: Readonly<Record<Confidence, number>> = { high: 0.95, medium: 0.7, low: 0.4, provisional: 0.2 };
/** A verdict below "high" needs this much more than the runner-up. */
const CLEAR_LEAD = 0.25;
/** True beside what says exactly one thing: a trap with its reason is not "reason unknown". */
const GENERAL = new Set([
  "swift-trap",
  "abort-assert",
  "wild-pointer",
  "external-signal",
  "swift-fatal-error",
  "cpp-exception",
  "core-data",
  "simulated-or-nonfatal",
  "resource-limit",
]);
/** Says only how the process ended, not why: an answer only where nothing else is one. */
const LAST_RESORT = new Set(["swift-trap", "abort-assert", "wild-pointer", "external-signal", "resource-limit"]);
/** The system says itself why it ended the process, whatever the exception looks like. */
const SAID_BY_THE_SYSTEM = new Set([
  "watchdog",
  "xcode-simulated-payload",
  ...[...KILL_CODES.values()].map(({ id }) => id),
]);

export function classify(report: Report): Diagnosis {
  const facts = factsOf(report);
  const ended = ENDED.includes(report.kind);
  const rules = RULES.filter(({ kinds = ENDED }) => kinds.includes(report.kind));
  const hypotheses = rank(rules.flatMap((rule) => hypothesis(rule, rule.match(facts))));
  const [first, second] = hypotheses;
  const sure = first !== undefined && (first.confidence === "high" || first.score - (second?.score ?? 0) >= CLEAR_LEAD);
  return {
    rulesVersion: RULES_VERSION,
    inconclusive: ended && !sure,
    tags: tagsOf(facts),
    hypotheses: ended && hypotheses.length === 0 ? [unclassified(facts)] : hypotheses,
  };
}

const LAST_RESORT_LOSS = 0.3;

function rank(hypotheses: readonly Hypothesis[]): Hypothesis[] {
  const isExplained = hypotheses.some(({ id, confidence }) => !LAST_RESORT.has(id) && confidence !== "low");
  const ranked = hypotheses.map((each) =>
    isExplained && LAST_RESORT.has(each.id) && each.confidence !== "high"
      ? { ...each, score: rounded(Math.max(0, each.score - LAST_RESORT_LOSS)) }
      : each,
  );
  return ranked.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
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
      score: rounded(
        SCORE[confidence] - (GENERAL.has(rule.id) ? 0.05 : 0) + (SAID_BY_THE_SYSTEM.has(rule.id) ? 0.03 : 0),
      ),
      evidence: match.evidence,
      against: match.against ?? [],
      checkFirst: match.checkFirst ?? rule.checkFirst,
      advice: match.advice ?? rule.advice,
    },
  ];
}

const rounded = (score: number): number => Math.round(score * 100) / 100;

/** An app that ends so early gets nowhere: its user sees it not starting at all. */
const LAUNCH_MS = 5000;

function isAtLaunch({ launchedAt, crashedAt }: Report): boolean {
  const age =
    launchedAt === undefined || crashedAt === undefined ? Number.NaN : Date.parse(crashedAt) - Date.parse(launchedAt);
  return age >= 0 && age < LAUNCH_MS;
}

function tagsOf({ report }: Facts): string[] {
  const { process } = report;
  const tags: string[] = [];
  if (process.isSimulated) tags.push("simulated");
  if (process.isNonFatal) tags.push("non-fatal");
  if (process.isBeta) tags.push("beta");
  if (/background/i.test(process.role ?? "")) tags.push("background");
  if (ENDED.includes(report.kind) && isAtLaunch(report)) tags.push("launch");
  if (isDebugged(report)) tags.push("debugger-attached");
  return tags;
}

function isDebugged({ metadata, process }: Report): boolean {
  const modifications = metadata["extMods"];
  const warnings =
    modifications !== null && typeof modifications === "object" && "warnings" in modifications
      ? modifications["warnings"]
      : undefined;
  return warnings === 1 || process.parent === "debugserver" || metadata["External Modification Warnings"] !== undefined;
}

/** What was looked at, so that a reader sees whether the report says anything at all. */
function unclassified({ report, where, messages, stack }: Facts): Hypothesis {
  const { type = "no exception type", signal } = report.exception ?? {};
  const { namespace, code, indicator } = report.termination ?? {};
  const kill = [namespace, code?.toString(), indicator].filter((part) => part !== undefined).join(" ");
  return {
    id: "unclassified",
    title: "Not classified",
    confidence: "low",
    score: 0.1,
    evidence: [
      { where: where("exception/type"), text: signal === undefined ? type : `${type} (${signal})` },
      { where: where("termination"), text: kill === "" ? "no termination reason" : oneLine(kill) },
      { where: where("asi"), text: messages.length === 0 ? "no message" : oneLine(messages[0]?.text ?? "") },
      { where: where(stack.where), text: `${stack.frames.length} frames` },
    ],
    against: [],
    checkFirst: "the crashed thread: its first frame of the app",
    advice: "No rule matches this report: either it does not say why it ended, or nobody has written that rule yet.",
  };
}
