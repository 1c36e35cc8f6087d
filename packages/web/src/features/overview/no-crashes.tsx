/** Nothing in these days or filters: says which of the two it is, and the way to what there is. */
import type { App } from "@windfall/api";
import { Link } from "wouter";
import { useHub } from "../../hub/hub.ts";
import { addDays, type IsoDay, shortDay } from "../../ui/dates.ts";
import { Icon } from "../../ui/icon.tsx";
import { exactCount, plural } from "../../ui/numbers.ts";
import { useView } from "../filters/use-view.ts";
import { DIMENSIONS, EMPTY_VIEW, type View } from "../filters/view.ts";

export interface NoCrashesProps {
  /** This page, without its search. */
  readonly path: string;
  readonly app: App | undefined;
  /** The days that were looked at. */
  readonly window: { readonly from: IsoDay; readonly to: IsoDay };
  readonly waiting: number;
}

export function NoCrashes({ path, app, window, waiting }: NoCrashesProps) {
  const { view, href } = useView();
  const { now } = useHub();
  const filtered = DIMENSIONS.some((dimension) => view[dimension].length > 0);
  const lastDay = app?.lastSeen?.slice(0, 10);
  return (
    <section className="panel" aria-labelledby="why">
      <div className="panel__head">
        <h2 id="why">Why don't I see crashes?</h2>
      </div>
      <div className="panel__body stack">
        <ul className="chain">
          {waiting > 0 && (
            <li>
              <Icon name="clock" />
              <div>
                <b className="title">Reports wait</b>
                <br />
                <span className="sub">{`${plural(waiting, "report is", "reports are")} stored and not yet read. This page looks again by itself.`}</span>
              </div>
            </li>
          )}
          {filtered && (
            <li>
              <Icon name="warn" tone="warn" />
              <div>
                <b className="title">The filters may hide them</b>
                <br />
                <span className="sub">No crash in these days has all the values that are chosen above.</span>
              </div>
              <span>
                <Link className="btn btn--primary" href={href(path, { ...EMPTY_VIEW, dates: view.dates })}>
                  Remove the filters
                </Link>
              </span>
            </li>
          )}
          {app && app.crashes > 0 && lastDay !== undefined && (lastDay < window.from || lastDay > window.to) && (
            <li>
              <Icon name="warn" tone="warn" />
              <div>
                <b className="title">These days have none</b>
                <br />
                <span className="sub">{`The hub holds ${exactCount(app.crashes)} ${app.crashes === 1 ? "crash" : "crashes"} of this app, the last of ${shortDay(lastDay, now())}.`}</span>
              </div>
              <span>
                <Link
                  className={filtered ? "btn" : "btn btn--primary"}
                  href={href(path, { dates: monthUpTo(lastDay) })}
                >
                  Show the days up to it
                </Link>
              </span>
            </li>
          )}
          {app?.crashes === 0 && waiting === 0 && (
            <li>
              <Icon name="warn" tone="warn" />
              <div>
                <b className="title">No crash has arrived</b>
                <br />
                <span className="sub">Reports of this app were of other kinds, or none was read.</span>
              </div>
            </li>
          )}
        </ul>
      </div>
    </section>
  );
}

export const monthUpTo = (day: string): View["dates"] => ({ kind: "between", from: addDays(day, -29), to: day });
