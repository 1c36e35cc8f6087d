/** A backtrace: your code loud, frameworks plain, the system grey and folded; inlined calls marked; what has no name says why. */
import { useState } from "react";
import { Icon } from "../../ui/icon.tsx";
import { visible } from "../../ui/visible-text.ts";
import { SymbolsLink } from "../symbols/symbols-place.tsx";
import { foldFrames, type FrameRow, numberFrames, type Row } from "./fold.ts";
import { rawText, sourceText } from "./frame-text.ts";
import { badgesOf, type Names } from "./names.ts";
import { type Frame, type ImageFacts, isRaw, lacksDsym, type Role } from "./roles.ts";

/** A stack overflow has tens of thousands of frames; they are shown in steps. */
const STEP = 250;

export interface FramesProps {
  readonly frames: readonly Frame[];
  readonly images: readonly ImageFacts[];
  /** Position of the first frame to read. */
  readonly readFirst?: number | undefined;
  /** Shows what would be folded. */
  readonly unfolded: boolean;
  readonly names: Names;
  readonly label: string;
}

export function Frames({ frames, images, readFirst, unfolded, names, label }: FramesProps) {
  const [limit, setLimit] = useState(STEP);
  const numbered = numberFrames(frames, images);
  const rows = unfolded ? numbered : foldFrames(numbered);
  return (
    <>
      <div className="frames" role="list" aria-label={label}>
        {rows
          .slice(0, limit)
          .map((row) =>
            row.kind === "frame" ? (
              <FrameLine
                key={row.position}
                row={row}
                images={images}
                names={names}
                first={row.position === readFirst}
              />
            ) : (
              <Fold key={foldKey(row)} rows={row.rows} words={foldWords(row, names)} images={images} names={names} />
            ),
          )}
      </div>
      {rows.length > limit && (
        <button type="button" className="btn" onClick={() => setLimit(limit + STEP * 4)}>
          {`Show more: ${rows.length - limit} lines`}
        </button>
      )}
    </>
  );
}

interface FoldProps {
  readonly rows: readonly FrameRow[];
  readonly words: string;
  readonly images: readonly ImageFacts[];
  readonly names: Names;
}

function Fold({ rows, words, images, names }: FoldProps) {
  const [open, setOpen] = useState(false);
  if (open) {
    return rows.map((row) => <FrameLine key={row.position} row={row} images={images} names={names} first={false} />);
  }
  return (
    <div role="listitem">
      <button type="button" className="frame frame--fold" aria-expanded={false} onClick={() => setOpen(true)}>
        <Icon name="right" small />
        <span className="wrap-any">{words}</span>
      </button>
    </div>
  );
}

/** By Apple's number, which stays when symbols that come later tell of inlined calls: what is unfolded stays so. */
const foldKey = (row: Exclude<Row, FrameRow>): string =>
  `fold-${row.rows.find(({ number }) => number !== undefined)?.number ?? row.rows[0]?.position}`;

function foldWords(row: Exclude<Row, FrameRow>, names: Names): string {
  if (row.kind === "recursion") {
    const functions = row.rows.slice(0, row.period).map(({ frame }) => visible(names.nameOf(frame) ?? ""));
    return `${row.rounds} more rounds of ${functions.join(", ")}`;
  }
  const shown = row.images.slice(0, 4).map(visible).join(", ");
  const more = row.images.length > 4 ? ` and ${row.images.length - 4} more` : "";
  return `${row.rows.length} system frames${shown === "" ? "" : ` in ${shown}${more}`}`;
}

const TONE = { app: "frame--app", framework: "frame--3rd", system: "" } as const;

interface FrameLineProps {
  readonly row: FrameRow;
  readonly images: readonly ImageFacts[];
  readonly names: Names;
  readonly first: boolean;
}

function FrameLine({ row, images, names, first }: FrameLineProps) {
  const { frame, number, role } = row;
  return (
    <div
      className={frameClass(frame, role, images, first)}
      role="listitem"
      aria-description={first ? FIRST_TO_READ : undefined}
    >
      <span>{number ?? ""}</span>
      <FrameCells frame={frame} images={images} names={names} />
    </div>
  );
}

export const FIRST_TO_READ = "First frame to read";

export function frameClass(frame: Frame, role: Role, images: readonly ImageFacts[], first: boolean): string {
  const className = [
    "frame",
    TONE[role],
    lacksDsym(frame, images) && "frame--raw",
    frame.inlined && "frame--inl",
    first && "frame--cause",
  ];
  return className.filter(Boolean).join(" ");
}

/** Image, function and source of a frame. */
export function FrameCells({ frame, images, names }: Omit<FrameLineProps, "row" | "first"> & { frame: Frame }) {
  const raw = isRaw(frame);
  const source = sourceText(frame);
  const other = names.otherName(frame);
  return (
    <>
      <span className="img" title={frame.image === null ? "in no image of the report" : visible(frame.image)}>
        {frame.image === null ? "?" : visible(frame.image)}
      </span>
      <span className="fn" title={other === undefined ? undefined : visible(other)}>
        {raw ? rawText(frame) : visible(names.nameOf(frame) ?? "")}
        {frame.inlined ? (
          <span className="off"> inlined</span>
        ) : (
          !raw && frame.functionOffset !== undefined && <span className="off">{` + ${frame.functionOffset}`}</span>
        )}
        {badgesOf(names.factsOf(frame)).map(([words, why]) => (
          <span key={words} className="badge badge--line" title={why}>
            {words}
          </span>
        ))}
      </span>
      {lacksDsym(frame, images) ? (
        <SymbolsLink className="at">no dSYM</SymbolsLink>
      ) : (
        <span className="at" title={frame.file === undefined ? undefined : visible(frame.file)}>
          {source === undefined ? "" : visible(source)}
        </span>
      )}
    </>
  );
}
