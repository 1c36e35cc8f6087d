/** What macOS knows of dSYMs: Spotlight indexes them by UUID, wherever they lie. Only a Mac has it. */
import { existsSync } from "node:fs";
import type { Uuid } from "@windfall/core";

/** Asks `mdfind -0`; `undefined` where it cannot be run. */
export type Spotlight = (query: string) => Promise<string | undefined>;

/** Copies that are looked at. */
export const MAX_SPOTLIGHT_PATHS = 20;

export const spotlightQuery = (uuid: Uuid): string => `com_apple_xcode_dsym_uuids == ${uuid.toUpperCase()}`;

/** dSYMs and archives that hold `uuid`, as far as Spotlight knows and the disk still has them. */
export async function findBySpotlight(uuid: Uuid, spotlight: Spotlight): Promise<readonly string[]> {
  const answer = (await spotlight(spotlightQuery(uuid))) ?? "";
  return answer
    .split("\0")
    .filter((path) => path.startsWith("/") && existsSync(path))
    .slice(0, MAX_SPOTLIGHT_PATHS);
}
