/** Kills by the system: limits, watchdogs, loading, signing, privacy. */
import { hex } from "../../report-json.ts";
import { oneLine } from "../facts.ts";
import { KILL_CODES, WATCHDOG_CODE } from "../termination-codes.ts";
import type { Rule } from "./rule.ts";

export const SYSTEM_RULES: readonly Rule[] = [
  {
    id: "resource-limit",
    title: "Resource limit reached",
    confidence: "high",
    checkFirst: "the heaviest stack",
    advice: "Do less, in the background, or in batches.",
    match({ report, where }) {
      const { exception } = report;
      if (exception?.type !== "EXC_RESOURCE") return undefined;
      const detail = /^[A-Z_]+/
        .exec(exception.subtype ?? "")?.[0]
        ?.toLowerCase()
        .replaceAll("_", "-");
      return {
        evidence: [
          { where: where("exception/subtype"), text: oneLine(`${exception.subtype ?? ""} ${exception.message ?? ""}`) },
        ],
        ...(detail !== undefined && { detail }),
      };
    },
  },
  {
    id: "watchdog",
    title: "App watchdog",
    confidence: "high",
    checkFirst: "the first frame of the app on the main thread; whether the app was busy or waiting",
    advice: "Move input, output, locks and waits off the main thread.",
    match({ report, where }) {
      const { termination } = report;
      if (termination?.code !== WATCHDOG_CODE) return undefined;
      const reasons = termination.reasons.join("\n");
      const event =
        /WatchdogEvent:\s*([\w-]{1,40})/.exec(reasons)?.[1] ??
        /explanation:\s*([\w-]{1,40}) watchdog/.exec(reasons)?.[1];
      const allowance = /exhausted[^.\n]{0,80}time allowance of [\d.]+ seconds/.exec(reasons)?.[0];
      const evidence = [
        { where: where("termination/code"), text: `${termination.namespace ?? ""} ${hex(termination.code)}`.trim() },
      ];
      if (event !== undefined) evidence.push({ where: where("termination/reasons"), text: `WatchdogEvent: ${event}` });
      if (allowance !== undefined) evidence.push({ where: where("termination/reasons"), text: oneLine(allowance) });
      return { evidence, ...(event !== undefined && { detail: event }) };
    },
  },
  {
    id: "killed-by-system",
    title: "Ended by the system",
    confidence: "high",
    checkFirst: "the termination reason",
    advice: "See the reason.",
    match({ report, where }) {
      const code = report.termination?.code;
      const known = code === undefined ? undefined : KILL_CODES.get(code);
      if (!known || code === undefined) return undefined;
      const { id, title, checkFirst, advice } = known;
      return {
        detail: id,
        title,
        checkFirst,
        advice,
        evidence: [{ where: where("termination/code"), text: hex(code) }],
      };
    },
  },
  {
    id: "dyld-load",
    title: "Library or symbol missing",
    confidence: "high",
    checkFirst: "the path in the reason and the minimum OS",
    advice: "Embed the library, link it weakly, or check availability.",
    match({ report, where }) {
      const { termination } = report;
      if (termination?.namespace !== "DYLD") return undefined;
      const text =
        termination.reasons.find((line) => /Library not loaded|Symbol not found/i.test(line)) ??
        termination.indicator ??
        "DYLD";
      const name = /(?:Library not loaded|Symbol not found): *\S*?([^/\s]{1,200})\s*$/i.exec(text)?.[1];
      return {
        evidence: [{ where: where("termination/reasons"), text: oneLine(text) }],
        ...(name !== undefined && { detail: name }),
      };
    },
  },
  {
    id: "code-signing",
    title: "Signature rejected",
    confidence: "high",
    checkFirst: "the build, sideloading, run-time code generation",
    advice: "Sign again; add the entitlement that run-time code needs.",
    match({ report, where }) {
      const signed =
        report.termination?.namespace === "CODESIGNING" ||
        /Code Signature Invalid/i.test(report.exception?.signal ?? "");
      return signed
        ? {
            evidence: [
              {
                where: where("termination/namespace"),
                text: oneLine(`CODESIGNING ${report.termination?.indicator ?? ""}`),
              },
            ],
          }
        : undefined;
    },
  },
  {
    id: "privacy-usage-string",
    title: "Usage description missing",
    confidence: "high",
    checkFirst: "the key in the message",
    advice: "Add the key to Info.plist.",
    match({ report, where }) {
      const { termination } = report;
      if (termination?.namespace !== "TCC") return undefined;
      const text = [...(termination.details ?? []), ...termination.reasons].find((line) =>
        /usage description/i.test(line),
      );
      const key = /\bNS\w+UsageDescription\b/.exec(text ?? "")?.[0];
      return {
        evidence: [{ where: where("termination/details"), text: oneLine(text ?? "TCC") }],
        ...(key !== undefined && { detail: key }),
      };
    },
  },
  {
    id: "external-signal",
    title: "Ended by another process",
    confidence: "medium",
    checkFirst: "who sent the signal, and why",
    advice: "Meet what the sender asks for.",
    match({ report, where }) {
      const signal = report.exception?.signal ?? "";
      const sender = report.termination?.byProcess;
      if (report.exception?.type !== "EXC_CRASH" || !/^SIG(QUIT|TERM|SYS|KILL)/.test(signal) || sender === undefined)
        return undefined;
      return { evidence: [{ where: where("termination/byProc"), text: oneLine(`${signal} by ${sender}`) }] };
    },
  },
];
