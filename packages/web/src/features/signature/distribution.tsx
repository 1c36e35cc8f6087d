/** How the crashes of a signature spread over one dimension: bar, share, count. Every value is a filter. */
import type { SignatureDetail } from "@windfall/api";
import { Fragment, useState } from "react";
import { Link, useLocation } from "wouter";
import { Bar } from "../../ui/bar.tsx";
import { Count } from "../../ui/count.tsx";
import { percent, plural } from "../../ui/numbers.ts";
import { visible } from "../../ui/visible-text.ts";
import { useView } from "../filters/use-view.ts";
import { type Kind, reportsOf, wordsOf } from "../signatures/kinds.tsx";

const SHOWN = 6;

export interface DistributionProps {
  readonly id: string;
  readonly title: string;
  readonly dimension: "os" | "device";
  readonly values: SignatureDetail["byOs"];
  readonly kind: Kind;
}

export function Distribution({ id, title, dimension, values, kind }: DistributionProps) {
  const { href } = useView();
  const [path] = useLocation();
  const [all, setAll] = useState(false);
  const shown = all ? values : values.slice(0, SHOWN);
  const rest = values.slice(shown.length);
  const restCrashes = rest.reduce((sum, entry) => sum + entry.crashes, 0);
  const restShare = rest.reduce((sum, entry) => sum + entry.share, 0);
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section__head">
        <h2 id={id}>{title}</h2>
        <span className="note">{`share of ${wordsOf(kind).many}`}</span>
      </div>
      {values.length === 0 ? (
        <p className="note">{`No ${wordsOf(kind).one} in these days.`}</p>
      ) : (
        <div className="dist" role="group" aria-labelledby={id}>
          {shown.map((entry) => (
            <Fragment key={entry.value}>
              {entry.value === "" ? (
                <span className="clip muted">unknown</span>
              ) : (
                <Link
                  className="clip"
                  href={href(path, { [dimension]: [entry.value] })}
                  title={`Only ${visible(entry.value)}`}
                >
                  {visible(entry.label ?? entry.value)}
                </Link>
              )}
              <Bar value={entry.share} />
              <span className="num">{percent(entry.share)}</span>
              <span
                className="num muted"
                title={`${reportsOf(kind, entry.crashes)} on ${plural(entry.affectedDevices, "device")}`}
              >
                <Count value={entry.crashes} />
              </span>
            </Fragment>
          ))}
          {rest.length > 0 && (
            <>
              <span className="clip">
                <button
                  type="button"
                  className="plain muted"
                  onClick={() => setAll(true)}
                >{`Other (${rest.length})`}</button>
              </span>
              <Bar value={restShare} grey />
              <span className="num">{percent(restShare)}</span>
              <span className="num muted">
                <Count value={restCrashes} />
              </span>
            </>
          )}
        </div>
      )}
    </section>
  );
}
