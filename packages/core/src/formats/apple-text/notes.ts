/** What stands at the end of a report or is rare in it: the problems its writer had, lines of logs, messages of the loader. */
import { objectOf, textOf, textsOf } from "../json-fields.ts";
import type { IpsDocument } from "./document.ts";
import type { TextWriter } from "./text-writer.ts";

/** A heading with its lines and an empty one, unless there are none. */
export function writeSection(title: string, lines: readonly string[], out: TextWriter): void {
  if (lines.length === 0) return;
  out.line(`${title}:`);
  for (const line of lines) out.block(line);
  out.blank();
}

export function writeNotes({ body }: IpsDocument, logTitle: string, out: TextWriter): void {
  writeSection("Error Formulating Crash Report", textsOf(body["reportNotes"]), out);
  writeSection(logTitle, textsOf(body["filteredLog"]), out);
  const outputs = Object.entries(objectOf(body["diagnosticOutput"]) ?? {});
  for (const [name, text] of outputs) {
    out.line(`Diagnostic Output: ${name}`);
    for (const line of textsOf(text)) out.block(line);
  }
  if (outputs.length === 0) return;
  out.blank();
  out.blank();
}

/** The loader's sentences stand right behind the colon. */
export function writeDyldMessages({ body }: IpsDocument, out: TextWriter): void {
  const messages = textsOf(body["dyldMessages"]);
  if (messages.length === 0) return;
  out.block(`Dyld Error Message:${messages.join("\n")}`);
  out.blank();
}

/** What macOS prints beside the messages of the app. */
export function writeSignatures({ body }: IpsDocument, out: TextWriter): void {
  writeSection("Application Specific Signatures", textsOf(body["asiSignatures"]), out);
  const backtraces = textsOf(body["asiBacktraces"]);
  for (const [index, backtrace] of backtraces.entries()) {
    out.line(`Application Specific Backtrace ${index}:`);
    out.block(backtrace);
  }
  if (backtraces.length === 0) return;
  out.blank();
  out.blank();
}

const WARNINGS = [
  ["targeted", "thread_create", "Thread creation by external task."],
  ["targeted", "thread_set_state", "Debugger attached to process."],
  ["caller", "task_for_pid", "Process used task_for_pid()."],
] as const;

export function writeWarnings({ body }: IpsDocument, out: TextWriter): void {
  const modifications = objectOf(body["extMods"]);
  if (!isSet(textOf(modifications?.["warnings"]))) return;
  const lines = WARNINGS.filter(([group, call]) => isSet(textOf(objectOf(modifications?.[group])?.[call])));
  out.line("External Modification Warnings:");
  for (const [, , line] of lines) out.line(line);
  out.blank();
}

const isSet = (count: string | undefined): boolean => count !== undefined && count !== "0";

/** A thread pool that could not grow any more. */
export function writeWorkQueueLimits({ body }: IpsDocument, out: TextWriter): void {
  const limits = Object.entries(objectOf(body["workQueueLimits"]) ?? {});
  for (const [name, limit] of limits) {
    out.line(
      `${name} Reached: ${textOf(limit) ?? "???"} (too many dispatch threads blocked in synchronous operations)`,
    );
  }
  if (limits.length > 0) out.blank();
}
