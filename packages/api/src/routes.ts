/**
 * Every route of `/ingest` and `/api/v1`, once: the hub mounts this table, the client calls it, the OpenAPI document is made from it.
 * `access` says who may call (`rights.ts`), `reach` what a key for some apps only may see of it.
 */
import { z } from "zod";
import {
  App,
  AppStorage,
  Build,
  Facets,
  FeedbackRow,
  Filters,
  IngestAnswer,
  IngestStatus,
  Overview,
  RegisterBuild,
  RegisteredBuild,
  ReportDetail,
  ReportRow,
  SampleAnswer,
  Session,
  SignatureDetail,
  SignatureList,
  SymbolsAnswer,
  SymbolsList,
  SymbolsMatrix,
  SymbolsProgress,
  UsageAnswer,
} from "./model.ts";
import {
  GivenName,
  GivenPassword,
  KeyRow,
  MadeKey,
  Name,
  NewInvitation,
  NewKey,
  NewPassword,
  OpenInvitation,
  PeopleList,
  Role,
  SessionRow,
  Token,
} from "./people.ts";
import { Doctor, Rebuild, Retry, SetAsideList } from "./operations.ts";
import { ReportKind } from "./report.ts";
import type { Access } from "./rights.ts";

export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** With `:name` for parameters. */
  readonly path: string;
  readonly access: Access;
  /**
   * For keys that are for some apps only. Without it the hub lets them call what names an app, a signature or a report of theirs in its
   * path, and nothing else. `filtered`: the handler itself leaves out the other apps.
   */
  readonly reach?: "filtered";
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** A JSON body; `"bytes"` for anything streamed. */
  readonly body?: z.ZodType | "bytes";
  /** The JSON answer; `"bytes"` for a download. */
  readonly response: z.ZodType | "bytes";
  readonly statuses?: readonly number[];
}

const Id = z.string().min(1).max(100);
const Page = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

const define = <const R extends Record<string, Route>>(routes: R): R => routes;

export const routes = define({
  session: { method: "GET", path: "/api/v1/session", access: "person", summary: "Who is signed in", response: Session },
  signIn: {
    method: "POST",
    path: "/api/v1/sign-in",
    access: "open",
    summary: "Exchange a one-time sign-in link for a session cookie",
    body: z.object({ token: z.string().min(1).max(200) }),
    response: Session,
  },
  signOut: {
    method: "POST",
    path: "/api/v1/sign-out",
    access: "person",
    summary: "End this session",
    response: z.object({}),
  },
  signInByPassword: {
    method: "POST",
    path: "/api/v1/sign-in/password",
    access: "open",
    summary: "Sign in by name and password",
    body: z.object({ name: GivenName, password: GivenPassword }),
    response: Session,
  },
  openInvitation: {
    method: "POST",
    path: "/api/v1/invitations/open",
    access: "open",
    summary: "What an invitation link offers; it stays usable",
    body: z.object({ token: Token }),
    response: OpenInvitation,
  },
  acceptInvitation: {
    method: "POST",
    path: "/api/v1/invitations/accept",
    access: "open",
    summary: "Become a person of this hub, and sign in",
    body: z.object({ token: Token, name: Name, password: NewPassword }),
    response: Session,
  },
  setPassword: {
    method: "POST",
    path: "/api/v1/password",
    access: "person",
    summary: "Set one's own name and password; ends one's other sessions",
    body: z.object({ name: Name, password: NewPassword, current: GivenPassword.exactOptional() }),
    response: Session,
  },
  sessions: {
    method: "GET",
    path: "/api/v1/sessions",
    access: "person",
    summary: "One's own sessions",
    response: z.object({ sessions: z.array(SessionRow) }),
  },
  endSession: {
    method: "DELETE",
    path: "/api/v1/sessions/:sessionId",
    access: "person",
    summary: "End one of one's own sessions",
    params: z.object({ sessionId: Id }),
    response: z.object({}),
  },
  endOtherSessions: {
    method: "DELETE",
    path: "/api/v1/sessions",
    access: "person",
    summary: "End all of one's own sessions but this one",
    response: z.object({ ended: z.int().nonnegative() }),
  },
  people: {
    method: "GET",
    path: "/api/v1/people",
    access: "admin",
    summary: "People of this hub, and open invitations",
    response: PeopleList,
  },
  invite: {
    method: "POST",
    path: "/api/v1/invitations",
    access: "admin",
    summary: "Make a one-time invitation link for a name and a role",
    body: z.object({ name: Name, role: Role }),
    response: NewInvitation,
  },
  revokeInvitation: {
    method: "DELETE",
    path: "/api/v1/invitations/:invitationId",
    access: "admin",
    summary: "Make an invitation link useless",
    params: z.object({ invitationId: Id }),
    response: z.object({}),
  },
  setRole: {
    method: "POST",
    path: "/api/v1/people/:personId/role",
    access: "admin",
    summary: "Give a person another role",
    params: z.object({ personId: Id }),
    body: z.object({ role: Role }),
    response: z.object({}),
  },
  linkForPerson: {
    method: "POST",
    path: "/api/v1/people/:personId/link",
    access: "admin",
    summary: "Make a one-time sign-in link for a person who cannot sign in",
    params: z.object({ personId: Id }),
    response: z.object({ url: z.string(), expiresAt: z.iso.datetime() }),
  },
  removePerson: {
    method: "DELETE",
    path: "/api/v1/people/:personId",
    access: "admin",
    summary: "Remove a person, and end their sessions",
    params: z.object({ personId: Id }),
    response: z.object({}),
  },
  keys: {
    method: "GET",
    path: "/api/v1/keys",
    access: "keys",
    summary: "Ingest and API keys, newest first; never the keys themselves. Admins see all, members their own",
    response: z.object({ keys: z.array(KeyRow) }),
  },
  createKey: {
    method: "POST",
    path: "/api/v1/keys",
    access: "keys",
    summary: "Make a key with one's own rights at most; the answer is the only time it is shown",
    body: NewKey,
    response: MadeKey,
  },
  revokeKey: {
    method: "DELETE",
    path: "/api/v1/keys/:keyId",
    access: "keys",
    summary: "Make a key useless, at once; members their own",
    params: z.object({ keyId: Id }),
    response: z.object({}),
  },
  apps: {
    method: "GET",
    path: "/api/v1/apps",
    access: "read",
    reach: "filtered",
    summary: "Apps the hub has reports of",
    response: z.object({ apps: z.array(App) }),
  },
  attachApp: {
    method: "POST",
    path: "/api/v1/apps/:appId/host",
    access: "write",
    summary: "Count an app's crashes with those of another (a Debug build, an extension), or alone again",
    params: z.object({ appId: Id }),
    body: z.object({ hostId: Id.nullable() }),
    response: z.object({ id: z.string(), hostId: z.string().nullable() }),
  },
  setAppStorage: {
    method: "POST",
    path: "/api/v1/apps/:appId/storage",
    access: "admin",
    summary: "Store an app's reports as they come, or scrubbed of personal data before; for what comes from now on",
    params: z.object({ appId: Id }),
    body: z.object({ storage: AppStorage }),
    response: z.object({ id: z.string(), storage: AppStorage }),
  },
  builds: {
    method: "GET",
    path: "/api/v1/apps/:appId/builds",
    access: "read",
    summary: "Builds of an app and its processes, latest upload first",
    params: z.object({ appId: Id }),
    response: z.object({ builds: z.array(Build) }),
  },
  registerBuild: {
    method: "POST",
    path: "/api/v1/builds",
    access: "ingest",
    summary: "Make a build known: 201 for a new one, 200 for more about one",
    body: RegisterBuild,
    response: RegisteredBuild,
    statuses: [200, 201],
  },
  overview: {
    method: "GET",
    path: "/api/v1/apps/:appId/overview",
    access: "read",
    summary: "Crashes by version and day",
    params: z.object({ appId: Id }),
    query: Filters,
    response: Overview,
  },
  facets: {
    method: "GET",
    path: "/api/v1/apps/:appId/facets",
    access: "read",
    summary: "Values the filters can take, with their crashes",
    params: z.object({ appId: Id }),
    query: Filters,
    response: Facets,
  },
  signatures: {
    method: "GET",
    path: "/api/v1/apps/:appId/signatures",
    access: "read",
    summary: "Signatures of crashes, or of another kind of report; most reports first",
    params: z.object({ appId: Id }),
    query: Filters.extend(Page.shape).extend({ kind: ReportKind.default("crash") }),
    response: SignatureList,
  },
  signature: {
    method: "GET",
    path: "/api/v1/signatures/:signatureId",
    access: "read",
    summary: "One signature with its distributions",
    params: z.object({ signatureId: Id }),
    query: Filters,
    response: SignatureDetail,
  },
  signatureReports: {
    method: "GET",
    path: "/api/v1/signatures/:signatureId/reports",
    access: "read",
    summary: "Reports of one signature, newest first",
    params: z.object({ signatureId: Id }),
    query: Filters.extend(Page.shape),
    response: z.object({ total: z.int(), reports: z.array(ReportRow) }),
  },
  feedback: {
    method: "GET",
    path: "/api/v1/apps/:appId/feedback",
    access: "read",
    summary: "What testers wrote, newest first; under the app id `unknown` what named no app",
    params: z.object({ appId: Id }),
    query: Page,
    response: z.object({ total: z.int(), feedback: z.array(FeedbackRow) }),
  },
  feedbackPicture: {
    method: "GET",
    path: "/api/v1/apps/:appId/feedback/:feedbackId/pictures/:number",
    access: "read",
    summary: "A picture that came with feedback, as it came",
    params: z.object({ appId: Id, feedbackId: Id, number: Id }),
    response: "bytes",
  },
  report: {
    method: "GET",
    path: "/api/v1/reports/:reportId",
    access: "read",
    summary: "One report, symbolicated with what the hub holds now",
    params: z.object({ reportId: Id }),
    response: ReportDetail,
  },
  downloadReport: {
    method: "GET",
    path: "/api/v1/reports/:reportId/download",
    access: "read",
    summary: "The report as it came (scrubbed, for who may only read), scrubbed of personal data, or as Apple's text",
    params: z.object({ reportId: Id }),
    query: z.object({ format: z.enum(["original", "scrubbed", "crash"]).default("original") }),
    response: "bytes",
  },
  symbols: {
    method: "GET",
    path: "/api/v1/symbols",
    access: "read",
    summary: "Debug files held, newest first, and images of reports that have none, most crashes first",
    query: Page.extend({ limit: z.coerce.number().int().min(1).max(1_000).default(500) }),
    response: SymbolsList,
  },
  symbolsProgress: {
    method: "GET",
    path: "/api/v1/symbols/progress",
    access: "read",
    summary: "How far the reports are that waited for symbols which have come",
    response: SymbolsProgress,
  },
  symbolsMatrix: {
    method: "GET",
    path: "/api/v1/apps/:appId/symbols",
    access: "read",
    summary: "Which images the builds of an app consist of, and which of them have symbols",
    params: z.object({ appId: Id }),
    query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(20) }),
    response: SymbolsMatrix,
  },
  live: {
    method: "GET",
    path: "/api/v1/live",
    access: "read",
    reach: "filtered",
    summary:
      "Server-sent events `change` whenever something of an app is new; ends after some minutes, to be opened again",
    response: "bytes",
  },
  loadSample: {
    method: "POST",
    path: "/api/v1/sample",
    access: "write",
    summary: "Take in the repo's own sample report and dSYM",
    response: SampleAnswer,
  },
  removeDemo: {
    method: "DELETE",
    path: "/api/v1/demo",
    access: "admin",
    summary: "Take away the example app that --demo filled, with all of its data and nothing else",
    response: z.object({}),
  },
  setAside: {
    method: "GET",
    path: "/api/v1/set-aside",
    access: "read",
    summary: "Uploads that could not be taken up, newest first, each with its reason",
    query: Page,
    response: SetAsideList,
  },
  downloadSetAside: {
    method: "GET",
    path: "/api/v1/set-aside/:uploadId/download",
    access: "read",
    summary: "An upload that was set aside, as it came",
    params: z.object({ uploadId: Id }),
    response: "bytes",
  },
  retrySetAside: {
    method: "POST",
    path: "/api/v1/set-aside/retry",
    access: "write",
    summary: "Try uploads again that were set aside: those named, or all",
    body: Retry,
    response: z.object({ retried: z.int().nonnegative() }),
  },
  doctor: {
    method: "GET",
    path: "/api/v1/operations/doctor",
    access: "admin",
    summary: "Whether the hub itself is well: disk, engine, queue, clock, permissions, a sample of the blobs",
    query: z.object({ blobs: z.coerce.number().int().min(0).max(100_000).default(50) }),
    response: Doctor,
  },
  rebuild: {
    method: "GET",
    path: "/api/v1/operations/rebuild",
    access: "admin",
    summary: "How far the running rebuild is, or how the last one ended",
    response: Rebuild,
  },
  startRebuild: {
    method: "POST",
    path: "/api/v1/operations/rebuild",
    access: "admin",
    summary: "Make all events anew from blobs and state, while the hub goes on; a running one is not started twice",
    response: Rebuild,
    statuses: [202],
  },
  ingestStatus: {
    method: "GET",
    path: "/api/v1/inbox/:reportId",
    access: "read",
    summary: "What became of an accepted report",
    params: z.object({ reportId: Id }),
    response: IngestStatus,
  },
  ingestReports: {
    method: "POST",
    path: "/ingest/reports",
    access: "ingest",
    summary: "Any report: raw bytes, gzip, multipart, or a zip of them. 202 once durable, 200 for a duplicate",
    body: "bytes",
    response: IngestAnswer,
    statuses: [200, 202],
  },
  ingestFeedback: {
    method: "POST",
    path: "/ingest/feedback",
    access: "ingest",
    summary:
      "What a tester wrote: TestFlight's zip, its feedback.json, or a form with a comment, pictures and a crash. 202 once durable, 200 for a duplicate",
    body: "bytes",
    response: IngestAnswer,
    statuses: [200, 202],
  },
  ingestMetricKit: {
    method: "POST",
    path: "/ingest/metrickit",
    access: "ingest",
    summary:
      "What MetricKit gives an app: one payload or an array of them, JSON, also gzipped. One report per diagnostic; a payload that is sent again is known",
    body: "bytes",
    response: IngestAnswer,
    statuses: [200, 202],
  },
  ingestUsage: {
    method: "POST",
    path: "/ingest/usage",
    access: "ingest",
    summary: "One row per install id and day, as JSON or JSON lines; the same row again changes nothing",
    body: "bytes",
    response: UsageAnswer,
    statuses: [200, 202],
  },
  ingestSymbols: {
    method: "POST",
    path: "/ingest/symbols",
    access: "ingest",
    summary:
      "A dSYM's Mach-O file, or a zip of dSYMs or of an xcarchive, also gzipped; `name` for one that comes as bare bytes",
    query: z.object({ name: z.string().max(1_000).exactOptional() }),
    body: "bytes",
    response: SymbolsAnswer,
  },
});

export type Routes = typeof routes;
export type RouteName = keyof Routes;
