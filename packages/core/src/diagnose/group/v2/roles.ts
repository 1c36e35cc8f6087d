/** What a frame of a stack is for, and how much it says about the bug. */
import { ROLE_LISTS } from "./role-lists.ts";

export type Role =
  | "app"
  /** Of a package or an embedded framework. */
  | "third-party"
  /** Own code that others call with their mistakes: extensions of standard types, property wrappers, SDK wrappers. */
  | "helper"
  /** Where the program begins. */
  | "entry"
  | "system-api"
  | "container"
  | "runtime"
  | "boundary"
  | "dispatch"
  | "ui-engine"
  | "plumbing"
  /** Nobody knows its name. */
  | "unknown";

/** For a page that shows what a key was made of; the key takes frames by role, in order. */
export const WEIGHTS: Readonly<Record<Role, number>> = {
  app: 1,
  "third-party": 0.7,
  helper: 0.5,
  "system-api": 0.4,
  container: 0.2,
  runtime: 0.1,
  entry: 0,
  boundary: 0,
  dispatch: 0,
  "ui-engine": 0,
  plumbing: 0,
  unknown: 0,
};

/** The role of a function of the system. */
export function systemRole(name: string): Role {
  return ROLE_LISTS.find(({ names }) => names.some((pattern) => pattern.test(name)))?.role ?? "system-api";
}
