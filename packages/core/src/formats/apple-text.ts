/**
 * The text Apple's tools show for an `.ips`: byte for byte what OSAnalytics writes for iOS and its relatives (ending in
 * `EOF`) and for macOS 12 to 15 (ending in the region summary); macOS 26 as its reports are seen. Many printed keys are not in `Report`, so this reads the
 * document again; a symbolicated `Report` of the same bytes replaces the frames.
 */
import { FormatError } from "../bytes/errors.ts";
import type { Report } from "../report.ts";
import { writeEmbedded } from "./apple-text/embedded.ts";
import { isEmbedded, isMac26, isSimulator, type IpsDocument } from "./apple-text/document.ts";
import { writeMac } from "./apple-text/mac.ts";
import { writeMac26 } from "./apple-text/mac26.ts";
import { TextWriter } from "./apple-text/text-writer.ts";
import { detectReport } from "./detect.ts";
import { decodeText } from "./text-input.ts";

/**
 * A text report is given back as it came. Throws `FormatError` when `bytes` is no report or one without a text form
 * (jetsam, panic, stackshot).
 *
 * @example
 * const text = appleText(ipsBytes, analysis.report);
 */
export function appleText(bytes: Uint8Array, symbolicated?: Report): string {
  const detected = detectReport(bytes);
  if (detected.kind === "crash" || detected.kind === "ips-text") return decodeText(bytes);
  if (detected.kind === "list") {
    throw new FormatError("unsupported", "a list of reports has no text form: convert them one by one");
  }
  if (detected.kind !== "ips") {
    throw new FormatError("unsupported", `a report of this format (${detected.format}) has no text form here`);
  }
  const { header, body } = detected;
  if (body.kind === "none" || (body.value["threads"] === undefined && body.value["exception"] === undefined)) {
    throw new FormatError("unsupported", "only crash reports have a text form; this one has no threads");
  }
  const document: IpsDocument = { header, body: body.value, ...(symbolicated && { symbolicated }) };
  return documentText(document);
}

/** The text of a document, which may be made of a report of another format. */
export function documentText(document: IpsDocument): string {
  const out = new TextWriter();
  if (isEmbedded(document) || isSimulator(document) || document.style !== undefined) writeEmbedded(document, out);
  else if (isMac26(document)) writeMac26(document, out);
  else writeMac(document, out);
  return out.text();
}
