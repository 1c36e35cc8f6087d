/**
 * The work behind the page, in a worker: takes files in any order, reads debug files only where an address falls, and tells
 * every report's answer; when symbols arrive later, the reports that came before them are read again.
 */
import {
  type Analysis,
  analysisJson,
  analyze,
  appleText,
  createSymbolCollection,
  FormatError,
  isWorthReading,
  scrubReport,
} from "@windfall/core";
import { inputsOf, type ReportInput } from "./inputs.ts";
import type { FromWorker, GivenFile, Refusal, ReportForm, ToWorker } from "./messages.ts";

/** A folder of reports may hold a year of them; this page is for looking at some. */
export const MAX_REPORTS = 200;

interface Known {
  readonly input: ReportInput;
  readonly index: number;
  readonly analysis: Analysis;
}

export interface Analyzer {
  /** One after the other, in the order of the calls. */
  readonly receive: (message: ToWorker) => Promise<void>;
}

/** `newSecret`: what the pseudonyms of a scrubbed copy are made with; a copy has its own, so that two cannot be joined. */
export function createAnalyzer(send: (message: FromWorker) => void, newSecret: () => string): Analyzer {
  let symbols = createSymbolCollection();
  let inputs: ReportInput[] = [];
  let known = new Map<number, Known>();
  let ids = new Map<string, number>();
  let nextId = 1;
  let queue: Promise<void> = Promise.resolve();

  return {
    receive(message) {
      queue = queue.then(() => handle(message));
      return queue;
    },
  };

  async function handle(message: ToWorker): Promise<void> {
    switch (message.kind) {
      case "add":
        await add(message.files);
        send({ kind: "idle" });
        return;
      case "fetch":
        send({ kind: "fetched", call: message.call, blob: await fetched(message.reportId, message.form) });
        return;
      case "forget":
        symbols = createSymbolCollection();
        inputs = [];
        known = new Map();
        ids = new Map();
        send({ kind: "forgotten" });
        return;
    }
  }

  async function add(files: readonly GivenFile[]): Promise<void> {
    const fresh: ReportInput[] = [];
    const held = symbols.files.length;
    // Everything is sorted first: a report is named at once by a dSYM that lies after it in the same drop.
    for (const given of files) await sort(given, fresh);
    const room = MAX_REPORTS - inputs.length;
    if (fresh.length > room) {
      const message = `${fresh.length - room} reports were left out: this page looks at ${MAX_REPORTS} at once. For more, use the command line or a hub.`;
      refuse({ path: `${fresh.length} reports`, code: "too-many", message });
    }
    const kept = fresh.slice(0, room);
    const again = symbols.files.length > held ? inputs : [];
    inputs = [...inputs, ...kept];
    for (const input of [...again, ...kept]) await read(input, !kept.includes(input));
  }

  async function sort(given: GivenFile, reports: ReportInput[]): Promise<void> {
    send({ kind: "reading", path: given.path });
    try {
      for await (const input of inputsOf(given)) {
        if (input.kind === "report") reports.push(input);
        else if (input.kind === "unreadable") refuse(refusalOf(input.path, input.error));
        else {
          symbols.add(input.path, input.slices);
          const slices = input.slices.map(({ uuid, arch, hasDebugInfo }) => ({ uuid, arch, hasDebugInfo }));
          const { path, sizeBytes } = input;
          send({ kind: "symbols", symbols: { path, given: given.path, sizeBytes, slices } });
        }
      }
    } catch (error) {
      refuse(refusalOf(given.path, error));
    }
  }

  async function read(input: ReportInput, again: boolean): Promise<void> {
    send({ kind: "reading", path: input.path });
    try {
      const analyses = await analyze(await input.read(), symbols);
      for (const [index, analysis] of analyses.entries()) {
        if (!input.mustBeReport && !isWorthReading(analysis.report)) continue;
        const id = idOf(`${inputs.indexOf(input)}/${index}`);
        known.set(id, { input, index, analysis });
        send({ kind: "report", report: { id, path: input.path, index, analysis: analysisJson(analysis, input.path) } });
      }
    } catch (error) {
      const isOther = error instanceof FormatError && (error.code === "not-a-report" || error.code === "empty");
      if (!again && (input.mustBeReport || !isOther)) refuse(refusalOf(input.path, error));
    }
  }

  async function fetched(reportId: number, form: ReportForm): Promise<Blob | undefined> {
    const found = known.get(reportId);
    if (!found) return undefined;
    try {
      const bytes = await found.input.read();
      return new Blob([contentOf(bytes, found.analysis, form, newSecret) as BlobPart]);
    } catch {
      // The file was moved or changed since it was handed over, or has a form that cannot be scrubbed.
      return undefined;
    }
  }

  function idOf(key: string): number {
    const id = ids.get(key) ?? nextId++;
    ids.set(key, id);
    return id;
  }

  function refuse(refusal: Refusal): void {
    send({ kind: "refused", refusal });
  }
}

function contentOf(
  bytes: Uint8Array,
  analysis: Analysis,
  form: ReportForm,
  newSecret: () => string,
): string | Uint8Array {
  if (form === "original") return bytes;
  return form === "text" ? textOf(bytes, analysis) : scrubReport(bytes, { secret: newSecret() });
}

function textOf(bytes: Uint8Array, { report }: Analysis): string | Uint8Array {
  try {
    return appleText(bytes, report);
  } catch (error) {
    // What has no text form of Apple's is text or JSON already.
    if (error instanceof FormatError) return bytes;
    throw error;
  }
}

function refusalOf(path: string, error: unknown): Refusal {
  if (error instanceof FormatError) return { path, code: error.code, message: error.message };
  return { path, code: "unreadable", message: error instanceof Error ? error.message : String(error) };
}
