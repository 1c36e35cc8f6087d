/** Copies names from where they stand into the pool, in the order of the file, as bytes. */
import { MAX_STRING_BYTES } from "../../bytes/paged-source.ts";
import { NAME_IN_INFO, NAME_IN_LINE_STR, NAME_IN_STR, type NameSources } from "./name-refs.ts";
import type { StringPool } from "./string-pool.ts";
import type { WindowedSource } from "./windowed-source.ts";

const FIRST_BYTES = 1024;

/** The number of each in the pool. */
export async function poolNames(
  refs: Float64Array,
  { info, strings, lineStrings }: NameSources,
  pool: StringPool,
): Promise<Uint32Array> {
  const ids = new Uint32Array(refs.length);
  const distinct = refs.slice().sort();
  const idOf = new Map<number, number>();
  let last = 0;
  for (const ref of distinct) {
    if (ref === last) continue;
    last = ref;
    const source = ref >= NAME_IN_INFO ? info : ref >= NAME_IN_LINE_STR ? lineStrings : strings;
    idOf.set(ref, await addString(source, ref % NAME_IN_STR, pool));
  }
  for (let i = 0; i < refs.length; i++) ids[i] = idOf.get(refs[i]!) ?? 0;
  return ids;
}

async function addString(source: WindowedSource, offset: number, pool: StringPool): Promise<number> {
  for (let length = FIRST_BYTES; ; length *= 16) {
    const available = Math.min(length, source.size - offset, MAX_STRING_BYTES);
    const bytes = source.held(offset, available) ?? (await source.read(offset, available));
    const end = bytes.indexOf(0);
    if (end >= 0 || available < length) return pool.add(bytes, 0, end < 0 ? bytes.length : end);
  }
}
