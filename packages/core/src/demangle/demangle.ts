/**
 * Names as linkers write them, as people read them: Swift, C++, Rust, Objective-C. The scheme is told by the prefix; what is not understood
 * comes back unchanged, and nothing throws.
 */
import { demangleCxx } from "./itanium/demangle.ts";
import { demangleRustLegacy, isRustLegacy } from "./rust/legacy.ts";
import { demangleRustV0 } from "./rust/v0.ts";
import { demangleSwift } from "./swift/demangle.ts";

export type NameScheme = "swift" | "c++" | "rust" | "objective-c";

export interface DemangleOptions {
  /** `full`: modules, types, signatures, hashes, as `swift demangle` prints them. `simplified`, unless told otherwise: as Xcode shows names. */
  readonly form?: "full" | "simplified";
  /** Whether the parts of an async function say so in the simplified form: `(1) suspend resume partial function for …`. */
  readonly asyncParts?: boolean;
}

export interface Demangled {
  readonly text: string;
  readonly scheme: NameScheme;
}

/**
 * The name for people, or `name` itself when it is of no scheme that is known. One leading underscore, as symbol tables have it, may
 * stand before it.
 *
 * @example
 * demangle("$s7harbour4BoatC3rowyyF"); // "Boat.row()"
 * demangle("_ZN4Boat3rowEv"); // "Boat::row()"
 */
export function demangle(name: string, options: DemangleOptions = {}): string {
  return tryDemangle(name, options)?.text ?? name;
}

/** The same with the scheme it was written in; `undefined` when it is of none. */
export function tryDemangle(
  name: string,
  { form = "simplified", asyncParts }: DemangleOptions = {},
): Demangled | undefined {
  const full = form === "full";
  const scheme = schemeOf(name);
  switch (scheme) {
    case "objective-c":
      // A symbol table has one underscore more before the names of blocks.
      return { text: name.startsWith("___") ? name.slice(1) : name, scheme };
    case "swift":
      return of(
        scheme,
        demangleSwift(name.startsWith("__T") ? name.slice(1) : name, {
          full,
          sugar: true,
          asyncParts: asyncParts ?? full,
        }),
      );
    case "rust": {
      const isV0 = name.startsWith("_R") || name.startsWith("__R");
      return of(scheme, isV0 ? demangleRustV0(name, { full }) : demangleRustLegacy(name, { full }));
    }
    case "c++":
      return of(scheme, demangleCxx(name));
    default:
      return undefined;
  }
}

const of = (scheme: NameScheme, text: string | undefined): Demangled | undefined =>
  text === undefined ? undefined : { text, scheme };

const OBJC_BLOCK = /^_{2,3}[0-9]+[-+]\[.*\]_block_invoke(?:[._].*)?$/;

/** What a name begins like. Cheap: asked for every frame. */
export function schemeOf(name: string): NameScheme | undefined {
  const first = name.charCodeAt(0);
  if (first === 0x2d || first === 0x2b) return name.charCodeAt(1) === 0x5b ? "objective-c" : undefined;
  const isMacro = first === 0x40;
  const start = first === 0x5f ? 1 : 0;
  const second = name.charCodeAt(start);
  if (isMacro || second === 0x24) return "swift";
  if (start === 0) return undefined;
  // `_T`, `__T`: as the compiler and as the symbol table have it.
  if (second === 0x54 || name.startsWith("__T")) return "swift";
  if (second === 0x52 || name.startsWith("__R")) return "rust";
  if (name.startsWith("__") && OBJC_BLOCK.test(name)) return "objective-c";
  let underscores = 1;
  while (name.charCodeAt(underscores) === 0x5f) underscores++;
  if (underscores > 4 || name.charCodeAt(underscores) !== 0x5a) return undefined;
  return isRustLegacy(name) ? "rust" : "c++";
}
