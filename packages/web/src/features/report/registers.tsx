/** The registers of the crashed thread. */
import type { Report } from "../stack/roles.ts";
import { visible } from "../../ui/visible-text.ts";

/** Wide enough for 64 bits, as Apple prints them. */
const padded = (hex: string): string => `0x${hex.slice(2).padStart(16, "0")}`;

export function Registers({ report }: { readonly report: Report }) {
  const thread = report.threads.find((thread) => thread.crashed);
  const registers = Object.entries(thread?.registers ?? {});
  if (!thread || registers.length === 0) return null;
  return (
    <section className="section section--line" aria-labelledby="registers">
      <div className="section__head">
        <h2 id="registers">Registers</h2>
        <span className="note">{`thread ${thread.index}`}</span>
      </div>
      <dl className="regs">
        {registers.map(([name, value]) => (
          <div key={name}>
            <dt>{visible(name)}</dt>
            <dd>{padded(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
