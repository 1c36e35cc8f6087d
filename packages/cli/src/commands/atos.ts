/** `windfall atos`: flags, order and grammar of Apple's tool, so that scripts may name the one for the other. */
import { readFileSync, statSync } from "node:fs";
import { atosLines, type AtosQuestion, type ImageOffset, type SymbolSlice } from "@windfall/core";
import type { Arguments } from "../arguments.ts";
import { CliFailure, type ExitCode, inputFailure, usageFailure } from "../failure.ts";
import { printable } from "../output/printable.ts";
import { type DebugFile, debugFilesIn } from "../symbols/debug-files.ts";
import type { Terminal } from "../terminal.ts";

export async function atosCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const path = args.text("o");
  if (path === undefined)
    throw usageFailure("atos needs -o FILE, a dSYM or a binary; running processes are out of its reach");
  const offsetOf = placement(args);
  const file = await openDebugFile(path);
  const slice = chooseSlice(file, args.text("arch"), terminal);
  const options = {
    module: file.path.slice(file.path.lastIndexOf("/") + 1),
    inlineFrames: args.has("i") || args.has("inlineFrames"),
    fullPath: args.has("fullPath"),
  };
  const delimiter = args.text("d");

  async function answer(words: readonly string[]): Promise<void> {
    const questions = words.map((given) => questionOf(given, slice, offsetOf, args.has("offset")));
    const known = questions.flatMap(({ offset }) => (offset === undefined ? [] : [offset as ImageOffset]));
    const resolutions = (await slice.resolve(known)).values();
    const text = questions.map((question) => {
      const resolution = question.offset === undefined ? undefined : resolutions.next().value;
      const lines = atosLines(question, resolution, options).map((line) => printable(line));
      return `${lines.join(delimiter ?? "\n")}\n${options.inlineFrames && delimiter === undefined ? "\n" : ""}`;
    });
    terminal.out(text.join(""));
  }

  try {
    const from = args.text("f");
    if (args.operands.length > 0) await answer(args.operands);
    if (from !== undefined) await answer(wordsOf(readText(from)));
    if (args.operands.length === 0 && from === undefined)
      for await (const words of wordsFrom(terminal)) await answer(words);
  } finally {
    file.close();
  }
  return 0;
}

type OffsetOf = (address: bigint, slice: SymbolSlice) => bigint;

function placement(args: Arguments): OffsetOf {
  const [load, slide] = [args.text("l"), args.text("s")];
  if ([load !== undefined, slide !== undefined, args.has("offset")].filter(Boolean).length > 1) {
    throw usageFailure("atos takes one of -l, -s and -offset");
  }
  if (args.has("offset")) return (address) => address;
  if (load !== undefined) {
    const base = hexOf("-l", load);
    return (address) => address - base;
  }
  const moved = slide === undefined ? 0n : hexOf("-s", slide);
  return (address, { textAddress }) => address - moved - textAddress;
}

function hexOf(flag: string, text: string): bigint {
  const match = /^(-?)(?:0x)?([0-9a-f]{1,16})$/i.exec(text);
  if (match === null) throw usageFailure(`${flag} is a number in hex, not '${text}'`);
  const value = BigInt(`0x${match[2]}`);
  return match[1] === "" ? value : -value;
}

function questionOf(given: string, slice: SymbolSlice, offsetOf: OffsetOf, isOffset: boolean): AtosQuestion {
  const pattern = isOffset ? /^(?:0x[0-9a-f]{1,16}|\d{1,19})$/i : /^(?:0x)?[0-9a-f]{1,16}$/i;
  if (!pattern.test(given)) return { given, address: 0n };
  const address = BigInt(isOffset || /^0x/i.test(given) ? given : `0x${given}`);
  const offset = offsetOf(address, slice);
  return offset < 0n || offset >= BigInt(slice.textSize)
    ? { given, address }
    : { given, address, offset: Number(offset) };
}

/** The first debug file of the path: a dSYM has one as a rule. */
async function openDebugFile(path: string): Promise<DebugFile> {
  try {
    if (statSync(path).isDirectory() && path.endsWith(".xcarchive")) {
      throw usageFailure(
        `${path} holds many images: give -o one of its dSYMs; 'windfall symbols list ${path}' lists them`,
      );
    }
    let failure: unknown;
    const files = debugFilesIn(path, ({ error }) => (failure ??= error), { outermostName: "symbol-table" });
    for await (const file of files) if (file.slices.length > 0) return file;
    throw failure ?? new CliFailure("no-symbols", `${path}: no debug file with a UUID in it`, 3);
  } catch (error) {
    throw inputFailure(error, path) ?? error;
  }
}

/** What a Mac of today would take of a universal file. */
const PREFERRED = ["arm64", "arm64e", "x86_64"];

function chooseSlice({ slices, path }: DebugFile, arch: string | undefined, terminal: Terminal): SymbolSlice {
  const all = slices.map((slice) => slice.arch).join(", ");
  if (arch !== undefined) {
    const slice = slices.find((one) => one.arch === arch);
    if (slice === undefined) throw new CliFailure("no-symbols", `${path} has no slice for ${arch}, only ${all}`, 3);
    return slice;
  }
  const preferred = PREFERRED.map((name) => slices.find((one) => one.arch === name)).find(
    (slice) => slice !== undefined,
  );
  const slice = preferred ?? slices[0];
  if (slice === undefined) throw new CliFailure("no-symbols", `${path}: no debug file with a UUID in it`, 3);
  if (slices.length > 1) terminal.err(`windfall: taking ${slice.arch} of ${all}; -arch chooses\n`);
  return slice;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw inputFailure(error, path) ?? error;
  }
}

const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");

/** Longest word that is kept while its line is not complete. */
const MAX_WORD = 4096;

/** Whole lines as they come: a program may wait for one answer before it asks for the next. */
async function* wordsFrom(terminal: Terminal): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of terminal.stdin()) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf("\n") + 1;
    rest = text.slice(end).slice(0, MAX_WORD);
    const words = wordsOf(text.slice(0, end));
    if (words.length > 0) yield words;
  }
  const last = wordsOf(rest);
  if (last.length > 0) yield last;
}
