/** Every format beside `.ips` and crash text, in the order in which they are asked. */
import { betaCrashLogsFormat } from "./app-store-connect/beta-crash-logs.ts";
import { diagnosticLogsFormat } from "./app-store-connect/diagnostic-logs.ts";
import { feedbackFormat } from "./feedback/report.ts";
import type { IpsBodyFormat, JsonFormat, TextFormat } from "./format.ts";
import { jetsamFormat } from "./jetsam/report.ts";
import { jetsamTextFormat } from "./jetsam/text.ts";
import { ksCrashFormat } from "./kscrash/report.ts";
import { exceptionLogFormat } from "./metrickit/exception-log.ts";
import { metricKitDescriptionFormat, metricKitFormat } from "./metrickit/format.ts";
import { panicFormat } from "./panic/report.ts";
import { panicTextFormat } from "./panic/text.ts";
import { sampleFormat } from "./sample/report.ts";
import { spindumpFormat } from "./spindump/report.ts";
import { stackshotFormat } from "./stackshot/report.ts";
import { stackshotTextFormat } from "./stackshot/text.ts";
import { systemLogFormat } from "./system-log.ts";

export const JSON_FORMATS: readonly JsonFormat[] = [
  ksCrashFormat,
  feedbackFormat,
  metricKitFormat,
  diagnosticLogsFormat,
  betaCrashLogsFormat,
];

export const TEXT_FORMATS: readonly TextFormat[] = [
  sampleFormat,
  spindumpFormat,
  panicTextFormat,
  jetsamTextFormat,
  stackshotTextFormat,
  exceptionLogFormat,
  metricKitDescriptionFormat,
];

export const IPS_BODY_FORMATS: readonly IpsBodyFormat[] = [panicFormat, stackshotFormat, jetsamFormat, systemLogFormat];
