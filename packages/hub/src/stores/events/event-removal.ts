/** Takes away all that the events hold of an app. Seconds, not milliseconds: for an app that was never a user's own. */
import type { EventEngine } from "./event-engine.ts";
import type { RawKey } from "./event-row.ts";

export interface EventRemoval {
  /** May be called again after a kill. `rawKeys` are those of the app's reports. */
  removeApp(appId: string, rawKeys: readonly RawKey[]): Promise<void>;
}

const KEYS_PER_STATEMENT = 1_000;

export function createEventRemoval(engine: EventEngine): EventRemoval {
  return {
    async removeApp(appId, rawKeys) {
      await engine.command("DELETE FROM windfall.events WHERE app_id = {app:String}", { app: appId });
      await engine.command("DELETE FROM windfall.usage WHERE app_id = {app:String}", { app: appId });
      for (let start = 0; start < rawKeys.length; start += KEYS_PER_STATEMENT) {
        await engine.command("DELETE FROM windfall.signature_map WHERE raw_key IN {keys:Array(UInt64)}", {
          keys: rawKeys.slice(start, start + KEYS_PER_STATEMENT).map(BigInt),
        });
      }
      await engine.command("SYSTEM RELOAD DICTIONARY windfall.signature_of");
    },
  };
}
