/** Debug files: what is held, what each build lacks, and how far the reports are that waited. */
import { requireFamily } from "../apps/scope.ts";
import type { AppsStore } from "../apps/store.ts";
import type { Handlers } from "../http/handlers.ts";
import type { MatrixStore } from "./matrix.ts";
import type { RedoStore } from "./redo-store.ts";
import type { SymbolsStore } from "./store.ts";

export interface SymbolsDeps {
  readonly apps: AppsStore;
  readonly symbols: SymbolsStore;
  readonly matrix: MatrixStore;
  readonly redo: RedoStore;
}

export function symbolsRoutes({
  apps,
  symbols,
  matrix,
  redo,
}: SymbolsDeps): Pick<Handlers, "symbols" | "symbolsMatrix" | "symbolsProgress"> {
  return {
    async symbols({ query }) {
      const totals = await symbols.totals();
      return {
        body: {
          held: await symbols.held(query),
          heldTotal: totals.held,
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
  };
}
