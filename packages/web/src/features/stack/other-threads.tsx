/**
 * All threads but the one that tells most: closed until asked for, those in one's own code first; by process where there are several.
 * There may be 4,096 of them, and what is closed is not drawn.
 */
import { type ReactNode, useMemo, useState } from "react";
import { Icon } from "../../ui/icon.tsx";
import { plural } from "../../ui/numbers.ts";
import { visible } from "../../ui/visible-text.ts";
import { Frames } from "./frames.tsx";
import type { Names } from "./names.ts";
import { frameRole, type ImageFacts, isRaw } from "./roles.ts";
import { Sampled } from "./sampled.tsx";
import { type Thread, threadFacts } from "./thread-head.ts";

const SHOWN = 8;
const STEP = 200;

export interface OtherThreadsProps {
  readonly threads: readonly Thread[];
  readonly images: readonly ImageFacts[];
  readonly names: Names;
  readonly unfolded: boolean;
}

export function OtherThreads({ threads, ...shown }: OtherThreadsProps) {
  const { images } = shown;
  const sorted = useMemo(() => ownFirst(threads, images), [threads, images]);
  const processes = useMemo(() => [...Map.groupBy(sorted, ({ process }) => process ?? "")], [sorted]);
  return (
    <section className="section" aria-labelledby="others">
      <div className="section__head">
        <h2 id="others">Other threads</h2>
        <span className="note">
          {processes.length > 1
            ? `${plural(threads.length, "thread")} of ${plural(processes.length, "process", "processes")}`
            : plural(threads.length, "thread")}
        </span>
      </div>
      {processes.length > 1 ? (
        <Stepwise items={processes} what="process" whats="processes">
          {([process, threads]) => <Process key={process} name={process} threads={threads} {...shown} />}
        </Stepwise>
      ) : (
        <Stepwise items={sorted} what="thread" whats="threads">
          {(thread) => <OtherThread key={thread.index} thread={thread} {...shown} />}
        </Stepwise>
      )}
    </section>
  );
}

/** Threads in your own code first: they are the ones that may have to do with it. */
function ownFirst(threads: readonly Thread[], images: readonly ImageFacts[]): readonly Thread[] {
  const own = new Set(threads.filter(({ frames }) => frames.some((frame) => frameRole(frame, images) === "app")));
  return [...own, ...threads.filter((thread) => !own.has(thread))];
}

interface StepwiseProps<T> {
  readonly items: readonly T[];
  readonly what: string;
  readonly whats: string;
  readonly children: (item: T) => ReactNode;
}

function Stepwise<T>({ items, what, whats, children }: StepwiseProps<T>) {
  const [limit, setLimit] = useState(SHOWN);
  const left = items.length - limit;
  return (
    <ul className="list">
      {items.slice(0, limit).map(children)}
      {left > 0 && (
        <li>
          <button type="button" className="btn btn--quiet btn--text" onClick={() => setLimit(limit + STEP)}>
            {plural(left, `more ${what}`, `more ${whats}`)}
          </button>
        </li>
      )}
    </ul>
  );
}

function Process({ name, threads, ...shown }: OtherThreadsProps & { readonly name: string }) {
  const [open, setOpen] = useState(false);
  return (
    <li className="thread">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} small />
        <span className="grow clip">{name === "" ? "Of no named process" : visible(name)}</span>
        <span className="v">{plural(threads.length, "thread")}</span>
      </button>
      {open && (
        <div className="thread__inner">
          <Stepwise items={threads} what="thread" whats="threads">
            {(thread) => <OtherThread key={thread.index} thread={thread} {...shown} />}
          </Stepwise>
        </div>
      )}
    </li>
  );
}

interface OtherThreadProps extends Omit<OtherThreadsProps, "threads"> {
  readonly thread: Thread;
}

function OtherThread({ thread, images, names, unfolded }: OtherThreadProps) {
  const [open, setOpen] = useState(false);
  const title = `Thread ${thread.index}`;
  const first = thread.frames.find((frame) => frameRole(frame, images) === "app" && !isRaw(frame)) ?? thread.frames[0];
  const name = first && names.nameOf(first);
  const about = [...threadFacts(thread), ...(name === undefined ? [] : [visible(name)])];
  return (
    <li className="thread">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} small />
        <span className="grow clip">
          {title} <code className="muted">{about.join(" · ")}</code>
        </span>
        <span className="v">
          {thread.sampleCount === undefined
            ? plural(thread.frames.length, "frame")
            : plural(thread.sampleCount, "sample")}
        </span>
      </button>
      {open && thread.callTree && thread.callTree.length > 0 ? (
        <Sampled thread={thread} images={images} names={names} unfolded={unfolded} label={title} />
      ) : (
        open && <Frames frames={thread.frames} images={images} names={names} unfolded={unfolded} label={title} />
      )}
    </li>
  );
}
