/** What the parser could not read. The rest of the page is what it could. */
import type { ReportDetail } from "@windfall/api";
import { Icon } from "../../ui/icon.tsx";
import { visible } from "../../ui/visible-text.ts";

const SHOWN = 20;

export function Problems({ problems }: { readonly problems: ReportDetail["analysis"]["problems"] }) {
  if (problems.length === 0) return null;
  return (
    <section className="section section--line" aria-labelledby="problems">
      <div className="section__head">
        <h2 id="problems">Found while reading</h2>
        <span className="note">{`${problems.length}; everything else was read`}</span>
      </div>
      <ul className="list">
        {problems.slice(0, SHOWN).map((problem, index) => (
          <li key={index}>
            <Icon name="warn" tone="warn" />
            <span className="grow wrap-any">{visible(problem.message)}</span>
            <code className="v muted">{visible(problem.where ?? problem.code)}</code>
          </li>
        ))}
        {problems.length > SHOWN && <li className="note">{`and ${problems.length - SHOWN} more`}</li>}
      </ul>
    </section>
  );
}
