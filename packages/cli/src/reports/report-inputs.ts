/**
 * The reports behind one FILE of the command line: the file itself, standard input, or what core finds in a folder, a zip, an
 * .xccrashpoint or a TestFlight zip. Only names are judged here; what a file is, its content tells.
 */
import { basename, dirname, join, relative, sep } from "node:path";
import {
  type ArchiveFacts,
  type FoundReport,
  mayHoldReports,
  type ParsedReport,
  parseReports,
  readFound,
  reportsInFolder,
  reportsInZip,
} from "@windfall/core";
import { factsAt } from "../ci/archive.ts";
import { CliFailure } from "../failure.ts";
import { folderFile, headOf, lazyFile } from "../files/file-source.ts";
import { collectBytes, readBytes } from "../files/read.ts";
import { isFolder, limitMessage, walkFiles } from "../files/walk.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../terminal.ts";

export interface ReportInput {
  /** As the user would name it; `-` for standard input. */
  readonly path: string;
  /** The entry of a zip. */
  readonly part?: string;
  /** Whether it must be a report: a .txt or .json found on the way may be anything. */
  readonly mustBeReport: boolean;
  read(): Promise<Uint8Array>;
  /** Parsed, and joined with what lies beside it. */
  reports(): Promise<readonly ParsedReport[]>;
  /** It was found on the way and is no report: a folder of nothing else has none. */
  passOver(): void;
  /** Feedback comes with pictures and a crash that is an input of its own. */
  readonly feedback?: FoundReport["feedback"];
}

export async function* reportInputs(
  path: string,
  terminal: Pick<Terminal, "stdin" | "err">,
): AsyncGenerator<ReportInput> {
  if (path === "-") {
    yield alone(path, () => collectBytes(terminal.stdin(), "standard input"));
  } else if (isFolder(path)) {
    yield* orFail(inFolder(path, terminal), path, "folder");
  } else if (isZip(path)) {
    yield* orFail(inZip(path, terminal), path, "zip");
  } else {
    yield alone(path, () => readBytes(path));
  }
}

function alone(path: string, read: () => Promise<Uint8Array>): ReportInput {
  return {
    path,
    mustBeReport: true,
    read,
    reports: async () => parseReports(await read()),
    passOver: () => {},
  };
}

type Candidate = Omit<ReportInput, "passOver">;

/** Bundles of Organizer are known by their name, also where the user names the bundle itself. */
const BUNDLE = /\.xc\w+point$/i;

async function* inFolder(root: string, terminal: Pick<Terminal, "err">): AsyncGenerator<Candidate> {
  const base = BUNDLE.test(basename(root)) ? dirname(root) : root;
  const onLimit = (limit: "depth" | "entries", path: string) =>
    terminal.err(`windfall: ${printable(`${path}: ${limitMessage(limit)}`)}\n`);
  const files = [
    ...walkFiles(root, {
      enter: (name) => mayHoldReports(name) && name !== "node_modules" && name !== ".git",
      onLimit,
    }),
  ].map(({ path, sizeBytes }) => folderFile(relative(base, path).split(sep).join("/"), path, sizeBytes));
  // A zip that was only found on the way may hold anything, or be broken: then it is passed over.
  for await (const found of reportsInFolder(files)) {
    const [outer = "", ...inner] = found.path.split("!/");
    const path = join(base, outer);
    yield candidate(found, path, inner.length === 0 ? undefined : inner.join("!/"), join(base, found.path));
  }
}

async function* inZip(path: string, terminal: Pick<Terminal, "err">): AsyncGenerator<Candidate> {
  const source = lazyFile(path);
  const onProblem = ({ message }: { readonly message: string }) =>
    terminal.err(`windfall: ${printable(`${path}: ${message}`)}\n`);
  try {
    for await (const found of reportsInZip(source, { onProblem })) yield candidate(found, path, found.path, found.path);
  } finally {
    source.close();
  }
}

function candidate(found: FoundReport, path: string, part: string | undefined, place: string): Candidate {
  return {
    path,
    ...(part !== undefined && { part }),
    mustBeReport: found.mustBeReport,
    read: () => found.read(),
    reports: () => readFound({ ...found, path: place }),
    ...(found.feedback && { feedback: found.feedback }),
  };
}

async function* orFail(inputs: AsyncGenerator<Candidate>, path: string, what: string): AsyncGenerator<ReportInput> {
  let found = false;
  for await (const input of inputs) {
    let passed = false;
    yield { ...input, passOver: () => (passed = true) };
    if (!passed) found = true;
  }
  if (found) return;
  const archive = isFolder(path) ? await factsAt(path).catch((): ArchiveFacts => ({})) : {};
  if (archive.bundleId !== undefined) {
    const version = [archive.version, archive.build && `(${archive.build})`].filter((part) => part !== undefined);
    throw new CliFailure(
      "no-reports",
      `${path}: the archive of ${[archive.bundleId, ...version].join(" ")}, with no report in it; pass it as --symbols`,
      3,
    );
  }
  throw new CliFailure(
    "no-reports",
    `${path}: no report in this ${what}; reports end in .ips, .crash, .txt or .json`,
    3,
  );
}

export function isZip(path: string): boolean {
  const [p, k, a, b] = headOf(path, 4);
  // A local header, or the end record of an empty archive.
  return p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6));
}
