/** What a use case says when it cannot do what it was asked. The edge (`http/errors.ts`) turns the code into a status. */
import type { ErrorCode } from "@windfall/api";

export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The same may be asked again, later. */
export class TooSoon extends AppError {
  readonly retryAfterSeconds: number;

  constructor(message: string, seconds: number) {
    super("rate-limited", message);
    this.retryAfterSeconds = Math.max(1, Math.ceil(seconds));
  }
}
