/**
 * Where the samples of a thread were taken, as a tree: how many, which share of all, through which calls. The heaviest path is open;
 * arrows walk the rows, open and close them.
 */
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { Bar, vars } from "../../ui/bar.tsx";
import { Icon } from "../../ui/icon.tsx";
import { exactCount, percent } from "../../ui/numbers.ts";
import { visible } from "../../ui/visible-text.ts";
import { type CallTree, moveTo, openedBy, treeRows, type TreeRow } from "./call-tree.ts";
import { FIRST_TO_READ, FrameCells, frameClass } from "./frames.tsx";
import type { Names } from "./names.ts";
import { type Frame, frameRole, type ImageFacts } from "./roles.ts";

/** Rows that are drawn at once. */
const STEP = 250;
/** A tree that branches more often stays within its column. */
const MAX_INDENT = 24;

export interface SampledTreeProps {
  readonly tree: CallTree;
  readonly images: readonly ImageFacts[];
  readonly names: Names;
  /** Shows what would be folded. */
  readonly unfolded: boolean;
  readonly readFirst: Frame | undefined;
  readonly label: string;
}

export function SampledTree({ tree, images, names, unfolded, readFirst, label }: SampledTreeProps) {
  const [open, setOpen] = useState<ReadonlySet<number>>(() => new Set(tree.heaviest));
  const [shownRuns, setShownRuns] = useState<ReadonlySet<number>>(() => new Set());
  const [limit, setLimit] = useState(STEP);
  const [current, setCurrent] = useState<number>();
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(
    () => treeRows(tree, images, { open, unfolded: unfolded || shownRuns }, limit),
    [tree, images, open, unfolded, shownRuns, limit],
  );
  const rows = found.slice(0, limit);
  const focused = Math.max(
    0,
    rows.findIndex(({ position }) => position === current),
  );

  const toggle = (row: TreeRow) => {
    setCurrent(row.position);
    if (row.kind === "fold") setShownRuns(new Set([...shownRuns, row.position]));
    else if (row.isOpen === false) setOpen(new Set([...open, ...openedBy(tree, row.position)]));
    else if (row.isOpen === true) setOpen(new Set([...open].filter((position) => position !== row.position)));
  };
  const onKey = (event: KeyboardEvent) => {
    const row = rows[focused];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOpened = row.kind === "node" ? row.isOpen : false;
    const isToggle =
      event.key === "Enter" ||
      event.key === " " ||
      (event.key === "ArrowRight" && isOpened === false) ||
      (event.key === "ArrowLeft" && isOpened === true);
    // A link in the row goes its own way.
    if ((event.target as Element).closest("a") && !event.key.startsWith("Arrow")) return;
    const to = isToggle ? undefined : moveTo(event.key, rows, focused, tree);
    if (!isToggle && to === undefined) return;
    event.preventDefault();
    if (isToggle) return toggle(row);
    const next = rows[to ?? focused];
    if (!next) return undefined;
    setCurrent(next.position);
    list.current?.querySelector<HTMLElement>(`[data-row="${next.position}"]`)?.focus();
    return undefined;
  };
  return (
    <>
      <div className="frames calls" role="tree" aria-label={label} ref={list} onKeyDown={onKey}>
        {rows.map((row, index) => (
          <Row
            key={row.position}
            row={row}
            tree={tree}
            images={images}
            names={names}
            readFirst={readFirst}
            isFocused={index === focused}
            toggle={() => toggle(row)}
          />
        ))}
      </div>
      {found.length > limit && (
        <button type="button" className="btn" onClick={() => setLimit(limit + STEP * 4)}>
          Show more lines
        </button>
      )}
    </>
  );
}

interface RowProps extends Pick<SampledTreeProps, "tree" | "images" | "names" | "readFirst"> {
  readonly row: TreeRow;
  readonly isFocused: boolean;
  readonly toggle: () => void;
}

function Row({ row, tree, images, names, readFirst, isFocused, toggle }: RowProps) {
  const node = tree.nodes[row.position];
  if (!node) return null;
  const isOpen = row.kind === "fold" ? false : row.isOpen;
  const frames = row.kind === "fold" ? [] : node.frames.toReversed();
  const isFirst = readFirst !== undefined && frames.includes(readFirst);
  return (
    <div
      className={isOpen === undefined ? "call" : "call call--opens"}
      role="treeitem"
      aria-level={node.depth + 1}
      aria-expanded={isOpen}
      // Every row can be walked to, none is chosen.
      aria-selected={false}
      aria-description={isFirst ? FIRST_TO_READ : undefined}
      tabIndex={isFocused ? 0 : -1}
      data-row={row.position}
      style={vars({ "--in": Math.min(row.indent, MAX_INDENT) })}
      onClick={(event) => {
        // Marking text is no click, and a link goes its own way.
        if ((event.target as Element).closest("a") || getSelection()?.isCollapsed === false) return;
        toggle();
      }}
    >
      <Share samples={node.sampleCount} total={tree.total} />
      {isOpen === undefined ? <span /> : <Icon name={isOpen ? "down" : "right"} small />}
      {row.kind === "fold" ? (
        <span className="call__fold wrap-any">{foldWords(row.count, row.images)}</span>
      ) : (
        <div className="call__frames">
          {frames.map((frame, index) => (
            <div key={index} className={frameClass(frame, frameRole(frame, images), images, frame === readFirst)}>
              <FrameCells frame={frame} images={images} names={names} />
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function Share({ samples, total }: { readonly samples: number; readonly total: number }) {
  const share = total === 0 ? 0 : samples / total;
  return (
    <span className="call__share" title={`${exactCount(samples)} of ${exactCount(total)} samples`}>
      <span className="num">{exactCount(samples)}</span>
      <span className="num muted">{percent(share)}</span>
      <Bar value={share} width="100%" />
    </span>
  );
}

function foldWords(count: number, images: readonly string[]): string {
  const shown = images.slice(0, 4).map(visible).join(", ");
  const more = images.length > 4 ? ` and ${images.length - 4} more` : "";
  return `${count} system frames${shown === "" ? "" : ` in ${shown}${more}`}`;
}
