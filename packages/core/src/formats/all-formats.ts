/** Every format beside `.ips` and crash text, in the order in which they are asked. */
import { betaCrashLogsFormat } from "./app-store-connect/beta-crash-logs.ts";
import { diagnosticLogsFormat } from "./app-store-connect/diagnostic-logs.ts";
import { feedbackFormat } from "./feedback/report.ts";
import type { BinaryFormat, IpsBodyFormat, JsonFormat, TextFormat } from "./format.ts";
import { jetsamFormat } from "./jetsam/report.ts";
import { jetsamTextFormat } from "./jetsam/text.ts";
import { ksCrashFormat } from "./kscrash/report.ts";
import { measureFormat } from "./measure/report.ts";
import { exceptionLogFormat } from "./metrickit/exception-log.ts";
import { metricKitDescriptionFormat, metricKitFormat } from "./metrickit/format.ts";
import { panicFormat } from "./panic/report.ts";
import { panicTextFormat } from "./panic/text.ts";
import { plCrashFormat } from "./plcrash/report.ts";
import { sampleFormat } from "./sample/report.ts";
import { sentryFormat } from "./sentry/report.ts";
import { spindumpFormat } from "./spindump/report.ts";
import { stackshotFormat } from "./stackshot/report.ts";
import { stackshotTextFormat } from "./stackshot/text.ts";
import { systemLogFormat } from "./system-log.ts";

export const BINARY_FORMATS: readonly BinaryFormat[] = [plCrashFormat];

export const JSON_FORMATS: readonly JsonFormat[] = [
  ksCrashFormat,
  feedbackFormat,
  metricKitFormat,
  diagnosticLogsFormat,
  betaCrashLogsFormat,
  sentryFormat,
  measureFormat,
];

const TEXT_FORMATS: readonly TextFormat[] = [
  sampleFormat,
  spindumpFormat,
  panicTextFormat,
  jetsamTextFormat,
  stackshotTextFormat,
  exceptionLogFormat,
  metricKitDescriptionFormat,
];

/** Every crash report has this label and no other text has: one search in place of one for each format. */
const CRASH_LABEL = "Exception Type:";

/** What reads a text that is no crash report. */
export const textFormatOf = (text: string): TextFormat | undefined =>
  text.includes(CRASH_LABEL) ? undefined : TEXT_FORMATS.find(({ is }) => is(text));

export const IPS_BODY_FORMATS: readonly IpsBodyFormat[] = [panicFormat, stackshotFormat, jetsamFormat, systemLogFormat];
