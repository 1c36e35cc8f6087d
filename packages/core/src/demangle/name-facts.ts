/** What a linker name says of a function beside how it is called: read from the grammar, never from the printed text. */
import { type NameScheme, schemeOf } from "./demangle.ts";
import { swiftFacts } from "./swift/facts.ts";

export interface NameFacts {
  readonly scheme: NameScheme;
  /** The Swift module whose code it is. */
  readonly module?: string;
  /** Several functions with equal code were merged, and the name is that of one of them: only the caller's line tells which ran. */
  readonly isMerged: boolean;
  /** A copy that the optimiser made for known types or arguments. */
  readonly isSpecialized: boolean;
  /** Code of the compiler's own that calls on: witnesses, partial applications, `@objc` entries, conversions. */
  readonly isThunk: boolean;
  readonly isClosure: boolean;
  /** Code that many functions share: copying, releasing, destroying a value. */
  readonly isOutlined: boolean;
  /** Which part of an async function it is, from 1; part 1 is the one behind the first suspension. */
  readonly asyncPart?: number;
}

/**
 * The facts of a mangled name; `undefined` for what is none.
 *
 * @example
 * nameFacts("$s7harbour4BoatC3rowyyFTm")?.isMerged; // true
 * nameFacts("$s7harbour4BoatC3rowyyYaKFTY0_")?.asyncPart; // 1
 */
export function nameFacts(name: string): NameFacts | undefined {
  const scheme = schemeOf(name);
  if (scheme === undefined) return undefined;
  if (scheme === "swift") {
    const facts = swiftFacts(name.startsWith("__T") ? name.slice(1) : name);
    if (facts === undefined) return undefined;
    const { module, asyncPart, ...rest } = facts;
    return { scheme, ...rest, ...(module !== undefined && { module }), ...(asyncPart !== undefined && { asyncPart }) };
  }
  const isCxx = scheme === "c++";
  return {
    scheme,
    isMerged: false,
    isSpecialized: false,
    isThunk: isCxx && CXX_THUNK.test(name),
    isClosure: scheme !== "rust" && BLOCK.test(name),
    isOutlined: false,
  };
}

/** `_ZTh`, `_ZTv`, `_ZTc`: calls that move `this` or the result. */
const CXX_THUNK = /^_{1,2}ZT[hvc]/;
/** What clang calls a block, of Objective-C and of C++. */
const BLOCK = /^_{2,4}(?:Z|[0-9]).*_block_invoke(?:[._].*)?$/;

/**
 * What a reader of a stack must be told and the simplified name leaves out; empty for most names.
 *
 * @example
 * factWords("$s7harbour4BoatC3rowyyFTm"); // ["merged"]
 */
export function factWords(name: string): readonly string[] {
  // All that is told stands behind one of these two letters: most names need no second look.
  if (!/T[mYQ]/.test(name)) return [];
  const facts = nameFacts(name);
  if (facts === undefined) return [];
  return [
    ...(facts.isMerged ? ["merged"] : []),
    ...(facts.asyncPart === undefined ? [] : [`async part ${facts.asyncPart}`]),
  ];
}
