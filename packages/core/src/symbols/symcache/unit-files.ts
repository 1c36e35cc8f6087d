/** Files of one unit's line table by the numbers they have in the cache. A path is joined only when something names it. */
import { NONE } from "../../dwarf/constants.ts";
import { readFilePath } from "../../dwarf/decoded-unit.ts";
import type { FileTable } from "../../dwarf/line-files.ts";
import type { DwarfSections } from "../../dwarf/sections.ts";
import type { UnitRoot } from "../../dwarf/units.ts";
import type { StringPool } from "./string-pool.ts";

const encoder = new TextEncoder();

export class UnitFiles {
  readonly #root: UnitRoot;
  readonly #files: FileTable | undefined;
  readonly #pool: StringPool;
  readonly #ids = new Map<number, number>();
  /** The same for small numbers, which all honest ones are. */
  readonly #dense: Uint32Array;

  constructor(root: UnitRoot, files: FileTable | undefined, pool: StringPool) {
    this.#root = root;
    this.#files = files;
    this.#pool = pool;
    this.#dense = new Uint32Array(files === undefined ? 0 : files.fileForms.length + 1);
  }

  /** Must come before `idOf` is asked for them. */
  async load(sections: DwarfSections, wanted: Iterable<number>): Promise<void> {
    for (const file of wanted) {
      const path = await readFilePath(this.#root, this.#files, file, sections);
      const bytes = encoder.encode(path ?? "");
      const id = this.#pool.add(bytes, 0, bytes.length);
      if (file < this.#dense.length) this.#dense[file] = id;
      else this.#ids.set(file, id);
    }
  }

  /** 0 where the table has no such file. */
  idOf(file: number): number {
    return file < this.#dense.length ? this.#dense[file]! : file === NONE ? 0 : (this.#ids.get(file) ?? 0);
  }
}
