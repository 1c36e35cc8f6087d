/** Every rule there is. The version goes into each diagnosis, so that stored ones can be told from newer ones. */
import { ABORTS_RULES } from "./aborts.ts";
import { MEMORY_RULES } from "./memory.ts";
import type { Rule } from "./rule.ts";
import { SWIFT_RULES } from "./swift.ts";
import { SYSTEM_RULES } from "./system.ts";

export const RULES_VERSION = 1;

export const RULES: readonly Rule[] = [...SWIFT_RULES, ...ABORTS_RULES, ...MEMORY_RULES, ...SYSTEM_RULES];
