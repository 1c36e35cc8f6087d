/**
 * Build × image: what a build consists of (as it was registered, and as its reports tell), and which of it has symbols. A build is one
 * row for the app and its extensions, which are built and shipped together.
 */
import {
  type BuildSymbols,
  ciRunName,
  type ImageState,
  type LesserImage,
  type SymbolGap,
  type SymbolsMatrix,
} from "@windfall/api";
import { type LesserContents, type SymbolState, symbolVerdict } from "@windfall/core";
import type { StateDb } from "../stores/state/schema.ts";

export interface MatrixStore {
  /** Of an app and its processes. */
  matrix(appIds: readonly string[], limit: number): Promise<SymbolsMatrix>;
}

/** Rows of images that are looked at; far more than a page can show. */
const MAX_IMAGES = 50_000;
export const MAX_GAPS = 500;

interface Expected {
  readonly version: string;
  readonly build: string;
  readonly uuid: string;
  readonly name: string;
  readonly arch: string;
}

export function createMatrixStore(db: StateDb): MatrixStore {
  async function facts(appIds: readonly string[]) {
    const builds = await db
      .selectFrom("builds")
      .select(["version", "build", "ordered_at as since", "channel", "ci_provider", "ci_run_id", "registered_at"])
      .where("app_id", "in", appIds)
      .orderBy("ordered_at", "desc")
      .orderBy("arrival", "desc")
      .execute();
    const registered = await db
      .selectFrom("build_images")
      .select(["version", "build", "uuid", "name", "arch"])
      .where("app_id", "in", appIds)
      .limit(MAX_IMAGES)
      .execute();
    const seen = await db
      .selectFrom("images_seen")
      .select(["version", "build", "uuid", "name", "arch", "kind"])
      .where("app_id", "in", appIds)
      .limit(MAX_IMAGES)
      .execute();
    return { builds, registered, seen };
  }

  /** What is held of these, and what is held by their names that no build is made of. */
  async function held(appIds: readonly string[]) {
    const files = await db
      .selectFrom("symbol_files")
      .select((e) => ["uuid", e.fn.max("has_debug_info").as("lines"), e.fn.max("contents").as("contents")])
      .where((e) =>
        e.or([
          e("uuid", "in", e.selectFrom("build_images").select("uuid").where("app_id", "in", appIds)),
          e("uuid", "in", e.selectFrom("images_seen").select("uuid").where("app_id", "in", appIds)),
        ]),
      )
      .groupBy("uuid")
      .execute();
    const strays = await db
      .selectFrom("symbol_files")
      .select(["uuid", "name", "arch"])
      .where("is_system", "=", 0)
      .where("uuid", "not in", (e) => e.selectFrom("build_images").select("uuid"))
      .where("uuid", "not in", (e) => e.selectFrom("images_seen").select("uuid"))
      .orderBy("uploaded_at", "desc")
      .limit(MAX_IMAGES)
      .execute();
    const held = files.map(({ uuid, lines, contents }) => {
      return [uuid, { hasLines: lines === 1, contents: contents as LesserContents | null }] as const;
    });
    return { files: new Map(held), strays };
  }

  const waitingByUuid = (appIds: readonly string[]) =>
    db
      .selectFrom("raw_key_waits as w")
      .innerJoin("reports as r", "r.raw_key", "w.raw_key")
      .select((e) => ["w.uuid", e.fn.count<number>("r.id").distinct().as("crashes")])
      .where("r.app_id", "in", appIds)
      .where("r.kind", "=", "crash")
      .groupBy("w.uuid")
      .execute();

  const waitingByBuild = (appIds: readonly string[]) =>
    db
      .selectFrom("images_seen as s")
      .innerJoin("raw_key_waits as w", "w.uuid", "s.uuid")
      .innerJoin("reports as r", (join) => join.onRef("r.raw_key", "=", "w.raw_key").onRef("r.app_id", "=", "s.app_id"))
      .select((e) => ["s.version", "s.build", e.fn.count<number>("r.id").distinct().as("crashes")])
      .where("s.app_id", "in", appIds)
      .where("r.kind", "=", "crash")
      .groupBy(["s.version", "s.build"])
      .execute();

  return {
    async matrix(appIds, limit) {
      const { builds, registered, seen } = await facts(appIds);
      const { files, strays } = await held(appIds);
      const crashes = new Map((await waitingByUuid(appIds)).map((row) => [row.uuid, row.crashes]));
      const unnamed = new Map((await waitingByBuild(appIds)).map((row) => [keyOf(row), row.crashes]));
      const own = seen.filter(({ kind }) => kind === "own");
      const system = new Set(seen.filter(({ kind }) => kind === "system").map(keyOf));
      const images = Map.groupBy(withoutRepeats([...registered, ...own]), keyOf);

      const strayOf = ({ name, arch }: Expected) =>
        strays.find((file) => file.name === name && (arch === "" || file.arch === "" || file.arch === arch));
      const stateOf = (image: Expected): ImageState => {
        const file = files.get(image.uuid);
        if (file !== undefined) return file.hasLines ? "held" : "names-only";
        return strayOf(image) ? "mismatched" : "missing";
      };

      const rows: BuildSymbols[] = [];
      const gaps = new Map<string, SymbolGap>();
      const lesser = new Map<string, LesserImage>();
      for (const [key, parts] of Map.groupBy(builds, keyOf)) {
        const [newest] = parts;
        if (!newest) continue;
        const { version, build, since } = newest;
        const machine = parts.find(({ ci_provider }) => ci_provider !== null);
        const ci = machine ? [machine.ci_provider, machine.ci_run_id].filter((part) => part !== null).join(" ") : null;
        const cells = (images.get(key) ?? []).map((image) => ({ image, state: stateOf(image) }));
        rows.push({
          version,
          build,
          since,
          channel: parts.find(({ channel }) => channel !== null)?.channel ?? null,
          ci,
          registered: parts.some(({ registered_at }) => registered_at !== null),
          images: cells.map(({ image: { name, arch, uuid }, state }) => ({
            name,
            arch,
            uuid,
            state,
            crashes: crashes.get(uuid) ?? 0,
          })),
          system: system.has(key),
          unnamed: unnamed.get(key) ?? 0,
        });
        for (const { image, state } of cells) {
          if (state === "held") continue;
          const { uuid, name, arch } = image;
          const known = gaps.get(uuid) ?? lesser.get(uuid);
          if (known) {
            known.builds.push({ version, build, ci });
            continue;
          }
          const facts = { name, arch, uuid, builds: [{ version, build, ci }], crashes: crashes.get(uuid) ?? 0 };
          const of = {
            name,
            uuid,
            ...(arch !== "" && { arch }),
            build: { version, build },
            ...(ci !== null && { ci: ciRunName(ci) }),
          };
          const verdict = (symbols: Pick<SymbolState, "status" | "held" | "holds">) => {
            const { ways, ...words } = symbolVerdict({ ...of, ...symbols });
            return { ...words, ways: [...ways] };
          };
          if (state === "names-only") {
            const holds = files.get(uuid)?.contents ?? "names";
            lesser.set(uuid, { ...facts, verdict: verdict({ status: "found", holds }) });
            continue;
          }
          const stray = strayOf(image);
          const others = cells.filter((cell) => cell.image.name === name && files.has(cell.image.uuid));
          gaps.set(uuid, {
            ...facts,
            state,
            ...(stray && { heldUuid: stray.uuid }),
            verdict: verdict(
              stray
                ? { status: "uuid-mismatch", held: stray.uuid }
                : others.length > 0
                  ? { status: "wrong-architecture", held: others.map((other) => other.image.arch).join(", ") }
                  : { status: "missing" },
            ),
          });
        }
      }
      return {
        builds: rows.slice(0, limit),
        total: rows.length,
        gaps: [...gaps.values()].toSorted((a, b) => b.crashes - a.crashes).slice(0, MAX_GAPS),
        lesser: [...lesser.values()].toSorted((a, b) => b.crashes - a.crashes).slice(0, MAX_GAPS),
      };
    },
  };
}

const keyOf = ({ version, build }: { readonly version: string; readonly build: string }) => `${version}\0${build}`;

/** The registered and the seen ones are mostly the same. */
function withoutRepeats(images: readonly Expected[]): Expected[] {
  return [...new Map(images.map((image) => [`${keyOf(image)}\0${image.uuid}`, image])).values()].toSorted((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
  );
}
