/** Every rule there is. The version goes into each diagnosis, so that stored ones can be told from newer ones. */
import { ABORTS_RULES } from "./aborts.ts";
import { CONTRACTS_RULES } from "./contracts.ts";
import { GUARD_RULES } from "./guard.ts";
import { KILLS_RULES } from "./kills.ts";
import { LIMITS_RULES } from "./limits.ts";
import { LOADING_RULES } from "./loading.ts";
import { MEMORY_KILL_RULES } from "./memory-kill.ts";
import { MEMORY_RULES } from "./memory.ts";
import { NOT_A_CRASH_RULES } from "./not-a-crash.ts";
import type { Rule } from "./rule.ts";
import { SWIFT_CONTRACTS_RULES } from "./swift-contracts.ts";
import { SWIFT_RULES } from "./swift.ts";

export const RULES_VERSION = 2;

export const RULES: readonly Rule[] = [
  ...SWIFT_RULES,
  ...SWIFT_CONTRACTS_RULES,
  ...ABORTS_RULES,
  ...CONTRACTS_RULES,
  ...MEMORY_RULES,
  ...GUARD_RULES,
  ...LIMITS_RULES,
  ...MEMORY_KILL_RULES,
  ...KILLS_RULES,
  ...LOADING_RULES,
  ...NOT_A_CRASH_RULES,
];
