/** The one table from error code to HTTP status, and the one shape of an error answer. */
import type { ErrorBody, ErrorCode } from "@windfall/api";

export const STATUS = {
  "bad-request": 400,
  "empty-body": 400,
  unauthenticated: 401,
  "sign-in-link-invalid": 401,
  "sign-in-failed": 401,
  "invitation-invalid": 401,
  forbidden: 403,
  "not-found": 404,
  "app-not-found": 404,
  "signature-not-found": 404,
  "report-not-found": 404,
  "key-not-found": 404,
  "person-not-found": 404,
  "symbols-not-found": 404,
  "method-not-allowed": 405,
  "data-folder-locked": 409,
  "name-taken": 409,
  "last-admin": 409,
  "body-too-large": 413,
  "archive-too-large": 413,
  "rate-limited": 429,
  "not-a-report": 422,
  "not-symbols": 422,
  "unsafe-archive": 422,
  unreadable: 422,
  "blob-damaged": 500,
  "disk-full": 507,
  "events-unavailable": 503,
  "format-unavailable": 422,
  "too-many-streams": 429,
  stopping: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

export function errorResponse(code: ErrorCode, message: string, requestId: string): Response {
  const body: ErrorBody = { error: { code, message, requestId } };
  const headers: Record<string, string> = { "x-request-id": requestId };
  if (code === "unauthenticated") headers["www-authenticate"] = "Bearer";
  if (code === "disk-full") headers["retry-after"] = "60";
  if (code === "events-unavailable") headers["retry-after"] = "5";
  if (code === "too-many-streams") headers["retry-after"] = "60";
  return Response.json(body, { status: STATUS[code], headers });
}
