/** Which scheme a name is of; C++ and Rust against their reference programs; and that nothing throws, hangs or grows without bound. */
import { describe, expect, test } from "vitest";
import { corpus, gunzip, hasCorpus, utf8 } from "../../test/files.ts";
import { demangle, tryDemangle } from "./demangle.ts";
import { demangleCxx, MAX_CXX_NAME_LENGTH } from "./itanium/demangle.ts";
import { MAX_CXX_LENGTH } from "./itanium/nodes.ts";
import { MAX_CXX_DEPTH } from "./itanium/parser.ts";
import { demangleRustLegacy } from "./rust/legacy.ts";
import { demangleRustV0, MAX_RUST_DEPTH, MAX_RUST_LENGTH } from "./rust/v0.ts";

test.each([
  ["$s7harbour4BoatC3rowyyF", "swift", "Boat.row()"],
  ["_$s7harbour4BoatC3rowyyF", "swift", "Boat.row()"],
  ["__T07harbour4BoatC3rowyyF", "swift", "Boat.row()"],
  ["_TtC7harbour4Boat", "swift", "Boat"],
  ["_ZN4Boat3rowEv", "c++", "Boat::row()"],
  ["__ZNK4Boat3rowEi", "c++", "Boat::row(int) const"],
  ["_ZNSt6vectorIiSaIiEE9push_backERKi", "c++", "std::vector<int, std::allocator<int>>::push_back(int const&)"],
  ["_Z1fPFvcE", "c++", "f(void (*)(char))"],
  ["_Z1fRA3_i", "c++", "f(int (&) [3])"],
  ["_ZN12_GLOBAL__N_11gEv.cold.1", "c++", "(anonymous namespace)::g() (.cold.1)"],
  ["_ZN1AC2ERKS_", "c++", "A::A(A const&)"],
  [
    "_ZNSsC1EPKc",
    "c++",
    "std::basic_string<char, std::char_traits<char>, std::allocator<char>>::basic_string(char const*)",
  ],
  ["_ZTV4Boat", "c++", "vtable for Boat"],
  ["_ZThn16_N4Boat3rowEv", "c++", "non-virtual thunk to Boat::row()"],
  ["_ZZ4mainENKUliE_clEi", "c++", "main::'lambda'(int)::operator()(int) const"],
  ["_Z3maxIiET_S0_S0_", "c++", "int max<int>(int, int)"],
  ["_Z1fIJidEEvDpT_", "c++", "void f<int, double>(int, double)"],
  ["_ZN1AcvT_IiEEv", "c++", "A::operator int<int>()"],
  ["___ZN4Boat3rowEv_block_invoke", "c++", "invocation function for block in Boat::row()"],
  ["_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE", "rust", "core::fmt::Write::write_fmt"],
  ["_RNvCs15kBYyAo9fc_7harbour3row", "rust", "harbour::row"],
  ["_RNCNvC7harbour3row0B3_", "rust", "harbour::row::{closure#0}"],
  ["_RINvC7harbour3rowjE", "rust", "harbour::row::<usize>"],
  ["-[Boat row:with:]", "objective-c", "-[Boat row:with:]"],
  ["+[Boat(Deck) make]", "objective-c", "+[Boat(Deck) make]"],
  ["___37-[Boat row]_block_invoke_3", "objective-c", "__37-[Boat row]_block_invoke_3"],
])("%s", (name, scheme, text) => {
  expect(tryDemangle(name)).toEqual({ scheme, text });
});

test("the full form keeps modules, types and hashes", () => {
  expect(demangle("$s7harbour4BoatC3rowyyF", { form: "full" })).toBe("harbour.Boat.row() -> ()");
  expect(demangle("_RNvCs15kBYyAo9fc_7harbour3row", { form: "full" })).toMatch(/^harbour\[[0-9a-f]+\]::row$/);
  expect(demangle("_ZN4core3fmt17h0123456789abcdefE", { form: "full" })).toBe("core::fmt::h0123456789abcdef");
});

test("the parts of an async function say so when asked", () => {
  const name = "$s7harbour4BoatC3rowyyYaKFTY0_";
  expect(demangle(name)).toBe("Boat.row()");
  expect(demangle(name, { asyncParts: true })).toBe("(1) suspend resume partial function for Boat.row()");
});

test.each([
  "",
  "main",
  "_main",
  "objc_msgSend",
  "???",
  "<deduplicated_symbol>",
  "_S$s7harbour",
  "$",
  "_Z",
  "_R",
  "_T",
  "__Z",
  "-x",
])("%s is no mangled name", (name) => {
  expect(demangle(name)).toBe(name);
});

describe.runIf(hasCorpus)("with the corpus", () => {
  const rows = async (file: string) =>
    utf8(await gunzip(await corpus(file)))
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split("\t"));

  test("C++ as llvm-cxxfilt prints it", async () => {
    const all = await rows("demangle/cxx.tsv.gz");
    const wrong = all.filter(([mangled = "", expected]) => (demangleCxx(mangled) ?? mangled) !== expected);
    // Constraints on template template parameters: two functions of a test of upstream's.
    expect(wrong.map(([mangled]) => mangled).filter((name) => !name?.includes("gITtTyTnTL0__Q1CIS1_EENS"))).toEqual([]);
    expect(wrong.length / all.length).toBeLessThan(0.001);
  });

  test("Rust as rustc-demangle prints it", async () => {
    const wrong = (await rows("demangle/rust.tsv.gz")).filter(([mangled = "", expected, mode]) => {
      const options = { full: mode === "full" };
      const text = demangleRustV0(mangled, options) ?? demangleRustLegacy(mangled, options) ?? mangled;
      return text !== expected;
    });
    expect(wrong).toEqual([]);
  });

  test("what is cut at any length comes back within the bounds", async () => {
    const names = [...(await rows("demangle/cxx.tsv.gz")), ...(await rows("demangle/rust.tsv.gz"))];
    for (const [mangled = ""] of names.filter((_, i) => i % 150 === 0)) {
      for (let end = 0; end < mangled.length; end++) bounded(mangled.slice(0, end));
    }
  });
});

const bounded = (name: string) => {
  for (const form of ["full", "simplified"] as const) {
    expect(demangle(name, { form }).length).toBeLessThanOrEqual(Math.max(name.length, MAX_CXX_LENGTH * 2));
  }
};

describe("bad input", () => {
  test.each([
    ["a C++ name past the limit", `_Z${"1a".repeat(MAX_CXX_NAME_LENGTH)}`],
    ["pointers one deeper than the limit", `_Z1f${"P".repeat(MAX_CXX_DEPTH + 1)}i`],
    [
      "substitutions that double",
      `_Z1fI${Array.from({ length: 40 }, (_, i) => `1AI${i === 0 ? "i" : `S${i - 1}_S${i - 1}_`}E`).join("")}Evv`,
    ],
    ["packs of packs", `_Z1fIJ${"J".repeat(200)}${"E".repeat(200)}EEvDpT_`],
    ["a reference to itself", "_ZN1AcvT_IT_EEv"],
    ["expressions in expressions", `_Z1fIXad${"ad".repeat(5000)}1aEEvv`],
    ["encodings in encodings", `_Z${"Z1fvE".repeat(2000)}1g`],
    [
      "Rust paths one deeper than the limit",
      `_R${"Nv".repeat(MAX_RUST_DEPTH + 1)}C1a${"1b".repeat(MAX_RUST_DEPTH + 1)}`,
    ],
    ["Rust back-references that double", `_RINvC1a1b${"T".repeat(30)}`],
    ["a Rust tuple of tuples of itself", `_RINvC1a1bTjjETB6_B6_ETB9_B9_ETBe_Be_ETBk_Bk_EE`],
    ["a Rust identifier longer than the name", "_RNvC1a999999999b"],
    ["a legacy name without an end", "_ZN4core3fmt17h0123456789abcdef"],
    ["megabytes of nothing", `_Z${"N".repeat(1_000_000)}`],
  ])("%s", (_, name) => {
    bounded(name);
  });

  test("random characters behind every prefix", () => {
    let state = 1124;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % below;
    };
    const alphabet = "0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$.SIETNP1aKZ";
    for (let i = 0; i < 20_000; i++) {
      const prefix = ["_Z", "_ZN", "_Z1fI", "_R", "_RINv", "_RNvC1a", "___Z", "_ZTI", "_Z1fDT"][i % 9] ?? "";
      const length = random(40);
      bounded(prefix + Array.from({ length }, () => alphabet[random(alphabet.length)]).join(""));
    }
    expect(MAX_RUST_LENGTH).toBe(MAX_CXX_LENGTH);
  });
});
