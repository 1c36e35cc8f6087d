/** A new sign-in link from the hub's own machine, whether the hub runs or not: the way back in for an owner who is locked out. */
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../app-error.ts";
import type { Chance } from "../clock.ts";
import { createIds } from "../ids.ts";
import { openState, STATE_FILE } from "../stores/state/open-state.ts";
import { createAccess } from "./access.ts";
import { createKeys } from "./keys.ts";
import { createKeysStore } from "./keys-store.ts";
import { createAccessStore } from "./store.ts";

/** Where the hub notes, in its data folder, how people reach it. */
export const ADDRESS_FILE = "hub.address";

export function signInAddress(publicUrl: string, token: string): string {
  return `${publicUrl}/sign-in?token=${token}`;
}

export function invitationAddress(publicUrl: string, token: string): string {
  return `${publicUrl}/invitation?token=${token}`;
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
    const newId = createIds(chance);
    const keys = createKeys(createKeysStore(state), chance, newId);
    const token = await createAccess({ store: createAccessStore(state), keys, chance, newId }).newSignInLink();
    return signInAddress(await readFile(join(dataFolder, ADDRESS_FILE), "utf8"), token);
  } finally {
    await state.destroy();
  }
}
