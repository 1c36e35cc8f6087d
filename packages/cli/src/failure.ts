/** What ends a command, or one of its inputs: a code for machines, one sentence for people, and the exit code of INTERFACES. */
import { FormatError } from "@windfall/core";

/** 0 done; 1 it ran and the answer is "no" or the work failed; 2 wrong usage; 3 input unreadable. */
export type ExitCode = 0 | 1 | 2 | 3;

export type FailureCode =
  | FormatError["code"]
  | "usage"
  | "not-found"
  | "unreadable"
  | "no-reports"
  | "no-symbols"
  | "hub"
  | "no-hub-address"
  | "no-node";

export class CliFailure extends Error {
  override readonly name = "CliFailure";
  readonly code: FailureCode | (string & {});
  readonly exit: ExitCode;

  constructor(code: CliFailure["code"], message: string, exit: ExitCode, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.exit = exit;
  }
}

export const usageFailure = (message: string): CliFailure => new CliFailure("usage", message, 2);

/** The failure behind an error that names one input; `undefined` for a bug, which goes to the edge of the process. */
export function inputFailure(error: unknown, path: string): CliFailure | undefined {
  if (error instanceof CliFailure) return error;
  if (error instanceof FormatError) {
    const where = error.offset === undefined ? "" : ` at byte ${error.offset}`;
    return new CliFailure(error.code, `${path}: ${error.message}${where}${WAY_OUT[error.code] ?? ""}`, 3, error);
  }
  const code = systemCode(error);
  if (code === undefined) return undefined;
  return new CliFailure(
    code === "ENOENT" ? "not-found" : "unreadable",
    `${path}: ${SYSTEM_ERRORS[code] ?? `cannot be read (${code})`}`,
    3,
    error,
  );
}

export function worst(left: ExitCode, right: ExitCode): ExitCode {
  return left > right ? left : right;
}

const WAY_OUT: Partial<Record<FormatError["code"], string>> = {
  "not-a-report": "; expected an .ips, a .crash, or a file that holds one",
  truncated: "; copy the file again",
};

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  EISDIR: "is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ELOOP: "too many symbolic links",
};

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "syscall" in error
    ? error.code
    : undefined;
}
