/** `windfall ci upload-symbols`: every debug file of an archive, then the build itself, so that what is still missing is told at the end. */
import type { Arguments } from "../arguments.ts";
import { archivePath } from "../ci/archive-path.ts";
import { detectCi } from "../ci/environment.ts";
import { type ExitCode, usageFailure, worst } from "../failure.ts";
import type { Terminal } from "../terminal.ts";
import { ciRegisterCommand } from "./ci-register.ts";
import { symbolsUploadCommand } from "./symbols-upload.ts";

export async function ciUploadSymbolsCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const path = archivePath(args, detectCi(terminal.env));
  if (path === undefined) {
    throw usageFailure("which archive? windfall ci upload-symbols MyApp.xcarchive; this CI run names none of its own");
  }
  const ofArchive: Arguments = {
    operands: [path],
    has: (flag) => args.has(flag),
    text: (flag) => args.text(flag),
    list: (flag) => args.list(flag),
  };
  const uploaded = await symbolsUploadCommand(ofArchive, terminal);
  return worst(uploaded, await ciRegisterCommand(ofArchive, terminal));
}
