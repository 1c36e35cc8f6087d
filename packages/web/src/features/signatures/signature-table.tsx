/** Signatures as rows: what, how much of all, for whom, when, and where it stands. Most values are filters too. */
import type { SignatureList, SignatureRow } from "@windfall/api";
import type { MouseEvent } from "react";
import { Link, useLocation } from "wouter";
import { useHub } from "../../hub/hub.ts";
import { Bar, vars } from "../../ui/bar.tsx";
import { Count } from "../../ui/count.tsx";
import { addDays, dayOf, shortDay, utc } from "../../ui/dates.ts";
import { Icon } from "../../ui/icon.tsx";
import { exactCount, percent } from "../../ui/numbers.ts";
import { Sparkline } from "../../ui/sparkline.tsx";
import { Ago } from "../../ui/time.tsx";
import { visible } from "../../ui/visible-text.ts";
import { useView } from "../filters/use-view.ts";
import { fillDays, openDays } from "./days.ts";
import { wordsOf } from "./kinds.tsx";
import { useRowCursor } from "./row-cursor.ts";
import { State } from "./state.tsx";

const SPARK_DAYS = 28;

export interface SignatureTableProps {
  readonly appId: string;
  readonly list: SignatureList;
  /** Number of the first row. */
  readonly first: number;
  readonly label: string;
}

export function SignatureTable({ appId, list, first, label }: SignatureTableProps) {
  const { href } = useView();
  const [, navigate] = useLocation();
  const hrefOf = (row: SignatureRow) => href(`/apps/${appId}/signatures/${row.id}`);
  const cursor = useRowCursor(
    list.signatures.map(({ id }) => id),
    (index) => {
      const row = list.signatures[index];
      if (row) navigate(hrefOf(row));
    },
  );
  const days = Math.min(SPARK_DAYS, list.window.days);
  const words = columnsOf(list.kind);
  return (
    <div className="table-wrap">
      <table className="table table--2 table--fixed" aria-label={label}>
        <thead>
          <tr>
            <th scope="col" className="num" style={{ width: 32 }}>
              #
            </th>
            <th scope="col">Signature</th>
            <th scope="col" className="w-hide t-hide" style={{ width: 136 }}>
              Class
            </th>
            <th scope="col" className="num" style={{ width: 72 }}>
              {words.count}
            </th>
            <th scope="col" className="num" style={{ width: 68 }} title="Devices that can be told apart">
              Devices
            </th>
            <th scope="col" style={{ width: 140 }} aria-sort="descending">
              <span style={{ paddingLeft: 4 }}>{words.share}</span>
              <Icon name="down" small />
            </th>
            <th
              scope="col"
              style={{ width: 100 }}
              title={`${words.count} per day; outlined while late reports still arrive`}
            >
              {`${days}\u00a0${days === 1 ? "day" : "days"}`}
            </th>
            <th scope="col" className="w-hide t-hide" style={{ width: 100 }}>
              First seen
            </th>
            <th scope="col" style={{ width: 100 }}>
              Last seen
            </th>
            <th scope="col" style={{ width: 104 }}>
              State
            </th>
          </tr>
        </thead>
        <tbody>
          {list.signatures.map((row, index) => (
            <Row
              key={row.id}
              row={row}
              number={first + index}
              href={hrefOf(row)}
              window={list.window}
              days={days}
              cursor={index === cursor}
              open={(event) => {
                // A link in the row goes its own way, and marking text is no click.
                if ((event.target as Element).closest("a, button") || getSelection()?.isCollapsed === false) return;
                navigate(hrefOf(row));
              }}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const columnsOf = (kind: SignatureList["kind"]) =>
  kind === "crash" ? { count: "Crashes", share: "Share of crashes" } : { count: "Reports", share: "Share of these" };

interface RowProps {
  readonly row: SignatureRow;
  readonly number: number;
  readonly href: string;
  readonly window: SignatureList["window"];
  readonly days: number;
  readonly cursor: boolean;
  readonly open: (event: MouseEvent) => void;
}

function Row({ row, number, href, window, days, cursor, open }: RowProps) {
  const { now } = useHub();
  const { href: viewHref } = useView();
  const [path] = useLocation();
  const spark = fillDays(row.days, addDays(window.to, 1 - days), window.to);
  const title = visible(row.title);
  const kindWords = wordsOf(row.kind);
  return (
    <tr data-href={href} className={cursor ? "cursor" : undefined} onClick={open}>
      <td className="num muted m-hide">{number}</td>
      <td className="m-lead">
        <div className="lines">
          <Link className="title" href={href} title={title}>
            {title}
          </Link>
          <small title={visible(row.appleTerm)}>{visible(row.appleTerm)}</small>
        </div>
      </td>
      <td className="m-hide w-hide t-hide">
        <code
          className="cls clip"
          style={{ display: "block" }}
          title={`${visible(row.family)}, ${row.confidence} confidence`}
        >
          {visible(row.category)}
        </code>
      </td>
      <td className="num m-end">
        <Count value={row.crashes} />
        <span className="only-phone muted">{` ${row.crashes === 1 ? kindWords.one : kindWords.many}`}</span>
      </td>
      <td className="num m-hide">
        <Count value={row.affectedDevices} />
      </td>
      <td className="m-meta">
        <span className="withbar" style={vars({ "--nw": "44px" })}>
          <span>{percent(row.share)}</span>
          <Bar value={row.share} width="64px" />
        </span>
      </td>
      <td className="m-hide">
        <Sparkline
          values={spark.map((day) => day.crashes)}
          openDays={openDays(window.to, dayOf(now()))}
          label={`${kindWords.many} per day: ${spark.map((day) => exactCount(day.crashes)).join(", ")}`}
        />
      </td>
      <td className="m-hide w-hide t-hide">
        <div className="lines">
          <span title={utc(row.firstSeen)}>{shortDay(row.firstSeen.slice(0, 10), now())}</span>
          <BuildLink build={row.firstBuild} href={viewHref(path, { version: [row.firstBuild.version] })} />
        </div>
      </td>
      <td className="m-meta">
        <div className="lines">
          <Ago time={row.lastSeen} />
          <BuildLink
            className="only-wide"
            build={row.lastBuild}
            href={viewHref(path, { version: [row.lastBuild.version] })}
          />
        </div>
      </td>
      <td className="m-meta">
        <State state={row.state} />
      </td>
    </tr>
  );
}

interface BuildLinkProps {
  readonly build: SignatureRow["firstBuild"];
  readonly href: string;
  readonly className?: string;
}

function BuildLink({ build, href, className }: BuildLinkProps) {
  if (build.version === "") return <small className={className}>–</small>;
  const version = visible(build.version);
  return (
    <small className={className}>
      <Link href={href} title={`Only ${version}; seen in ${version} (${visible(build.build)})`}>
        {version}
      </Link>
    </small>
  );
}
