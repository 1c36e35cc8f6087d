/** Names to demangle: those of real binaries where `WINDFALL_CORPUS` is, else our own. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const root = fileURLToPath(new URL("../../", import.meta.url));
const corpus = process.env["WINDFALL_CORPUS"] ?? "";
export const hasCorpus = corpus !== "";

export function swiftNames(): readonly string[] {
  const own = gunzipSync(readFileSync(join(root, "fixtures/names/swift.jsonl.gz")))
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { mangled: string }).mangled);
  return names("demangle/swift-symbols.tsv.gz", own);
}

/** Every name of a file once, or `own` without the corpus. */
function names(file: string, own: readonly string[]): readonly string[] {
  const path = join(corpus, file);
  if (corpus === "" || !existsSync(path)) return own;
  const lines = gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n").slice(1);
  // Each a string of its own: a piece of the whole file would be slower to read, and stand for no name that a program has.
  const flat = (name: string) => Buffer.from(name, "latin1").toString("latin1");
  return [...new Set(lines.map((line) => flat(line.split("\t")[0] ?? "")))];
}

export const cxxNames = (): readonly string[] => names("demangle/cxx.tsv.gz", CXX);
export const rustNames = (): readonly string[] => names("demangle/rust.tsv.gz", RUST).filter(isRust);

const isRust = (name: string) => name.startsWith("_R") || /17h[0-9a-f]{16}E/.test(name);

/** The same order in every run. */
export function shuffled(list: readonly string[]): readonly string[] {
  const result = [...list];
  let state = 20_261_124;
  for (let i = result.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = state % (i + 1);
    [result[i], result[j]] = [result[j] ?? "", result[i] ?? ""];
  }
  return result;
}

const CXX = [
  "_ZN7harbour4Boat3rowEv",
  "_ZNK7harbour4Boat3rowEiRKNS_4PortE",
  "_ZNSt6vectorIiSaIiEE9push_backERKi",
  "_ZNSt3__112basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEE6appendEPKc",
  "_ZZN7harbour4mainEvENK3$_0clEv",
  "_ZThn16_N7harbour4Boat3rowEv",
  "_ZTVN7harbour4BoatE",
  "_ZN7harbour3maxIiJidEEET_S1_DpT0_",
  "___ZN7harbour4Boat3rowEv_block_invoke",
  "_ZNSt3mapISsN7harbour4BoatESt4lessISsESaISt4pairIKSsS1_EEEixERS5_",
];
const RUST = [
  "_RNvCs15kBYyAo9fc_7harbour3row",
  "_RNCNvC7harbour3row0B3_",
  "_RINvC7harbour3rowjE",
  "_RNvMCs15kBYyAo9fc_7harbourNtB2_4Boat3row",
  "_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE",
  "_ZN68_$LT$harbour..Boat$u20$as$u20$core..fmt..Display$GT$3fmt17h0123456789abcdefE",
];
