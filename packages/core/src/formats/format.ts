/** What a format brings: how it is known, and how it is read. `all-formats.ts` lists them. */
import type { Parsed, Report, ReportFormat } from "../report.ts";
import type { JsonReading } from "./json.ts";
import type { JsonObject } from "./json-fields.ts";

export interface JsonDocument {
  readonly value: JsonObject;
  /** How reading it went; absent for an element of a list, where only the list can be cut. */
  readonly reading?: JsonReading;
}

/** A JSON document that is no `.ips`. */
export interface JsonFormat {
  readonly format: ReportFormat;
  /** How deep its documents nest, where that is deeper than reports do; `parse` must not recurse then. */
  readonly depth?: number;
  /** By its keys: must be quick, and true for no other format of the list. */
  readonly is: (value: JsonObject) => boolean;
  /** Every report in it: a payload may hold several. */
  readonly parse: (document: JsonDocument) => readonly Parsed<Report>[];
}

/** A text that is no crash report; also asked for the text behind an `.ips` header line. */
export interface TextFormat {
  readonly format: ReportFormat;
  /** By its labels, anywhere in it: people paste reports into prose. Must be quick on 64 MiB of anything. */
  readonly is: (text: string) => boolean;
  readonly parse: (source: TextSource) => readonly Parsed<Report>[];
}

export interface TextSource {
  readonly text: string;
  /** The JSON line before it. */
  readonly header?: JsonObject;
  /** 1-based line of the file on which `text` begins. */
  readonly firstLine: number;
}

/** Neither JSON nor text. */
export interface BinaryFormat {
  readonly format: ReportFormat;
  /** By its first bytes. */
  readonly is: (bytes: Uint8Array) => boolean;
  /** Throws `FormatError` for a version that is not known. */
  readonly parse: (bytes: Uint8Array) => readonly Parsed<Report>[];
}

/** A JSON body of an `.ips` that is no crash report's. */
export interface IpsBodyFormat {
  readonly format: ReportFormat;
  /** By its keys first, by `bug_type` only where they leave it open: files get renamed and bodies saved alone. */
  readonly is: (body: JsonObject, header: JsonObject) => boolean;
  readonly parse: (source: IpsBodySource) => Parsed<Report>;
}

export interface IpsBodySource {
  /** Empty when the body was saved alone. */
  readonly header: JsonObject;
  readonly body: JsonObject;
  readonly reading?: JsonReading;
}
