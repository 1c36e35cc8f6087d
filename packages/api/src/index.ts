export * from "./ci-name.ts";
export * from "./client.ts";
export type {
  CrashFree,
  CrashFreeDay,
  CrashRate,
  LateCount,
  LateDay,
  LateSpared,
  NotCorrected,
  NotShown,
  Spared,
  Verdict,
  VersionComparison,
  WeekComparison,
} from "./crash-free.ts";
export * from "./errors.ts";
export * from "./live.ts";
export * from "./model.ts";
export * from "./operations.ts";
export {
  type InvitationRow,
  type KeyRow,
  type MadeKey,
  MIN_PASSWORD_LENGTH,
  type NewInvitation,
  NewKey,
  type OpenInvitation,
  type PeopleList,
  type PersonRow,
  type SessionRow,
} from "./people.ts";
export * as report from "./report.ts";
export * from "./rights.ts";
export { type Route, type RouteName, type Routes, routes } from "./routes.ts";
