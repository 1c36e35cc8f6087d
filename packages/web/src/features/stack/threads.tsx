/** The crashed thread, where an exception was thrown, and the other threads, closed until asked for. */
import { type ReactNode, useState } from "react";
import { CopyButton } from "../../ui/copy.tsx";
import { Icon } from "../../ui/icon.tsx";
import { plural } from "../../ui/numbers.ts";
import { visible } from "../../ui/visible-text.ts";
import { useKeys } from "../shell/keys.ts";
import { numberFrames } from "./fold.ts";
import { Frames } from "./frames.tsx";
import { threadText } from "./frame-text.ts";
import { NAME_FORMS, type Names, type NamesChoice, useNames } from "./names.ts";
import { firstToRead, type Frame, frameRole, type ImageFacts, isRaw, lacksDsym, type Report } from "./roles.ts";

type Thread = Report["threads"][number];

export interface ThreadsProps {
  readonly report: Report;
  readonly images: readonly ImageFacts[];
}

export function Threads({ report, images }: ThreadsProps) {
  const [unfolded, setUnfolded] = useState(false);
  useKeys({ f: () => setUnfolded(!unfolded) });
  const crashed = report.threads.find((thread) => thread.crashed) ?? report.threads[report.crashedThread ?? -1];
  const thrown = report.lastExceptionBacktrace;
  const others = report.threads.filter((thread) => thread !== crashed);
  const names = useNames(report);
  const toggle = (
    <>
      {names.hasForms && <FormSwitch names={names} />}
      <button
        type="button"
        className="btn btn--quiet only-wide"
        aria-pressed={unfolded}
        onClick={() => setUnfolded(!unfolded)}
      >
        All frames <kbd>F</kbd>
      </button>
    </>
  );
  return (
    <>
      {thrown && thrown.length > 0 && (
        <Backtrace
          id="thrown"
          title="Exception thrown"
          note="where it was raised; the thread below is what that ended in"
          frames={thrown}
          images={images}
          names={names}
          unfolded={unfolded}
          toggle={toggle}
          mark
        />
      )}
      {crashed && (
        <Backtrace
          id="crashed"
          title={`${headOf(report.kind)} ${crashed.index}`}
          note={<code>{visible(threadName(crashed) ?? "")}</code>}
          frames={crashed.frames}
          elided={crashed.elided}
          images={images}
          names={names}
          unfolded={unfolded}
          toggle={thrown && thrown.length > 0 ? undefined : toggle}
          mark={!thrown || thrown.length === 0}
        />
      )}
      {!crashed && !thrown && report.threads.length > 0 && <p className="sub">The report names no crashed thread.</p>}
      {others.length > 0 && <OtherThreads threads={others} images={images} names={names} unfolded={unfolded} />}
    </>
  );
}

/** Goes through the forms, as the button of the theme does. */
function FormSwitch({ names: { form, choose } }: { readonly names: NamesChoice }) {
  const next = NAME_FORMS[(NAME_FORMS.indexOf(form) + 1) % NAME_FORMS.length] ?? "simplified";
  return (
    <button
      type="button"
      className="btn btn--quiet"
      title="Simplified, full with modules and types, or mangled as the linker wrote them"
      onClick={() => choose(next)}
    >
      {`Names: ${form}`}
    </button>
  );
}

interface BacktraceProps {
  readonly id: string;
  readonly title: string;
  readonly note: ReactNode;
  readonly frames: readonly Frame[];
  readonly elided?: Thread["elided"];
  readonly images: readonly ImageFacts[];
  readonly names: Names;
  readonly unfolded: boolean;
  readonly toggle: ReactNode;
  /** Whether the first frame to read is marked in this one. */
  readonly mark: boolean;
}

function Backtrace({ id, title, note, frames, elided = [], images, names, unfolded, toggle, mark }: BacktraceProps) {
  const readFirst = mark ? firstToRead(frames, images) : undefined;
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section__head">
        <h2 id={id}>{title}</h2>
        <span className="note">{note}</span>
        <span className="push row row--tight">
          {toggle}
          <CopyButton
            className="btn btn--quiet"
            label={`Copy ${title.toLowerCase()}`}
            text={() => threadText(numberFrames(frames, images), names.nameOf)}
          />
        </span>
      </div>
      {frames.length === 0 ? (
        <p className="sub">The report has no frames for it.</p>
      ) : (
        <Frames frames={frames} images={images} names={names} readFirst={readFirst} unfolded={unfolded} label={title} />
      )}
      {elided.map(({ after, count }) => (
        <p key={after} className="sub">
          {`The system left out ${plural(count, "frame")} behind the first ${after}.`}
        </p>
      ))}
      {mark && <Legend frames={frames} images={images} readFirst={readFirst} />}
    </section>
  );
}

/** Explains only what is there. */
function Legend({
  frames,
  images,
  readFirst,
}: {
  frames: readonly Frame[];
  images: readonly ImageFacts[];
  readFirst: number | undefined;
}) {
  const swatch = (color: string) => (
    <svg viewBox="0 0 3 10" style={{ width: 3 }} aria-hidden="true">
      <rect width="3" height="10" fill={`var(${color})`} />
    </svg>
  );
  const roles = new Set(frames.map((frame) => frameRole(frame, images)));
  return (
    <div className="legend">
      {readFirst !== undefined && <span>{swatch("--bad")}first frame to read</span>}
      {roles.has("app") && <span>{swatch("--accent")}your code</span>}
      {frames.some((frame) => frame.inlined) && <span>↳ inlined</span>}
      {frames.some((frame) => lacksDsym(frame, images)) && (
        <span style={{ textDecoration: "underline dotted var(--warn)", textUnderlineOffset: 3 }}>no symbols</span>
      )}
      {roles.has("system") && <span>grey: system</span>}
    </div>
  );
}

const SHOWN = 8;

function OtherThreads({
  threads,
  images,
  names,
  unfolded,
}: {
  threads: readonly Thread[];
  images: readonly ImageFacts[];
  names: Names;
  unfolded: boolean;
}) {
  const [all, setAll] = useState(false);
  const own = (thread: Thread) => thread.frames.some((frame) => frameRole(frame, images) === "app");
  // Threads in your own code first: they are the ones that may have to do with it.
  const sorted = [...threads.filter(own), ...threads.filter((thread) => !own(thread))];
  const shown = all ? sorted : sorted.slice(0, SHOWN);
  return (
    <section className="section" aria-labelledby="others">
      <div className="section__head">
        <h2 id="others">Other threads</h2>
        <span className="note">{plural(threads.length, "thread")}</span>
      </div>
      <ul className="list">
        {shown.map((thread) => (
          <OtherThread key={thread.index} thread={thread} images={images} names={names} unfolded={unfolded} />
        ))}
        {shown.length < sorted.length && (
          <li>
            <button type="button" className="btn btn--quiet btn--text" onClick={() => setAll(true)}>
              {`${sorted.length - shown.length} more threads`}
            </button>
          </li>
        )}
      </ul>
    </section>
  );
}

function OtherThread({
  thread,
  images,
  names,
  unfolded,
}: {
  thread: Thread;
  images: readonly ImageFacts[];
  names: Names;
  unfolded: boolean;
}) {
  const [open, setOpen] = useState(false);
  const title = `Thread ${thread.index}`;
  const first = thread.frames.find((frame) => frameRole(frame, images) === "app" && !isRaw(frame)) ?? thread.frames[0];
  const about = [threadName(thread), first && names.nameOf(first)].filter((part) => part !== undefined).map(visible);
  return (
    <li className="thread">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} small />
        <span className="grow clip">
          {title} <code className="muted">{about.join(" · ")}</code>
        </span>
        <span className="v">{plural(thread.frames.length, "frame")}</span>
      </button>
      {open && <Frames frames={thread.frames} images={images} names={names} unfolded={unfolded} label={title} />}
    </li>
  );
}

const threadName = (thread: Thread): string | undefined => thread.queue ?? thread.name;

/** Of a report that tells of no end, the thread it is about. */
const headOf = (kind: Report["kind"]): string =>
  kind === "crash" || kind === "fault" ? "Crashed thread" : kind === "hang" ? "Hung thread" : "Thread";
