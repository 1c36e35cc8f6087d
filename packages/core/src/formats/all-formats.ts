/** Every format beside `.ips` and crash text, in the order in which they are asked. */
import type { IpsBodyFormat, JsonFormat, TextFormat } from "./format.ts";
import { jetsamFormat } from "./jetsam/report.ts";
import { jetsamTextFormat } from "./jetsam/text.ts";
import { ksCrashFormat } from "./kscrash/report.ts";

export const JSON_FORMATS: readonly JsonFormat[] = [ksCrashFormat];

export const TEXT_FORMATS: readonly TextFormat[] = [jetsamTextFormat];

export const IPS_BODY_FORMATS: readonly IpsBodyFormat[] = [jetsamFormat];
