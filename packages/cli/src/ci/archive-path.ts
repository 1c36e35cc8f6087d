/** Which archive a `ci` command is about: the one named, else the one this CI run says it made. */
import type { Arguments } from "../arguments.ts";
import type { CiRun } from "./environment.ts";

export const archivePath = (args: Arguments, ci: CiRun | undefined): string | undefined =>
  args.operands[0] ?? ci?.archive;
