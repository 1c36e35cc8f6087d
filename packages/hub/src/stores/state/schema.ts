/**
 * The tables of the state store as Kysely types. Times are ISO 8601 text in UTC, 64-bit keys decimal text, lists JSON text:
 * plain enough that SQLite and PostgreSQL read them alike.
 */
import type { Generated, Kysely } from "kysely";

export type StateDb = Kysely<StateTables>;

export interface StateTables {
  apps: AppsTable;
  builds: BuildsTable;
  build_images: BuildImagesTable;
  os_builds: OsBuildsTable;
  inbox: InboxTable;
  demo: DemoTable;
  batches: BatchesTable;
  reports: ReportsTable;
  same_events: SameEventsTable;
  raw_keys: RawKeysTable;
  raw_key_waits: RawKeyWaitsTable;
  signatures: SignaturesTable;
  images_seen: ImagesSeenTable;
  signature_moves: SignatureMovesTable;
  symbol_runs: SymbolRunsTable;
  symbol_files: SymbolFilesTable;
  people: PeopleTable;
  sessions: SessionsTable;
  sign_in_links: SignInLinksTable;
  invitations: InvitationsTable;
  access_log: AccessLogTable;
  keys: KeysTable;
  feedback: FeedbackTable;
  feedback_pictures: FeedbackPicturesTable;
  secrets: SecretsTable;
}

interface SecretsTable {
  name: string;
  value: string;
}

interface AppsTable {
  /** Made from the bundle id, so that a rebuild gives the same raw keys. */
  id: string;
  bundle_id: string;
  name: string;
  /** `TEEBUDE` of TEEBUDE-12. */
  short_name: string;
  last_signature_number: number;
  /** 1 while every report of it came from the repo's own sample. */
  sample: number;
  created_at: string;
  /** 1 for the app that `--demo` fills. */
  demo: Generated<number>;
  /** The app that this process (an extension, a widget, a watch app, a Debug build) is counted with; never one that has a host itself. */
  host_id: Generated<string | null>;
  /** Who said so: the bundle id, or a person, whose word is kept also where it is "no host". */
  host_by: Generated<"prefix" | "person" | null>;
  /** How its reports are stored: as they came, or scrubbed before. */
  storage: Generated<"raw" | "scrubbed">;
}

interface BuildsTable {
  app_id: string;
  version: string;
  build: string;
  /** Counts up over all builds as they become known: tells apart what came in one moment. */
  arrival: number;
  /** When it was uploaded, as far as is known: `uploaded_at` or `first_seen`, whichever is earlier. Builds are ordered by this. */
  ordered_at: string;
  platform: string | null;
  commit_hash: string | null;
  branch: string | null;
  tag: string | null;
  channel: string | null;
  ci_provider: string | null;
  ci_run_id: string | null;
  ci_run_url: string | null;
  /** As registered: by a build machine or a person. */
  uploaded_at: string | null;
  registered_at: string | null;
  /** Arrival of its first and latest report. */
  first_seen: string | null;
  last_seen: string | null;
}

/** What a registered build is made of; one row per slice. */
interface BuildImagesTable {
  app_id: string;
  version: string;
  build: string;
  uuid: string;
  arch: string;
  name: string;
}

/** Which OS version a build number is, learnt from reports. */
interface OsBuildsTable {
  platform: string;
  build: string;
  version: string;
}

/** One row per accepted upload part; its bytes lie in blobs. */
interface InboxTable {
  id: string;
  blob: string;
  size_bytes: number;
  /** As sniffed from the first bytes; the parser has the last word. */
  incident_id: string | null;
  received_at: string;
  state: Generated<"waiting" | "done" | "set-aside">;
  /** Times that processing threw. */
  attempts: Generated<number>;
  reason: string | null;
  /** The report that said the same before. */
  duplicate_of: string | null;
  sample: number;
  /** 1 for what the generated demo sent: it goes with it. */
  demo: Generated<number>;
  kind: Generated<"report" | "usage">;
  /** The install that the sender named, hashed: what usage and crashes are joined by. */
  install: Generated<string | null>;
  /** `key:…` or `person:…`; null for what the hub sent to itself, and for what came before this was kept. */
  sender: Generated<string | null>;
}

/** One row while there is a demo: enough to generate the same again. */
interface DemoTable {
  app_id: string;
  seed: number;
  generated_at: string;
  state: "filling" | "filled" | "removing";
}

interface BatchesTable {
  /** Also the deduplication token of its insert. */
  id: string;
  state: "open" | "done";
  created_at: string;
}

interface ReportsTable {
  /** That of the inbox row; with `.1`, `.2`, … for further reports of one upload. */
  id: string;
  inbox_id: string;
  part: number;
  app_id: string;
  incident_id: string | null;
  raw_key: string;
  kind: string;
  format: string;
  crashed_at: string;
  received_at: string;
  batch_id: string;
  /** 1 when the events are known to hold it. */
  stored: number;
  /** 1 when it was cut short or beyond a limit: a whole copy of the incident takes its place. */
  damaged: Generated<number>;
  /** The whole copy; this report's event goes, and then it is no longer stored. */
  superseded_by: Generated<string | null>;
}

/** What tells that two reports without a common id are of one event. */
interface SameEventsTable {
  report_id: string;
  clue: string;
  /** The report that turned out to be of the same event; it has no event of its own. */
  taken_by: string | null;
}

interface RawKeysTable {
  raw_key: string;
  app_id: string;
  signature_id: number;
  /** Provisional: images of the report wait for their symbols. */
  status: "final" | "provisional";
  /** The report that the signature was computed from. */
  report_id: string;
  /** Grows with each change of the mapping. */
  version: number;
  /** The version that the events' copy is known to have. */
  mapped_version: Generated<number>;
}

interface RawKeyWaitsTable {
  raw_key: string;
  uuid: string;
}

interface SignaturesTable {
  id: Generated<number>;
  app_id: string;
  number: number;
  key: string;
  key_version: number;
  /** Of its reports: `crash`, `hang`, … */
  kind: Generated<string>;
  family: string;
  category: string;
  title: string;
  apple_term: string;
  confidence: "high" | "medium" | "low" | "provisional";
  state: "new" | "open" | "resolved" | "snoozed" | "ignored" | "regressed";
  why: string;
  exception: string;
  created_at: string;
  /** Where links to this one lead since its crashes turned out to be another's. */
  alias_of: number | null;
}

/** An image that reports of a build have frames of; one row with the kind `system` stands for all of the OS. */
interface ImagesSeenTable {
  uuid: string;
  app_id: string;
  version: string;
  build: string;
  name: string;
  arch: string;
  kind: "own" | "system";
}

/** Where the reports of a signature went when late symbols told what they are. */
interface SignatureMovesTable {
  from_id: number;
  to_id: number;
  reports: number;
}

/** One time that late symbols were used, from the first raw key to the last. */
interface SymbolRunsTable {
  id: Generated<number>;
  started_at: string;
  ended_at: string | null;
  raw_keys: Generated<number>;
  /** Reports of those raw keys. */
  reports: Generated<number>;
  /** Signatures by what became of them. */
  renamed: Generated<number>;
  merged: Generated<number>;
  added: Generated<number>;
  /** Raw keys that could not be read again. */
  failed: Generated<number>;
  /** Names of the images whose symbols came, as a JSON list. */
  images: Generated<string>;
}

/** One slice of one debug file. */
interface SymbolFilesTable {
  uuid: string;
  arch: string;
  name: string;
  /** The whole file. */
  blob: string;
  /** Of the whole debug file; a universal one has several slices. */
  size_bytes: number;
  has_debug_info: number;
  uploaded_at: string;
  /** Of one without DWARF, what it is good for; of earlier uploads nobody looked. */
  contents: string | null;
  /** Of the OS, from Xcode's DeviceSupport. */
  is_system: Generated<number>;
}

interface PeopleTable {
  id: string;
  name: string;
  /** The name as it is compared when signing in; one person has it at a time. */
  name_key: string;
  role: "admin" | "member" | "viewer";
  /** A hash with its parameters (`access/passwords.ts`). */
  password: string | null;
  created_at: string;
  last_sign_in_at: string | null;
  /** Removed people stay for the names of what they did. */
  removed_at: string | null;
}

interface SessionsTable {
  /** SHA-256 of the cookie's token. */
  hash: string;
  person_id: string;
  created_at: string;
  expires_at: string;
  began_by: Generated<"link" | "password" | "invitation">;
  /** `Safari on macOS`, as far as the browser said. */
  device: Generated<string>;
  last_used_at: string | null;
}

interface SignInLinksTable {
  hash: string;
  person_id: string;
  created_at: string;
  expires_at: string;
  used_at: string | null;
}

interface InvitationsTable {
  id: string;
  /** SHA-256 of the link's token. */
  hash: string;
  name: string;
  role: "admin" | "member" | "viewer";
  created_at: string;
  created_by: string;
  expires_at: string;
  accepted_at: string | null;
  person_id: string | null;
  revoked_at: string | null;
}

/** Who made, changed and revoked people and keys. */
interface AccessLogTable {
  id: string;
  at: string;
  /** `person:ID`, `key:ID`, `hub`. */
  actor: string;
  /** As it was then. */
  actor_name: string;
  action: string;
  /** The id of what it was done to. */
  subject: string;
  detail: string;
}

interface KeysTable {
  id: string;
  kind: "ingest" | "api";
  /** SHA-256; the key itself has 160 bits of chance, so a plain hash is enough. */
  hash: string;
  /** The first characters, to tell keys apart. */
  prefix: string;
  name: string;
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
  access_right: "send" | "read" | "write" | "admin";
  /** App ids as a JSON list; null for all apps. */
  apps: string | null;
  /** The name of who did it, as it was then. */
  created_by: string;
  /** Its maker's id; null for keys from before this was kept. */
  owner: Generated<string | null>;
  revoked_by: string | null;
}

/** What a tester wrote. */
interface FeedbackTable {
  id: string;
  /** The JSON as it came, or as it was made of the fields of a form; the same again is no second one. */
  blob: string;
  /** Null where nothing told the bundle id: TestFlight's own JSON does not. */
  app_id: string | null;
  received_at: string;
  submitted_at: string | null;
  version: string;
  build: string;
  platform: string;
  os_version: string;
  device_model: string;
  /** Core's `Feedback` as JSON. */
  facts: string;
  /** Of the crash it is about, which may come later. */
  crash_incident: string | null;
  /** The upload that came with it. */
  report_id: string | null;
  sender: string | null;
}

interface FeedbackPicturesTable {
  feedback_id: string;
  /** Counts from 0. */
  number: number;
  name: string;
  /** By its first bytes. */
  type: string;
  blob: string;
  size_bytes: number;
}
