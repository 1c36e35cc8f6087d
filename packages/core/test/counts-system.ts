/**
 * How much the reports about a whole system or a span of time hold (stackshots, panics, sampled trees), counted without any code
 * of the parsers: `JSON.parse` and a few patterns over lines.
 */
import type { Counts } from "./independent-count.ts";

interface Json {
  readonly [key: string]: unknown;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
const object = (value: unknown): Json => (value !== null && typeof value === "object" ? (value as Json) : {});
const matches = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

/** 288, 210, 151 and 409: processes by pid, threads by id, frames as pairs. */
export function countStackshot(kind: string): (text: string) => Counts {
  return (text) => {
    const body = object(JSON.parse(text.slice(text.indexOf("\n"))));
    const processes = object(body["processByPid"] ?? object(body["stackshot"])["processByPid"]);
    const threads = Object.values(processes).flatMap((process) => Object.values(object(object(process)["threadById"])));
    return {
      kind,
      threads: threads.length,
      frames: threads.reduce<number>(
        (sum, thread) => sum + list(object(thread)["userFrames"]).length + list(object(thread)["kernelFrames"]).length,
        0,
      ),
      // The null image stands for "no image".
      images: list(body["binaryImages"]).filter((image) => list(image)[2] !== "A").length,
    };
  };
}

/** A trimmed report of microstackshots: its heaviest stack is all there is, and its frames are all that tells of images. */
export function countHeaviestStack(kind: string): (text: string) => Counts {
  return (text) => {
    const nodes = [...text.matchAll(/^ +\d+ +\S.*\((.+) \+ \d+\) \[0x/gm)];
    return { kind, threads: 1, frames: nodes.length, images: new Set(nodes.map(([, name]) => name)).size };
  };
}

/** Blocks of processes; those of the system's images that several have are listed once. */
export function countProcesses(text: string): Counts {
  const images = [...text.matchAll(/^ +\*?(0x[0-9a-f]+) - +\S+ +.*<([0-9A-F-]{36})>/gm)];
  return {
    kind: "hang",
    threads: matches(text, /^ +Thread 0x/gm),
    frames: matches(text, /^ *\*?\d+ +.*\[0x[0-9a-f]+\]/gm),
    images: new Set(images.map(([, base, uuid]) => `${base} ${uuid}`)).size,
  };
}

/** macOS' `sample`. */
export function countSample(text: string): Counts {
  const graph = text.slice(text.indexOf("Call graph:"), text.indexOf("Total number in stack"));
  return {
    kind: "hang",
    threads: matches(graph, /^ {4}\d+ Thread_/gm),
    frames: matches(graph, /\[0x[0-9a-f]+\]/g),
    images: matches(text, /^ +0x[0-9a-f]+ - +0x[0-9a-f]+ /gm),
  };
}
