/** What MetricKit measured of an app: a day's numbers and histograms, with the words of the device beside them. */
import type { ReactNode } from "react";
import { bytes, exactCount } from "../../ui/numbers.ts";
import { visible } from "../../ui/visible-text.ts";
import type { Report } from "../stack/roles.ts";

type Numbers = NonNullable<Report["measured"]>;

/** Apple's own groups have some sixty; what an app adds in signposts may be hundreds. */
const SHOWN = 200;

export function Measured({ report }: { readonly report: Report }) {
  const { measured, sampling } = report;
  // The limits of a diagnostic stand with its facts.
  if (measured === undefined || sampling !== undefined) return null;
  const { values, histograms } = measured;
  if (values.length + histograms.length === 0) return null;
  const left = values.length + histograms.length - SHOWN;
  return (
    <section className="section section--line" aria-labelledby="measured">
      <div className="section__head">
        <h2 id="measured">Measured</h2>
        <span className="note">{windowText(measured)}</span>
      </div>
      <div className="table-wrap">
        <table className="table table--keep" aria-label="Measured">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col" className="num">
                Value
              </th>
              <th scope="col">As the device wrote it</th>
            </tr>
          </thead>
          <tbody>
            {values.slice(0, SHOWN).map(({ name, value, unit, raw, sampleCount, scope }, index) => (
              <Row key={index} name={name} scope={scope}>
                <td className="num nowrap">{amount(value, unit)}</td>
                <td className="muted wrap-any">
                  {visible(raw)}
                  {sampleCount !== undefined && `, average of ${exactCount(sampleCount)}`}
                </td>
              </Row>
            ))}
            {histograms.slice(0, Math.max(0, SHOWN - values.length)).map(({ name, unit, buckets, scope }, index) => (
              <Row key={`h${index}`} name={name} scope={scope}>
                <td className="num nowrap">{`median ${amount(median(buckets), unit)}`}</td>
                <td className="muted">{`${exactCount(total(buckets))} in ${exactCount(buckets.length)} buckets, ${amount(buckets[0]?.start ?? 0, unit)} to ${amount(buckets.at(-1)?.end ?? 0, unit)}`}</td>
              </Row>
            ))}
          </tbody>
        </table>
      </div>
      {left > 0 && <p className="note">{`and ${exactCount(left)} more`}</p>}
    </section>
  );
}

interface RowProps {
  readonly name: string;
  readonly scope: Readonly<Record<string, string>> | undefined;
  readonly children: ReactNode;
}

/** `cpuMetrics/cumulativeCPUTime`: the group is quiet, the name is what one looks for. */
function Row({ name, scope, children }: RowProps) {
  const cut = name.lastIndexOf("/") + 1;
  return (
    <tr>
      <th scope="row" className="wrap-any">
        <span className="muted">{visible(name.slice(0, cut))}</span>
        {visible(name.slice(cut))}
        {scope && <small>{` ${Object.values(scope).map(visible).join(", ")}`}</small>}
      </th>
      {children}
    </tr>
  );
}

function windowText({ begin, end }: Numbers): string {
  const minute = (iso: string) => iso.slice(0, 16).replace("T", " ");
  return begin === undefined || end === undefined ? "" : `${minute(begin)} to ${minute(end)}, UTC`;
}

const total = (buckets: Numbers["histograms"][number]["buckets"]): number =>
  buckets.reduce((sum, { count }) => sum + count, 0);

function median(buckets: Numbers["histograms"][number]["buckets"]): number {
  const half = total(buckets) / 2;
  let seen = 0;
  for (const { start, end, count } of buckets) {
    seen += count;
    if (seen >= half) return (start + end) / 2;
  }
  return 0;
}

const decimal = new Intl.NumberFormat("en-US", { maximumFractionDigits: 3 });
const NBSP = "\u00a0";

function amount(value: number, unit: string): string {
  if (unit === "count") return decimal.format(value);
  if (unit === "byte") return bytes(value);
  if (unit === "ms" && Math.abs(value) >= 1000) return `${decimal.format(value / 1000)}${NBSP}s`;
  return `${decimal.format(value)}${NBSP}${visible(unit)}`;
}
