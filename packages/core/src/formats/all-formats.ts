/** Every format beside `.ips` and crash text, in the order in which they are asked. */
import { feedbackFormat } from "./feedback/report.ts";
import type { IpsBodyFormat, JsonFormat, TextFormat } from "./format.ts";
import { jetsamFormat } from "./jetsam/report.ts";
import { jetsamTextFormat } from "./jetsam/text.ts";
import { ksCrashFormat } from "./kscrash/report.ts";
import { panicFormat } from "./panic/report.ts";
import { panicTextFormat } from "./panic/text.ts";
import { sampleFormat } from "./sample/report.ts";
import { spindumpFormat } from "./spindump/report.ts";
import { stackshotFormat } from "./stackshot/report.ts";
import { stackshotTextFormat } from "./stackshot/text.ts";
import { systemLogFormat } from "./system-log.ts";

export const JSON_FORMATS: readonly JsonFormat[] = [ksCrashFormat, feedbackFormat];

export const TEXT_FORMATS: readonly TextFormat[] = [sampleFormat, spindumpFormat, panicTextFormat, jetsamTextFormat, stackshotTextFormat];

export const IPS_BODY_FORMATS: readonly IpsBodyFormat[] = [panicFormat, stackshotFormat, jetsamFormat, systemLogFormat];
