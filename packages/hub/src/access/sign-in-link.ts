/** A new sign-in link from the hub's own machine, whether the hub runs or not: the way back in for an owner who is locked out. */
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../app-error.ts";
import type { Chance } from "../clock.ts";
import { createIds } from "../ids.ts";
import { openState, STATE_FILE } from "../stores/state/open-state.ts";
import { createAccess } from "./access.ts";
import { createAccessStore } from "./store.ts";

/** Where the hub notes, in its data folder, how people reach it. */
export const ADDRESS_FILE = "hub.address";

export function signInAddress(publicUrl: string, token: string): string {
  return `${publicUrl}/sign-in?token=${token}`;
}

/** Earlier unused links stop working. Fails with `not-found` where no hub has ever started. */
export async function newSignInLink(dataFolder: string, chance: Chance): Promise<string> {
  const file = join(dataFolder, STATE_FILE);
  try {
    await access(file);
  } catch {
    throw new AppError("not-found", `${dataFolder} holds no hub: name its data folder with --data`);
  }
  const state = await openState(file);
  try {
    const token = await createAccess(createAccessStore(state), chance, createIds(chance)).newSignInLink();
    return signInAddress(await readFile(join(dataFolder, ADDRESS_FILE), "utf8"), token);
  } finally {
    await state.destroy();
  }
}
