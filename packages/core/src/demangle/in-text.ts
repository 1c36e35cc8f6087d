/** Mangled names inside other text: lines of a log, a backtrace, the output of a linker. */
import { demangle, type DemangleOptions, tryDemangle } from "./demangle.ts";

/**
 * Where a name may stand: not behind a character that belongs to a longer word. A full stop at its end is the sentence's; one inside
 * begins what the optimiser appends.
 */
const NAMES = /(?<![\w$@])(?:@__swiftmacro_|_?\$[sSe]|_{1,2}T|_{1,4}Z|_{1,2}R)(?:[\w$]|\.(?=[\w$.]*[\w$]))+/g;

/**
 * A line with every mangled name in it demangled and all else as it was.
 *
 * @example
 * demangleInText("1  Harbour  $s7harbour4BoatC3rowyyF + 12"); // "1  Harbour  Boat.row() + 12"
 */
export function demangleInText(line: string, options: DemangleOptions = {}): string {
  // Names of blocks and methods of Objective-C have blanks in them.
  const whole = tryDemangle(line.trim(), options);
  if (whole !== undefined) return line.replace(line.trim(), () => whole.text);
  return line.replace(NAMES, (name) => demangle(name, options));
}
