/** The inventory of debug files. */
import type { Handlers } from "../http/handlers.ts";
import type { SymbolsStore } from "./store.ts";

/** A page shows this many; filters come with the symbols issue. */
const MAX_ROWS = 1_000;

export function symbolsRoutes(store: SymbolsStore): Pick<Handlers, "symbols"> {
  return {
    async symbols() {
      return { body: { held: await store.held(MAX_ROWS), missing: await store.missing(MAX_ROWS) } };
    },
  };
}
