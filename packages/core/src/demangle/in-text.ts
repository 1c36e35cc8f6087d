/** Mangled names inside other text: lines of a log, a backtrace, the output of a linker. */
import { demangle, type DemangleOptions, schemeOf } from "./demangle.ts";

/** Where a name may stand: not behind a character that belongs to a longer word. */
const NAMES = /(?<![\w$@])(?:@__swiftmacro_|_?\$[sSe]|_{1,2}T|_{1,4}Z|_{1,2}R)[\w$.]+/g;
const FULL_STOP = 0x2e;

/**
 * A line with every mangled name in it demangled and all else as it was.
 *
 * @example
 * demangleInText("1  Harbour  $s7harbour4BoatC3rowyyF + 12"); // "1  Harbour  Boat.row() + 12"
 */
export function demangleInText(line: string, options: DemangleOptions = {}): string {
  const whole = line.trim();
  // Methods of Objective-C have blanks in them, and so have the names of their blocks.
  if (schemeOf(whole) === "objective-c") return line.replace(whole, () => demangle(whole, options));
  return line.replace(NAMES, (found) => {
    // A full stop at the end is the sentence's; one inside begins what the optimiser appends.
    let end = found.length;
    while (found.charCodeAt(end - 1) === FULL_STOP) end--;
    return demangle(found.slice(0, end), options) + found.slice(end);
  });
}
