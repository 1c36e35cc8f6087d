/**
 * The reports behind one FILE of the command line: the file itself, standard input, or everything that is named like a report
 * in a folder, a zip, an .xccrashpoint or an .xcarchive. Only names are judged here; what a file is, its content tells.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { mayHoldReports, openZip, readZipEntry, reportName, type Zip, type ZipEntry } from "@windfall/core";
import { CliFailure } from "../failure.ts";
import { headOf, lazyFile } from "../files/file-source.ts";
import { collectBytes, MAX_REPORT_BYTES, readBytes } from "../files/read.ts";
import { isFolder, limitMessage, type WalkedFile, walkFiles } from "../files/walk.ts";
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
  /** It was found on the way and is no report: a folder of nothing else has none. */
  passOver(): void;
}

const NAMED = { mustBeReport: true, passOver: () => {} } as const;

/** Xcode's copy of a report with the names it had symbols for. */
const SYMBOLICATED_COPY = "LocallySymbolicated";

export async function* reportInputs(
  path: string,
  terminal: Pick<Terminal, "stdin" | "err">,
): AsyncGenerator<ReportInput> {
  if (path === "-") {
    yield { path, ...NAMED, read: () => collectBytes(terminal.stdin(), "standard input") };
  } else if (isFolder(path)) {
    yield* orFail(inFolder(path, terminal), path, "folder");
  } else if (isZip(path)) {
    yield* orFail(inZip(path), path, "zip");
  } else {
    yield { path, ...NAMED, read: () => readBytes(path) };
  }
}

type Candidate = Omit<ReportInput, "passOver">;

async function* inFolder(root: string, terminal: Pick<Terminal, "err">): AsyncGenerator<Candidate> {
  const enter = (name: string) => mayHoldReports(name) && name !== "node_modules" && name !== ".git";
  const onLimit = (limit: "depth" | "entries", path: string) =>
    terminal.err(`windfall: ${printable(`${path}: ${limitMessage(limit)}`)}\n`);
  for (const { path, name } of walkFiles(root, { enter, onLimit })) {
    if (hasBetterCopy({ path, name })) continue;
    if (/\.zip$/i.test(name)) yield* inFoundZip(path);
    else if (reportName(name) !== "other") {
      yield { path, mustBeReport: reportName(name) === "report", read: () => readBytes(path) };
    }
  }
}

/** An .xccrashpoint holds each report twice; the copy has more names in it. */
function hasBetterCopy({ path, name }: Pick<WalkedFile, "path" | "name">): boolean {
  const folder = dirname(path);
  return folder.endsWith("Logs") && existsSync(join(folder, SYMBOLICATED_COPY, name));
}

async function* inZip(path: string): AsyncGenerator<Candidate> {
  const source = lazyFile(path);
  try {
    yield* entriesOf(path, await openZip(source));
  } finally {
    source.close();
  }
}

/** A zip that was only found on the way may hold anything, or be broken: then it is passed over. */
async function* inFoundZip(path: string): AsyncGenerator<Candidate> {
  const source = lazyFile(path);
  try {
    const zip = await openZip(source).catch(() => undefined);
    if (zip) yield* entriesOf(path, zip);
  } finally {
    source.close();
  }
}

async function* entriesOf(path: string, zip: Zip): AsyncGenerator<Candidate> {
  for (const entry of zip.entries) {
    const parts = entry.path.split("/");
    const name = parts.at(-1) ?? "";
    if (!parts.slice(0, -1).every(mayHoldReports)) continue;
    const named = reportName(name);
    if (named !== "other") {
      yield { path, part: entry.path, mustBeReport: named === "report", read: () => readEntry(path, zip, entry) };
    }
  }
}

async function readEntry(path: string, zip: Zip, entry: ZipEntry): Promise<Uint8Array> {
  if (entry.size > MAX_REPORT_BYTES)
    throw new CliFailure("too-large", `${path}: ${entry.path} is larger than any report`, 3);
  return readZipEntry(zip, entry);
}

async function* orFail(inputs: AsyncGenerator<Candidate>, path: string, what: string): AsyncGenerator<ReportInput> {
  let found = false;
  for await (const input of inputs) {
    let passed = false;
    yield { ...input, passOver: () => (passed = true) };
    if (!passed) found = true;
  }
  if (found) return;
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
