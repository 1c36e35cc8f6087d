/** What ends an app before or as it starts: the loader, signing, the kind of executable, privacy. */
import type { Report } from "../../report.ts";
import { messageEvidence, oneLine } from "../facts.ts";
import type { Rule } from "./rule.ts";

const MISSING = /(Library not loaded|Symbol not found): *(\S[^\n]{0,400})/i;
const DYLD_CODES: ReadonlyMap<bigint | undefined, string> = new Map([
  [1n, "Library missing"],
  [2n, "Library for another architecture"],
  [3n, "Library of too old a version"],
  [4n, "Symbol missing"],
  [5n, "Library with an invalid signature"],
  [6n, "Library refused by the sandbox"],
  [7n, "Library damaged"],
]);
const CODESIGNING_CODES: ReadonlyMap<bigint | undefined, string> = new Map([
  [1n, "Signature invalid"],
  [2n, "Code page does not match its signature"],
  [3n, "Not allowed to be debugged"],
  [4n, "Launch constraint violated"],
]);

export const LOADING_RULES: readonly Rule[] = [
  {
    id: "dyld-load",
    title: "Library or symbol missing",
    confidence: "high",
    checkFirst: "the path in the reason and the minimum OS",
    advice:
      "The loader could not start the app: the backtrace says nothing. Embed the framework (Embed & Sign), link a framework of the system that " +
      "older versions lack weakly, and check availability before using a newer symbol.",
    match(facts) {
      const { report, where } = facts;
      const { termination } = report;
      const told = messageEvidence(facts, MISSING);
      if (termination?.namespace !== "DYLD" && told === undefined) return undefined;
      const lines = [...(termination?.reasons ?? []), ...(told ? [told.text] : [])];
      const line = lines.map((each) => MISSING.exec(each)).find((match) => match !== null);
      const text = line?.[0] ?? lines[0] ?? termination?.indicator ?? "DYLD";
      const path = line?.[2]?.trim();
      const name = line?.[1]?.startsWith("L") === true ? path?.slice(path.lastIndexOf("/") + 1) : path;
      const shown = name?.split(/\s/)[0]?.slice(0, 200);
      const isSymbol = line?.[1]?.startsWith("S") === true;
      const from = lines
        .map((each) => /Referenced from: *(?:<[^>]{1,40}> *)?(\S[^\n]{0,300})/.exec(each)?.[1])
        .find(Boolean);
      const evidence = [
        {
          where: where(told && termination?.namespace !== "DYLD" ? "asi" : "termination/reasons"),
          text: oneLine(text),
        },
      ];
      if (from !== undefined)
        evidence.push({ where: where("termination/reasons"), text: oneLine(`Referenced from: ${from}`) });
      return {
        evidence,
        title: isSymbol
          ? "Symbol missing"
          : line
            ? "Library missing"
            : (DYLD_CODES.get(termination?.code) ?? "Library or symbol missing"),
        ...(shown !== undefined && shown !== "" && { detail: shown }),
        ...(path !== undefined && {
          checkFirst: isSymbol
            ? `which version of the OS or library has ${oneLine(path)}, and the minimum OS of the app`
            : `whether the app bundle holds ${oneLine(path)}`,
        }),
      };
    },
  },
  {
    id: "code-signing",
    title: "Signature rejected",
    confidence: "high",
    checkFirst: "how this copy was built, signed and installed; code made at run time",
    advice:
      "Code was not as it was signed: a changed or re-signed bundle, an expired profile, an update over a running app, or memory made executable " +
      "without the entitlement for it. Sign again from a clean build; add com.apple.security.cs.allow-jit if the app makes code.",
    match({ report, where }) {
      const { termination, exception } = report;
      const isSigning = termination?.namespace === "CODESIGNING";
      if (!isSigning && !/Code Signature Invalid/i.test(exception?.signal ?? "")) return undefined;
      const text = oneLine(`CODESIGNING ${termination?.code ?? ""} ${termination?.indicator ?? ""}`);
      const title = isSigning ? CODESIGNING_CODES.get(termination.code) : undefined;
      return { evidence: [{ where: where("termination/namespace"), text }], ...(title !== undefined && { title }) };
    },
  },
  {
    id: "exec-platform",
    title: "Executable refused",
    confidence: "high",
    checkFirst: "how the app was installed, and for which platform it was built",
    advice:
      "The system would not run this executable: install it anew, and build it for this platform and architecture.",
    match({ report, where }) {
      const { termination } = report;
      if (termination?.namespace !== "EXEC") return undefined;
      const text = oneLine(`EXEC ${termination.code ?? ""} ${termination.indicator ?? ""}`);
      return { evidence: [{ where: where("termination/code"), text }] };
    },
  },
  {
    id: "privacy-usage-string",
    title: "Usage description missing",
    confidence: "high",
    checkFirst: "the key in the message",
    advice:
      "Before an app may ask for the camera, contacts, location and the like, its Info.plist must say why. Add the key with a sentence for users, " +
      "also in the target of an extension.",
    match({ report, where }) {
      const { termination } = report;
      const text = usageLine(report);
      if (termination?.namespace !== "TCC" && text === undefined) return undefined;
      const key = /\bNS\w{1,80}UsageDescription\b/.exec(text ?? "")?.[0];
      return {
        evidence: [{ where: where("termination/details"), text: oneLine(text ?? "TCC") }],
        ...(key !== undefined && { detail: key, checkFirst: `whether Info.plist has ${key}` }),
      };
    },
  },
];

const usageLine = ({ termination }: Report): string | undefined =>
  [...(termination?.details ?? []), ...(termination?.reasons ?? [])].find((line) =>
    /without a usage description/i.test(line),
  );
