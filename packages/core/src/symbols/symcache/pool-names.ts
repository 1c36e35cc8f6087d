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
  const distinct = refs.slice().sort();
  let count = 0;
  for (let i = 0; i < distinct.length; i++) {
    const ref = distinct[i]!;
    if (ref !== 0 && (count === 0 || ref !== distinct[count - 1])) distinct[count++] = ref;
  }
  const numbers = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const ref = distinct[i]!;
    const source = ref >= NAME_IN_INFO ? info : ref >= NAME_IN_LINE_STR ? lineStrings : strings;
    const offset = ref % NAME_IN_STR;
    const from = offset - source.start;
    const held = from >= 0 ? pool.addUntilZero(source.bytes, from, MAX_STRING_BYTES) : -1;
    numbers[i] = held >= 0 ? held : await addString(source, offset, pool);
  }
  const ids = new Uint32Array(refs.length);
  for (let i = 0; i < refs.length; i++) {
    const ref = refs[i]!;
    if (ref === 0) continue;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (distinct[middle]! < ref) low = middle + 1;
      else high = middle;
    }
    ids[i] = numbers[low]!;
  }
  return ids;
}

/** One that is not in the window, or only its beginning. */
async function addString(source: WindowedSource, offset: number, pool: StringPool): Promise<number> {
  for (let length = FIRST_BYTES; ; length *= 16) {
    const available = Math.min(length, source.size - offset, MAX_STRING_BYTES);
    const bytes = await source.read(offset, available);
    const end = bytes.indexOf(0);
    if (end >= 0 || available < length) return pool.add(bytes, 0, end < 0 ? bytes.length : end);
  }
}
