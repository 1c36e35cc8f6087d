/** The thread that tells most (the crashed or the hung one), whom it waits for, where an exception was thrown, and the others. */
import { blockingThread, tellingThread } from "@windfall/core";
import { type ReactNode, useMemo, useState } from "react";
import { CopyButton } from "../../ui/copy.tsx";
import { plural } from "../../ui/numbers.ts";
import { useKeys } from "../shell/keys.ts";
import { numberFrames } from "./fold.ts";
import { Frames } from "./frames.tsx";
import { threadText } from "./frame-text.ts";
import { NAME_FORMS, type Names, type NamesChoice, useNames } from "./names.ts";
import { OtherThreads } from "./other-threads.tsx";
import { firstToRead, type Frame, frameRole, type ImageFacts, lacksDsym, type Report } from "./roles.ts";
import { Sampled } from "./sampled.tsx";
import { telling, type Thread, threadFacts } from "./thread-head.ts";

export interface ThreadsProps {
  readonly report: Report;
  readonly images: readonly ImageFacts[];
}

export function Threads({ report, images }: ThreadsProps) {
  const [unfolded, setUnfolded] = useState(false);
  useKeys({ f: () => setUnfolded(!unfolded) });
  const shown = tellingThread(report);
  const blocking = shown && blockingThread(report, shown);
  const thrown = report.lastExceptionBacktrace ?? [];
  const others = useMemo(
    () => report.threads.filter((thread) => thread !== shown && thread !== blocking),
    [report, shown, blocking],
  );
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
  const common = { images, names, unfolded };
  return (
    <>
      {thrown.length > 0 && (
        <Backtrace
          id="thrown"
          title="Exception thrown"
          note="where it was raised; the thread below is what that ended in"
          frames={thrown}
          toggle={toggle}
          mark
          {...common}
        />
      )}
      {shown && (
        <Backtrace
          id="crashed"
          title={telling(report.kind, shown)}
          note={<ThreadNote thread={shown} />}
          frames={shown.frames}
          thread={shown}
          toggle={thrown.length > 0 ? undefined : toggle}
          mark={thrown.length === 0}
          {...common}
        />
      )}
      {blocking && (
        <Backtrace
          id="blocking"
          title={`Waited for: thread ${blocking.index}`}
          note={<ThreadNote thread={blocking} />}
          frames={blocking.frames}
          thread={blocking}
          toggle={undefined}
          mark={false}
          {...common}
        />
      )}
      {others.length > 0 && <OtherThreads threads={others} {...common} />}
    </>
  );
}

function ThreadNote({ thread }: { readonly thread: Thread }) {
  return <code className="wrap-any">{threadFacts(thread).join(" · ")}</code>;
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
  /** Where it is one. */
  readonly thread?: Thread;
  readonly images: readonly ImageFacts[];
  readonly names: Names;
  readonly unfolded: boolean;
  readonly toggle: ReactNode;
  /** Whether the first frame to read is marked in this one. */
  readonly mark: boolean;
}

function Backtrace({ id, title, note, frames, thread, images, names, unfolded, toggle, mark }: BacktraceProps) {
  const readFirst = mark ? firstToRead(frames, images) : undefined;
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section__head">
        <h2 id={id} className="nowrap">
          {title}
        </h2>
        <span className="note">{note}</span>
        <span className="push row row--tight row--keep">
          {toggle}
          <CopyButton
            className="btn btn--quiet"
            label={`Copy ${title.toLowerCase()}`}
            text={() => threadText(numberFrames(frames, images), names.nameOf)}
          />
        </span>
      </div>
      {thread?.callTree && thread.callTree.length > 0 ? (
        <Sampled
          thread={thread}
          images={images}
          names={names}
          readFirst={readFirst}
          unfolded={unfolded}
          label={title}
        />
      ) : frames.length === 0 ? (
        <p className="sub">The report has no frames for it.</p>
      ) : (
        <Frames frames={frames} images={images} names={names} readFirst={readFirst} unfolded={unfolded} label={title} />
      )}
      {(thread?.elided ?? []).map(({ after, count }) => (
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
