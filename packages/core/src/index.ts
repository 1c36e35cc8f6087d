/** The one public door of `@windfall/core`. */
export { type Analysis, type AnalysisJson, analysisJson, analyze, analyzeReport } from "./analyze.ts";
export { blobSource, type ByteSource, bytesSource, sliceSource } from "./bytes/byte-source.ts";
export { FormatError, type FormatErrorCode } from "./bytes/errors.ts";
export { parseUuid } from "./bytes/uuid.ts";
export type { Confidence, Diagnosis, Evidence, Hypothesis, Signature } from "./diagnose/diagnosis.ts";
export { classify } from "./diagnose/classify.ts";
export { rawKeyText } from "./diagnose/raw-key.ts";
export { signatureOf } from "./diagnose/signature.ts";
export { type ParsedReport, parseReports } from "./formats/parse.ts";
export {
  type FrameJson,
  hex,
  type ImageJson,
  type ProblemJson,
  reportJson,
  type ReportJson,
  type ThreadJson,
} from "./report-json.ts";
export * from "./report.ts";
export { symbolicate } from "./symbolicate/symbolicate.ts";
export type {
  ImageSymbols,
  ImageSymbolStatus,
  Resolution,
  ResolvedFrame,
  SymbolLookup,
  SymbolProvider,
  SymbolSlice,
} from "./symbols/provider.ts";
