/** Reports that are no crashes have lists of their own: which there are in these days, and the way to each. */
import type { Overview } from "@windfall/api";
import { Link } from "wouter";
import { count, plural } from "../../ui/numbers.ts";
import { useView } from "../filters/use-view.ts";

export type Kind = Overview["kinds"][number]["kind"];

interface Words {
  readonly one: string;
  readonly many: string;
  /** Of its list. */
  readonly title: string;
}

/** In the order of the tabs: what an app's makers can do something about first. */
const WORDS: Readonly<Record<Kind, Words>> = {
  crash: { one: "crash", many: "crashes", title: "Crashes" },
  hang: { one: "hang", many: "hangs", title: "Hangs" },
  launch: { one: "slow launch", many: "slow launches", title: "Slow launches" },
  cpu: { one: "report of CPU use", many: "reports of CPU use", title: "CPU use" },
  "disk-writes": { one: "report of disk writes", many: "reports of disk writes", title: "Disk writes" },
  wakeups: { one: "report of wakeups", many: "reports of wakeups", title: "Wakeups" },
  memory: { one: "report of memory", many: "reports of memory", title: "Memory" },
  threads: { one: "report of threads", many: "reports of threads", title: "Threads" },
  fault: { one: "fault", many: "faults", title: "Faults" },
  jetsam: { one: "jetsam report", many: "jetsam reports", title: "Jetsam" },
  stackshot: { one: "stackshot", many: "stackshots", title: "Stackshots" },
  panic: { one: "panic", many: "panics", title: "Panics" },
  other: { one: "other report", many: "other reports", title: "Other" },
  telemetry: { one: "telemetry report", many: "telemetry reports", title: "Telemetry" },
  metrics: { one: "metric payload", many: "metric payloads", title: "Metrics" },
  feedback: { one: "piece of feedback", many: "pieces of feedback", title: "Feedback" },
};
const ORDER = Object.keys(WORDS) as Kind[];

/** Without signatures that would say anything: they are counted, not listed. */
const COUNTED_ONLY: ReadonlySet<Kind> = new Set<Kind>(["metrics", "feedback", "telemetry"]);

export const wordsOf = (kind: Kind): Words => WORDS[kind];

export const reportsOf = (kind: Kind, reports: number): string => plural(reports, WORDS[kind].one, WORDS[kind].many);

export function readKind(text: string): Kind | undefined {
  return ORDER.find((kind) => kind === text);
}

export function signaturesPath(appId: string, kind: Kind): string {
  return kind === "crash" ? `/apps/${appId}/signatures` : `/apps/${appId}/signatures/kind/${kind}`;
}

export interface KindTabsProps {
  readonly appId: string;
  readonly kinds: Overview["kinds"];
  readonly crashes: number;
  /** The list that is shown. */
  readonly shown: Kind;
}

/** Nothing for an app that only ever sent crashes. */
export function KindTabs({ appId, kinds, crashes, shown }: KindTabsProps) {
  const { href } = useView();
  const counts = new Map([...kinds.map(({ kind, reports }) => [kind, reports] as const), ["crash", crashes] as const]);
  const listed = ORDER.filter(
    (kind) => !COUNTED_ONLY.has(kind) && (kind === "crash" || kind === shown || counts.has(kind)),
  );
  if (listed.length === 1 && !kinds.some(({ kind }) => COUNTED_ONLY.has(kind))) return null;
  return (
    <nav className="tabs" aria-label="Kinds of report">
      {listed.map((kind) => (
        <Link key={kind} href={href(signaturesPath(appId, kind))} aria-current={kind === shown ? "page" : undefined}>
          {`${WORDS[kind].title} `}
          <span className="n">{count(counts.get(kind) ?? 0)}</span>
        </Link>
      ))}
      <span className="push">
        <CountedOnly kinds={kinds} />
      </span>
    </nav>
  );
}

/** `Not counted as crashes: 12 hangs, 3 faults (simulated, or not fatal)`, each a way to its list, and what is only received. */
export function OtherKinds({ appId, kinds }: Pick<KindTabsProps, "appId" | "kinds">) {
  const { href } = useView();
  const listed = ORDER.flatMap((kind) => kinds.filter((one) => one.kind === kind && !COUNTED_ONLY.has(kind)));
  if (kinds.length === 0) return null;
  return (
    <p className="sub">
      {listed.length > 0 && "Not counted as crashes: "}
      {listed.map(({ kind, reports }, i) => (
        <span key={kind}>
          {i > 0 && ", "}
          <Link className="link" href={href(signaturesPath(appId, kind))}>
            {reportsOf(kind, reports)}
          </Link>
          {kind === "fault" && " (simulated, or not fatal)"}
        </span>
      ))}
      {listed.length > 0 && ". "}
      <CountedOnly kinds={kinds} />
    </p>
  );
}

/** `12 metric payloads received` */
export function CountedOnly({ kinds }: Pick<KindTabsProps, "kinds">) {
  const counted = kinds.filter(({ kind }) => COUNTED_ONLY.has(kind));
  if (counted.length === 0) return null;
  return (
    <span className="note">{`${counted.map(({ kind, reports }) => reportsOf(kind, reports)).join(", ")} received`}</span>
  );
}
