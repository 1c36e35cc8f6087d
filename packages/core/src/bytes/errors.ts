/** The one error of core: nothing at all could be read from an input. Everything less is a `Problem`. */
export const FORMAT_ERROR_CODES = [
  "empty",
  "not-a-report",
  "not-mach-o",
  "not-a-zip",
  "truncated",
  "damaged",
  "too-large",
  "too-deep",
  "unsupported",
  "unsafe-path",
] as const;
export type FormatErrorCode = (typeof FORMAT_ERROR_CODES)[number];

export class FormatError extends Error {
  override readonly name = "FormatError";
  readonly code: FormatErrorCode;
  /** Byte offset in the input where reading ended, when one is known. */
  readonly offset: number | undefined;

  constructor(code: FormatErrorCode, message: string, offset?: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.offset = offset;
  }
}
