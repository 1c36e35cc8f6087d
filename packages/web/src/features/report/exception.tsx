/**
 * What the report itself says happened: exception and termination of an end, the limit of what went past it, who was killed for memory,
 * why the kernel stopped; and the messages images left.
 */
import { systemFacts } from "@windfall/core";
import { visible, visibleBlock } from "../../ui/visible-text.ts";
import type { Report } from "../stack/roles.ts";

export function ExceptionFacts({ report }: { readonly report: Report }) {
  const { exception, termination } = report;
  const type = [exception?.type, exception?.signal && `(${exception.signal})`].filter(Boolean).join(" ");
  const facts: [label: string, value: string | undefined, more?: string | undefined][] = [
    ["Type", type],
    ["Subtype", exception?.subtype],
    ["Codes", exception?.codes],
    ["Message", exception?.message],
    ["Termination", terminationText(report), termination?.byProcess && `by ${termination.byProcess}`],
    ["Reason", termination?.reasons.join("\n")],
    ["Details", termination?.details?.join("\n")],
  ];
  facts.push(...systemFacts(report).map(([label, lines]) => [label, lines.join("\n")] as [string, string]));
  const shown = facts.filter(([, value]) => value !== undefined && value !== "");
  const messages = Object.entries(report.applicationSpecificInformation).filter(([, lines]) => lines.length > 0);
  return (
    <dl className="facts">
      {shown.map(([label, value, more]) => (
        <FactRow key={label} label={label} value={value ?? ""} more={more} />
      ))}
      {messages.map(([image, lines]) => (
        <FactRow key={image} label={image === NO_IMAGE ? "Message" : visible(image)} value={lines.join("\n")} />
      ))}
      {shown.length === 0 && messages.length === 0 && !WITHOUT_TYPE.has(report.kind) && (
        <>
          <dt>Type</dt>
          <dd className="muted">The report names none.</dd>
        </>
      )}
    </dl>
  );
}

/** Nothing ended, and nothing was stopped. */
const WITHOUT_TYPE: ReadonlySet<Report["kind"]> = new Set(["metrics", "feedback", "telemetry", "other"]);

/** What Apple prints for a message of no image. */
const NO_IMAGE = "???";

function FactRow({ label, value, more }: { label: string; value: string; more?: string | undefined }) {
  return (
    <>
      <dt className="wrap-any">{label}</dt>
      <dd>
        <code className="message">{visibleBlock(value)}</code>
        {more !== undefined && more !== "" && <span className="muted"> {visible(more)}</span>}
      </dd>
    </>
  );
}

function terminationText({ termination }: Report): string | undefined {
  if (!termination) return undefined;
  const code = typeof termination.code === "number" ? codeText(termination.code) : termination.code;
  const head = [termination.namespace, code].filter((part) => part !== undefined).join(" ");
  return [head, termination.indicator].filter(Boolean).join(", ");
}

/** Small codes are counted, large ones are Apple's hexadecimal words: 11, 0x8badf00d. */
const codeText = (code: number): string => (code > 0xffff ? `0x${code.toString(16)}` : String(code));
