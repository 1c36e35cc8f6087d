/** Debug files: what is held, what each build lacks, and how far the reports are that waited. */
import { parseUuid } from "@windfall/core";
import { AppError } from "../app-error.ts";
import { requireFamily } from "../apps/scope.ts";
import type { AppsStore } from "../apps/store.ts";
import type { Handlers } from "../http/handlers.ts";
import type { MatrixStore } from "./matrix.ts";
import type { RedoStore } from "./redo-store.ts";
import type { SymbolsRemoval } from "./removal.ts";
import type { SymbolsStore } from "./store.ts";

export interface SymbolsDeps {
  readonly apps: AppsStore;
  readonly symbols: SymbolsStore;
  readonly matrix: MatrixStore;
  readonly redo: RedoStore;
  readonly removal: SymbolsRemoval;
  /** Told when debug files went. */
  readonly changed: () => void;
}

export function symbolsRoutes({
  apps,
  symbols,
  matrix,
  redo,
  removal,
  changed,
}: SymbolsDeps): Pick<Handlers, "symbols" | "symbolsMatrix" | "symbolsProgress" | "removeSymbols" | "pruneSymbols"> {
  return {
    async symbols({ query }) {
      const totals = await symbols.totals();
      return {
        body: {
          held: await symbols.held(query, query.system === "true"),
          heldTotal: query.system === "true" ? totals.system : totals.held,
          systemTotal: totals.system,
          missing: await symbols.missing(query),
          missingTotal: totals.missing,
        },
      };
    },
    async symbolsMatrix({ params, query: { limit } }) {
      const { members } = await requireFamily(apps, params.appId);
      return {
        body: await matrix.matrix(
          members.map(({ id }) => id),
          limit,
        ),
      };
    },
    async symbolsProgress() {
      return { body: await redo.progress() };
    },
    async removeSymbols({ params }) {
      const uuid = parseUuid(params.uuid);
      const removed = uuid && (await removal.remove(uuid));
      if (!removed || removed.slices.length === 0)
        throw new AppError("symbols-not-found", "no debug file of this UUID is held");
      changed();
      return { body: removed };
    },
    async pruneSymbols({ body: { unusedDays, dryRun } }) {
      const removed = await removal.prune(unusedDays, dryRun);
      if (!dryRun && removed.slices.length > 0) changed();
      return { body: removed };
    },
  };
}
