/**
 * What people and their data leave in messages: addresses of mail, web and network, numbers, secrets. Every pattern is bounded, or
 * begins at one place of a run only, so that a hostile text costs what its length is; a secret goes whole, however long. Placeholders
 * match no pattern: scrubbing twice changes nothing. Where a run may be long it is `x{7}x*`: of `x{7,}` the engine remembers every step, and
 * runs out of stack on megabytes of them.
 */
import { scrubPaths } from "./paths.ts";
import type { Rules } from "./rules.ts";

export function scrubFreeText(text: string, rules: Rules): string {
  return scrubbed(text, rules, [...SECRETS, ...NUMBERS]);
}

/** For the lines of tables: mail, web and secrets only. */
export function scrubContacts(text: string, rules: Rules): string {
  return scrubbed(text, rules, SECRETS);
}

function scrubbed(text: string, rules: Rules, patterns: readonly Pattern[]): string {
  let result = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const changed = scrubOnce(result, rules, patterns);
    if (changed === result) break;
    result = changed;
  }
  return result;
}

/** What stands glued to something that goes may show only then; chains of that are short. */
const MAX_ROUNDS = 12;

function scrubOnce(text: string, rules: Rules, patterns: readonly Pattern[]): string {
  let result = scrubPaths(text);
  if (result.includes("://")) result = scrubUrls(result, rules);
  if (result.includes("@")) result = scrubMail(result, rules);
  for (const { pattern, replace } of patterns) {
    result = result.replace(pattern, (found: string, ...rest: unknown[]) => {
      if (rules.allowed.has(found)) return found;
      const groups = rest.filter((part): part is string => typeof part === "string");
      return replace(found, groups[0] ?? "", rules);
    });
  }
  return result;
}

interface Pattern {
  readonly pattern: RegExp;
  /** `first`: the first group, for patterns that have one. */
  readonly replace: (found: string, first: string, rules: Rules) => string;
}

const fixed =
  (placeholder: string): Pattern["replace"] =>
  () =>
    placeholder;

const SECRETS: readonly Pattern[] = [
  // JSON web tokens, then values that are named as secrets.
  { pattern: /(?<![\w-])eyJ[\w-]{8}[\w-]*\.[\w-]{2}[\w-]*(?:\.[\w-]*)?/g, replace: fixed("<token>") },
  {
    pattern:
      /\b((?:access|refresh|auth|id|api|session|user|account|customer|device|client)?[_-]?(?:token|secret|password|passwd|passphrase|pwd|apikey|api[_-]key|authorization|bearer|cookie|session[_-]?id|user[_-]?id|username|user[_-]name|account[_-]?id|customer[_-]?id|email|e-mail|phone)["']?\s{0,4}(?:[=:]|\bis\b)\s{0,4}(?:Bearer |Basic )?["']?)([^\s"',;&<>(){}[\]]+)/gi,
    replace: (_, before) => `${before}<redacted>`,
  },
  { pattern: /(\b(?:Bearer|Basic) )[\w.~+/=-]{8}[\w.~+/=-]*/g, replace: (_, before) => `${before}<token>` },
  { pattern: /(?<![\w:])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:])/g, replace: fixed("<mac>") },
];

/** What ids, addresses and versions in a table could be taken for. */
const NUMBERS: readonly Pattern[] = [
  {
    pattern: /(?<![\w-])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![\w-])/g,
    replace: (found, _, { binaries }) => (binaries.has(found.toUpperCase()) || isZero(found) ? found : "<uuid>"),
  },
  {
    pattern: /(?<![\w:])[0-9A-Fa-f:]{2,39}(?:%\w{1,16})?(?![\w:])/g,
    replace: (found) => (isIpV6(found) ? "<ip>" : found),
  },
  { pattern: /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]|\.\d)/g, replace: (found) => (isIpV4(found) ? "<ip>" : found) },
  // International, North American with its brackets, and national numbers that begin with a zero.
  {
    pattern: /(?<![\w+])\+\d[\d ()./-]{6,18}\d(?!\w)/g,
    replace: (found) => (digitsOf(found) >= 8 ? "<phone>" : found),
  },
  { pattern: /(?<![\w(])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\w)/g, replace: fixed("<phone>") },
  { pattern: /(?<![\w.,])0\d{2,4}[ /-]\d{3,8}(?:[ -]\d{2,6})?(?![\w.])/g, replace: fixed("<phone>") },
  // Cards in groups of four, then any long run of digits; what follows 0x is an address.
  { pattern: /(?<!\w)\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}(?!\w)/g, replace: fixed("<number>") },
  { pattern: /(?<![\w.])\d{7}\d*(?![\w.])/g, replace: fixed("<number>") },
  { pattern: /(?<![\w$%.-])[\w-]{20}[\w-]*(?![\w])/g, replace: (found) => (isToken(found) ? "<token>" : found) },
];

const isZero = (uuid: string): boolean => /^[0-]+$/.test(uuid);
const digitsOf = (text: string): number => text.replace(/\D/g, "").length;
const isIpV4 = (text: string): boolean => text.split(".").every((part) => Number(part) <= 255);

/** Times (`12:34:56`) and C++ (`a::b`) have colons too. */
function isIpV6(text: string): boolean {
  const address = text.replace(/%.*$/, "");
  const colons = address.split(":").length - 1;
  if (!/\d/.test(address) || !address.split(":").every((part) => part.length <= 4)) return false;
  return address.includes("::") ? colons >= 2 && colons <= 7 : colons === 7;
}

/** Letters and at least four digits in among them; linkage names of functions have that too and are none. */
function isToken(text: string): boolean {
  if (/^_{0,2}(?:T0|TF|TT|ZN|ZT|Z\d|block_|swift_)/.test(text) || text.startsWith("scrub_")) return false;
  const digits = digitsOf(text);
  return digits >= 4 && /[A-Za-z]/.test(text) && digits / text.length > 0.12;
}

const NOT_IN_MAIL = /[\s@<>"'(),;:=/\\&[\]{}|]/;
const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;

function scrubMail(text: string, { allowed }: Rules): string {
  let result = "";
  let from = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    let start = at;
    while (start > from && at - start < MAX_LOCAL && !NOT_IN_MAIL.test(text[start - 1] ?? "")) start--;
    let end = at + 1;
    while (end < text.length && end - at <= MAX_DOMAIN && !NOT_IN_MAIL.test(text[end] ?? "")) end++;
    const domain = text.slice(at + 1, end).replace(/[.!?]{1,8}$/, "");
    end = at + 1 + domain.length;
    if (start === at || !/^[^.\s]{1,63}(?:\.[^.\s]{1,63}){0,8}\.\p{L}{2,24}$/u.test(domain)) continue;
    if (allowed.has(text.slice(start, end))) continue;
    result += `${text.slice(from, start)}<email>`;
    from = end;
  }
  return result + text.slice(from);
}

const NOT_IN_URL = /[\s"'<>`{}|\\^[\]]/;
const IN_SCHEME = /[A-Za-z0-9+.-]/;
/** Of the longest scheme that apps make up for themselves, some more. */
const MAX_SCHEME = 64;

/** Host and path stay; who asked, what was asked for and where on the page goes. */
function scrubUrls(text: string, { allowed }: Rules): string {
  let result = "";
  let from = 0;
  for (let at = text.indexOf("://"); at >= 0; at = text.indexOf("://", at + 3)) {
    if (at < from) continue;
    let end = at + 3;
    while (end < text.length && !NOT_IN_URL.test(text[end] ?? "")) end++;
    const url = text.slice(at + 3, end);
    let start = at;
    while (start > from && at - start < MAX_SCHEME && IN_SCHEME.test(text[start - 1] ?? "")) start--;
    if (allowed.has(text.slice(start, end))) continue;
    const slash = url.search(/[/?#]/);
    const host = slash < 0 ? url : url.slice(0, slash);
    const user = host.lastIndexOf("@");
    const rest = slash < 0 ? "" : url.slice(slash);
    const query = rest.search(/[?#]/);
    const kept = query < 0 ? rest : rest.slice(0, query);
    const asked = query >= 0 && rest.length > query + 1 ? `${rest[query] ?? ""}<query>` : rest.slice(kept.length);
    result += `${text.slice(from, at)}://${user < 0 ? host : `<user>${host.slice(user)}`}${kept}${asked}`;
    from = end;
  }
  return result + text.slice(from);
}
