/** MetricKit's JSON, and what is shaped like it, counted without the parsers. Frames are the nodes of the trees, however deep. */
import type { Counts } from "./independent-count.ts";
import { list, object } from "./loose-json.ts";

const GROUPS = [
  ["crashDiagnostics", "crash"],
  ["hangDiagnostics", "hang"],
  ["cpuExceptionDiagnostics", "cpu"],
  ["diskWriteExceptionDiagnostics", "disk-writes"],
  ["appLaunchDiagnostics", "launch"],
] as const;

/** A payload, one diagnostic, or one tree; payloads of metrics hold nothing that could be counted here. */
export function countMetricKit(text: string): readonly Counts[] {
  const document = object(JSON.parse(text));
  if (document["callStacks"] !== undefined)
    return [countTree(document, document["callStackPerThread"] === true ? "other" : "cpu")];
  if (document["callStackTree"] !== undefined) return [countTree(document["callStackTree"], "crash")];
  const counts = GROUPS.flatMap(([key, kind]) =>
    list(document[key]).map((diagnostic) => countTree(diagnostic["callStackTree"], kind)),
  );
  return counts.length > 0 ? counts : [{ kind: "metrics", threads: 0, frames: 0, images: 0 }];
}

function countTree(tree: unknown, kind: string): Counts {
  const stacks = list(object(tree)["callStacks"]);
  const images = new Set<string>();
  let frames = 0;
  const open = stacks.flatMap((stack) => list(stack["callStackRootFrames"]));
  for (let frame = open.pop(); frame !== undefined; frame = open.pop()) {
    frames++;
    const uuid = frame["binaryUUID"];
    if (typeof uuid === "string") images.add(uuid);
    open.push(...list(frame["subFrames"]));
  }
  return { kind, threads: stacks.length, frames, images: images.size };
}

/** A tree whose JSON breaks off: what stands of it in the text. */
export function countCutTree(text: string): Counts {
  return {
    kind: "other",
    threads: text.split('"callStackRootFrames"').length - 1,
    // Only an object that closes or opens another is whole: the last one of the file may be neither.
    frames: text.match(/"address"\s*:\s*\d+/g)?.length ?? 0,
    images: new Set(text.match(/"binaryUUID"\s*:\s*"[^"]*"/g)).size,
  };
}

/** Meter's log of an exception: lines numbered by what they are, 2 an address and 3 an image, which may come twice. */
export function countLog(text: string): Counts {
  return {
    kind: "crash",
    threads: 1,
    frames: text.match(/^2 /gm)?.length ?? 0,
    images: new Set(text.match(/^3 .*"uuid":"[^"]*"/gm)?.map((line) => line.slice(-38))).size,
  };
}
