/**
 * `windfall symbols upload`: the debug files below the paths, one request each, streamed from the disk. A zip named by the user is sent
 * as it is: the hub looks into it. Binaries without debug information are sent only where their dSYM is not there.
 */
import { basename } from "node:path";
import { createReadStream, statSync } from "node:fs";
import type { Arguments } from "../arguments.ts";
import { CliFailure, type ExitCode, inputFailure, worst } from "../failure.ts";
import { openHub } from "../hub.ts";
import { printFailure } from "../output/failure.ts";
import { printable } from "../output/printable.ts";
import { createProgress } from "../output/progress.ts";
import { isZip } from "../reports/report-inputs.ts";
import { type DebugFile, debugFilesIn } from "../symbols/debug-files.ts";
import { sendDebugFile, type Upload, uploadOf } from "../symbols/send-debug-file.ts";
import type { Terminal } from "../terminal.ts";

export async function symbolsUploadCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const json = args.text("format") === "json";
  const hub = await openHub(args, terminal);
  const progress = createProgress(terminal);
  let exit: ExitCode = 0;
  for (const operand of args.operands) {
    try {
      for (const upload of await uploadsIn(operand)) await send(upload);
    } catch (error) {
      fail(error, operand);
    }
  }
  return exit;

  async function uploadsIn(path: string): Promise<readonly Upload[]> {
    if (!statSync(path).isDirectory() && isZip(path)) return [await wholeZip(path)];
    const files: DebugFile[] = [];
    for await (const file of debugFilesIn(path, ({ path, error }) => fail(error, path))) {
      // Closed until its turn: there may be more of them than files a process may open.
      file.close();
      if (file.slices.length > 0) files.push(file);
    }
    const chosen = withoutTwins(files);
    if (chosen.length === 0) throw new CliFailure("no-symbols", `${path}: no debug file with a UUID in it`, 3);
    return chosen.map(uploadOf);
  }

  async function send(upload: Upload): Promise<void> {
    const { path } = upload;
    try {
      const { slices, skipped } = await sendDebugFile(hub, upload, progress);
      if (json) terminal.out(`${JSON.stringify({ path, slices, skipped })}\n`);
      else {
        for (const { uuid, arch, name: held, duplicate } of slices) {
          terminal.out(printable(`${duplicate ? "known already" : "accepted"}  ${uuid}  ${arch}  ${held}`) + "\n");
        }
        for (const { path, reason } of skipped) terminal.err(`windfall: ${printable(`${path}: ${reason}`)}\n`);
      }
    } catch (error) {
      fail(hub.failure(error, path) ?? error, path);
    } finally {
      upload.close();
    }
  }

  function fail(error: unknown, path: string): void {
    const failure = inputFailure(error, path);
    if (!failure) throw error;
    printFailure(failure, terminal, json);
    exit = worst(exit, failure.exit);
  }
}

async function wholeZip(path: string): Promise<Upload> {
  const { Readable } = await import("node:stream");
  return {
    path,
    name: basename(path),
    sizeBytes: statSync(path).size,
    open: () => Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
    close: () => {},
  };
}

/** A binary whose UUID a dSYM has adds nothing. */
function withoutTwins(files: readonly DebugFile[]): readonly DebugFile[] {
  const covered = new Set(
    files.flatMap(({ slices }) => slices.filter(({ hasDebugInfo }) => hasDebugInfo).map(({ uuid }) => uuid)),
  );
  return files.filter(({ slices }) => slices.some(({ uuid, hasDebugInfo }) => hasDebugInfo || !covered.has(uuid)));
}
