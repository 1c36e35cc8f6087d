/** What worker threads are asked and what they answer. Everything here travels as a structured clone. */
import type {
  AnalysisJson,
  ExceptionFacts,
  Feedback,
  Report,
  ReportFormat,
  ReportKind,
  Signature,
} from "@windfall/core";
import type { ScrubAnswer } from "../scrubbing/scrubbing.ts";
import type { ScrubbedApp } from "../scrubbing/store.ts";
import type { AppOfReport } from "../apps/app-identity.ts";
import type { Sought } from "../apps/owners.ts";
import type { BlobId } from "../stores/blobs/blob-store.ts";
import type { DeviceKind, Ground, RawKey } from "../stores/events/event-row.ts";

interface OneReport {
  readonly blob: BlobId;
  /** Which report of an upload that holds several. */
  readonly part: number;
}

export type Job =
  /** Parse all reports of an upload. */
  | { readonly kind: "read"; readonly blob: BlobId }
  /** Symbolicate, classify and group one. */
  | ({ readonly kind: "analyze" } & OneReport)
  /** The same as the JSON of INTERFACES, for a page. */
  | ({ readonly kind: "detail"; readonly path: string } & OneReport)
  /** Whether this holds a report at all: bytes, or the path of a file with them. */
  | { readonly kind: "check"; readonly input: Uint8Array | string }
  /** The same without what tells who it happened to, for the apps that want that; undefined for all others. */
  | {
      readonly kind: "scrub";
      readonly input: Uint8Array | string;
      readonly secret: string;
      readonly apps: readonly ScrubbedApp[];
    }
  /** An upload as it may be shown. */
  | { readonly kind: "scrubbed"; readonly blob: BlobId; readonly secret: string }
  /** What a tester wrote, with the crash it came with. */
  | { readonly kind: "feedback"; readonly json: Uint8Array; readonly crash?: Uint8Array }
  /** Pack the symbols of one slice of a debug file. */
  | { readonly kind: "symcache"; readonly blob: BlobId; readonly uuid: string }
  /** Apple's text. */
  | ({ readonly kind: "text"; readonly scrub?: string } & OneReport);

export interface JobAnswers {
  readonly read: readonly ReadReport[];
  readonly analyze: AnalyzedReport;
  readonly detail: AnalysisJson;
  /** Why not; undefined when it does. */
  readonly check: string | undefined;
  /** Why it is none, or its facts. */
  readonly feedback: string | FeedbackFacts;
  readonly text: string;
  readonly scrub: ScrubAnswer;
  readonly scrubbed: Uint8Array;
  /** Bytes of the packed symbols; whether they were there before. */
  readonly symcache: { readonly sizeBytes: number; readonly isNew: boolean };
}

export type FeedbackFacts = Pick<Report, "app" | "os" | "device" | "crashedAt"> & { readonly feedback: Feedback };

export interface ReadReport {
  readonly app: AppOfReport;
  /** Of a report that does not say whose it is. */
  readonly sought?: Sought;
  readonly rawKey: RawKey;
  readonly kind: ReportKind;
  readonly format: ReportFormat;
  readonly incidentId: string | undefined;
  /** Cut short, or beyond a limit: another copy may be whole. */
  readonly damaged: boolean;
  readonly crashedAt: string | undefined;
  readonly platform: string;
  readonly osVersion: string;
  readonly osBuild: string;
  readonly deviceModel: string;
  readonly appVersion: string;
  readonly appBuild: string;
  readonly deviceId: string;
  readonly deviceKind: DeviceKind;
  readonly ground: Ground;
  /** What two reports of one event have in common, where they have no common id. */
  readonly sameEvent?: SameEventFacts;
}

export interface SameEventFacts {
  /** Of everything a payload of MetricKit says: an app that sends it again may order its keys in another way. */
  readonly content?: string;
  /** Of the stack that crashed, by UUIDs and offsets. */
  readonly stack?: string;
  readonly pid?: number;
}

export interface AnalyzedReport {
  readonly signature: Signature;
  readonly kind: ReportKind;
  readonly category: string;
  /** Apple's own words: EXC_BAD_ACCESS (SIGSEGV). */
  readonly appleTerm: string;
  readonly exception: ExceptionFacts;
  /** Images of the app whose symbols the hub does not hold. */
  readonly missing: readonly SeenImage[];
  /** All images that frames use and that have a UUID; those of the OS are one. */
  readonly images: readonly (SeenImage & { readonly kind: "own" | "system" })[];
}

export interface SeenImage {
  readonly uuid: string;
  readonly name: string;
  readonly arch: string;
}

/** A worker does not know what symbols are held; it asks. */
export interface SymbolQuestion {
  readonly uuid: string | undefined;
  /** Names the debug file may be held under. */
  readonly names: readonly string[];
}

export interface HeldSymbols {
  readonly uuid: string;
  readonly arch: string;
  readonly name: string;
  readonly blob: BlobId;
}

export type ToWorker =
  | { readonly type: "job"; readonly job: Job }
  | { readonly type: "held"; readonly held: readonly HeldSymbols[] };

export type FromWorker =
  | { readonly type: "question"; readonly question: SymbolQuestion }
  /** A debug file was asked itself: its packed symbols are not there, or not good. */
  | { readonly type: "unpacked"; readonly blob: BlobId; readonly uuid: string }
  | { readonly type: "done"; readonly answer: JobAnswers[Job["kind"]] }
  | { readonly type: "failed"; readonly failure: JobFailure };

export interface JobFailure {
  /** The bytes are at fault: no second try will do better. */
  readonly unreadable: boolean;
  /** The stored bytes are not those that came: the disk is at fault. */
  readonly damaged: boolean;
  readonly message: string;
  readonly stack: string;
}
