/** The one public door of `@windfall/core`. */
export {
  type Analysis,
  type AnalysisJson,
  analysisJson,
  analyze,
  type AnalyzeOptions,
  analyzeReport,
  analyzeReports,
} from "./analyze.ts";
export { blobSource, type ByteSource, bytesSource, sliceSource } from "./bytes/byte-source.ts";
export { FormatError, type FormatErrorCode } from "./bytes/errors.ts";
export type { FileLevelsOptions, SpooledZip } from "./bytes/file-levels.ts";
export { forwardSource, type ForwardReadable } from "./bytes/forward-source.ts";
export { readPlist } from "./bytes/plist/plist.ts";
export { sha256, sha256Hex } from "./bytes/sha256.ts";
export { fileName, readTreeFile, sourceFile, type TreeFile } from "./bytes/tree-file.ts";
export { parseUuid } from "./bytes/uuid.ts";
export { chunksOf, openZip, readZipEntry, type Zip, type ZipEntry } from "./bytes/zip.ts";
export { MAX_ZIP_ENTRIES, MAX_ZIP_RATIO, MAX_ZIP_TOTAL_BYTES } from "./bytes/zip-limits.ts";
export { archiveFacts, type ArchiveFacts, archivesInZip, type FoundArchive } from "./bundles/archive.ts";
export { type FindReportsOptions, type FoundReport, reportsInFolder, reportsInZip } from "./bundles/find-reports.ts";
export { readFound } from "./bundles/read-found.ts";
export { demangle, type Demangled, type DemangleOptions, type NameScheme, tryDemangle } from "./demangle/demangle.ts";
export { demangleInText } from "./demangle/in-text.ts";
export { factWords, nameFacts, type NameFacts } from "./demangle/name-facts.ts";
export type { Confidence, Diagnosis, Evidence, Hypothesis, Signature } from "./diagnose/diagnosis.ts";
export { classify } from "./diagnose/classify.ts";
export { rawKeyText } from "./diagnose/raw-key.ts";
export { SIGNATURE_VERSION, signatureOf } from "./diagnose/signature.ts";
export { appleText } from "./formats/apple-text.ts";
export { detect, type Detected } from "./formats/detect.ts";
export { heaviestNodes } from "./formats/call-tree.ts";
export { MAX_REPORT_BYTES } from "./formats/limits.ts";
export { type ParsedReport, parseReports } from "./formats/parse.ts";
export { isWorthReading, mayHoldReports, type NamedLike, reportName } from "./formats/report-files.ts";
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
export {
  compareCrashed,
  type Comparison,
  type CompareOptions,
  usersPerSide,
  type VerdictWord,
} from "./statistics/compare.ts";
export {
  type Arrived,
  lateCount,
  lateSpared,
  type NotCorrected,
  type PastDay,
  usuallyArrived,
} from "./statistics/late.ts";
export { type Counted, per1000, poisson, type Rate } from "./statistics/rate.ts";
export { differenceOfShares, type Estimate, type Interval, type Share, spared, wilson } from "./statistics/share.ts";
export { withFullNames } from "./symbolicate/display-name.ts";
export { atosLines, type AtosOptions, type AtosQuestion } from "./symbolicate/atos-text.ts";
export { imageRole, type ImageRole, isSystemPath, mainImage } from "./symbolicate/image-role.ts";
export { symbolicate, type Symbolicated } from "./symbolicate/symbolicate.ts";
export {
  type CollectedFile,
  createSymbolCollection,
  type HeldSlice,
  namesOf,
  type SymbolCollection,
  whyMissing,
} from "./symbols/collection.ts";
export { type DebugFileCandidate, findDebugFiles, isMachO, mayHoldCode } from "./symbols/debug-files.ts";
export { createDebugMaps, type DebugMaps } from "./symbols/debug-maps.ts";
export { openSymbolSlices, type SliceOptions } from "./symbols/slice.ts";
export { buildSymcacheOf, type BuildOptions as SymcacheOptions } from "./symbols/symcache/build.ts";
export { isCurrentSymcache, openSymcache } from "./symbols/symcache/symcache.ts";
export { symbolVerdict, type SymbolCase, type SymbolState, type SymbolVerdict } from "./symbols/verdict.ts";
export type {
  ImageSymbols,
  ImageSymbolStatus,
  LesserContents,
  Resolution,
  ResolvedFrame,
  SymbolLookup,
  SymbolProvider,
  SymbolSlice,
} from "./symbols/provider.ts";
export { scrubReport } from "./scrub/scrub.ts";
export type { ScrubOptions } from "./scrub/rules.ts";
export { writeNames } from "./write/names/write-names.ts";
export {
  type Converted,
  type ConvertOptions,
  convertReports,
  type ConvertTarget,
  reportText,
} from "./write/convert.ts";
export { systemFacts, type SystemFact, type SystemReport, systemTitle } from "./system-facts.ts";
export { blockingThread, tellingThread, type ThreadLike } from "./telling-thread.ts";
