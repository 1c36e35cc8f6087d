/** The closed list of error codes of the hub; the status of each stands in the hub's `http/errors.ts`. */
import { z } from "zod";

export const ERROR_CODES = [
  "bad-request",
  "empty-body",
  "unauthenticated",
  "forbidden",
  "sign-in-link-invalid",
  "sign-in-failed",
  "invitation-invalid",
  "not-found",
  "app-not-found",
  "signature-not-found",
  "report-not-found",
  "key-not-found",
  "person-not-found",
  "symbols-not-found",
  "name-taken",
  "last-admin",
  "rate-limited",
  "body-too-large",
  "not-a-report",
  "not-symbols",
  "unsafe-archive",
  "archive-too-large",
  "too-many-streams",
  "unreadable",
  "blob-damaged",
  "disk-full",
  "events-unavailable",
  "format-unavailable",
  "method-not-allowed",
  "data-folder-locked",
  "stopping",
  "internal",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export const ErrorBody = z.object({
  error: z.object({ code: z.enum(ERROR_CODES), message: z.string(), requestId: z.string() }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
