/** A sampled thread: the tree of its calls, or its heaviest path as a backtrace, which is all there is where nothing branches. */
import { useMemo, useState } from "react";
import { plural } from "../../ui/numbers.ts";
import { branches, callTreeOf } from "./call-tree.ts";
import { Frames } from "./frames.tsx";
import type { Names } from "./names.ts";
import type { ImageFacts } from "./roles.ts";
import { SampledTree } from "./sampled-tree.tsx";
import type { Thread } from "./thread-head.ts";

export interface SampledProps {
  readonly thread: Thread;
  readonly images: readonly ImageFacts[];
  readonly names: Names;
  readonly unfolded: boolean;
  /** Position in the heaviest path of the first frame to read. */
  readonly readFirst?: number | undefined;
  readonly label: string;
}

export function Sampled({ thread, images, names, unfolded, readFirst, label }: SampledProps) {
  const tree = useMemo(() => callTreeOf(thread.callTree ?? []), [thread]);
  const path = useMemo(() => tree.heaviest.toReversed().flatMap((at) => tree.nodes[at]?.frames ?? []), [tree]);
  const [asTree, setAsTree] = useState(() => branches(tree));
  return (
    <>
      <div className="row">
        <span className="seg" role="group" aria-label="Form of the samples">
          <button type="button" aria-pressed={asTree} onClick={() => setAsTree(true)}>
            Call tree
          </button>
          <button type="button" aria-pressed={!asTree} onClick={() => setAsTree(false)}>
            Heaviest path
          </button>
        </span>
        <span className="note">
          {`${plural(tree.total, "sample")}; ${asTree ? "outermost calls first, the heaviest path is open" : "innermost frame first"}`}
        </span>
      </div>
      {asTree ? (
        <SampledTree
          tree={tree}
          images={images}
          names={names}
          unfolded={unfolded}
          readFirst={readFirst === undefined ? undefined : path[readFirst]}
          label={`${label}, call tree`}
        />
      ) : (
        <Frames
          frames={path}
          images={images}
          names={names}
          readFirst={readFirst}
          unfolded={unfolded}
          label={`${label}, heaviest path`}
        />
      )}
    </>
  );
}
