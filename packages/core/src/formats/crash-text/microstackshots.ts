/**
 * The samples inside a text report about a resource (iOS 8, `bug_type` 185), under the thread that is blamed:
 *
 *     Microstackshots: 1 (from 1442602735 to 1442602915)
 *       18 libsystem_pthread.dylib 0x196be0000 + 3964 [0x196be0f7c]
 *         12 Harbor 0x100098000 + 35396 [0x1000a0a44]
 *
 * Callers first; a callee stands farther to the right.
 */
import type { FrameLine } from "./grammar.ts";

export interface SampleLine {
  readonly depth: number;
  readonly count: number;
  readonly frame: FrameLine;
}

const SAMPLE = /^( {0,4096})(\d{1,9}) (\S.{0,512}?) (0x[0-9a-fA-F]{1,16} \+ \d{1,20}) \[(0x[0-9a-fA-F]{1,16})\]\s*$/;

/** Lines that are no samples are passed over: they stay in the text of the section, which has a limit of its own. */
export function readSamples(lines: readonly string[]): readonly SampleLine[] {
  const samples: SampleLine[] = [];
  /** Indentation of the callers of the next line. */
  const open: number[] = [];
  for (const line of lines) {
    const [, indent = "", count, imageName = "", rest = "", address = "0x0"] = SAMPLE.exec(line) ?? [];
    if (count === undefined) continue;
    while ((open.at(-1) ?? -1) >= indent.length) open.pop();
    samples.push({
      depth: open.length,
      count: Number(count),
      frame: { imageName, address: BigInt(address), rest },
    });
    open.push(indent.length);
  }
  return samples;
}
