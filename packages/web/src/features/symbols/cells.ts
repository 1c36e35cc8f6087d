/** The matrix as rows and columns: one column per image name, the worst state where a build has several slices of a name. */
import type { BuildSymbols, ImageState } from "@windfall/api";

export type CellState = ImageState | "not-in-build";

export interface Cell {
  readonly state: CellState;
  /** Architectures and UUIDs. */
  readonly slices: readonly string[];
}

export interface Matrix {
  readonly columns: readonly string[];
  /** Names that there is no room for. */
  readonly left: number;
  readonly rows: readonly { readonly build: BuildSymbols; readonly cells: readonly Cell[] }[];
}

/** Wider, and it is no table to read. The app itself stays, then columns with gaps come first; the list of gaps has all of them. */
export const MAX_COLUMNS = 12;

const BADNESS: Readonly<Record<ImageState, number>> = { held: 0, "names-only": 1, mismatched: 2, missing: 3 };

export function matrixOf(builds: readonly BuildSymbols[]): Matrix {
  const names = new Map<string, { builds: number; hasGap: boolean }>();
  for (const { images } of builds) {
    for (const { name, state } of images) {
      const known = names.get(name) ?? { builds: 0, hasGap: false };
      known.builds++;
      known.hasGap ||= BADNESS[state] > 1;
      names.set(name, known);
    }
  }
  const ranked = [...names].toSorted(
    ([a, one], [b, other]) =>
      Number(other.hasGap) - Number(one.hasGap) || other.builds - one.builds || (a < b ? -1 : 1),
  );
  // What most builds have is the app itself.
  const app = ranked.toSorted(([, one], [, other]) => other.builds - one.builds)[0];
  const columns = [...(app ? [app] : []), ...ranked.filter((name) => name !== app)]
    .slice(0, MAX_COLUMNS)
    .toSorted(([a, one], [b, other]) => other.builds - one.builds || (a < b ? -1 : 1))
    .map(([name]) => name);
  return {
    columns,
    left: ranked.length - columns.length,
    rows: builds.map((build) => ({ build, cells: columns.map((name) => cellOf(build, name)) })),
  };
}

function cellOf({ images }: BuildSymbols, name: string): Cell {
  const ofName = images.filter((image) => image.name === name);
  const worst = ofName.toSorted((a, b) => BADNESS[b.state] - BADNESS[a.state])[0];
  return {
    state: worst?.state ?? "not-in-build",
    slices: ofName.map(({ arch, uuid }) => [arch, uuid.toUpperCase()].filter(Boolean).join(" ")),
  };
}
