/** A stack as people read it: what belongs to the app, by name, without what the compiler or the build put in. */
import { imageRole } from "../symbolicate/image-role.ts";
import type { Frame, Report } from "../report.ts";
import { SWIFT_FAILURE_PREFIX } from "./facts.ts";

export interface LogicalFrame {
  /** Stable across builds when `named`; else image name and offset. */
  readonly text: string;
  readonly named: boolean;
  readonly role: "app" | "framework" | "system";
}

/** Names that say "unknown" on purpose: folded by the linker, or removed by Apple. */
const NO_NAME = new Set(["", "<deduplicated_symbol>", "<redacted>", "???", "<unknown>"]);

/** Without the run-time failure pseudo-frames, with recursion folded: a function that calls itself counts once. */
export function logicalFrames(report: Report, frames: readonly Frame[]): readonly LogicalFrame[] {
  const logical: LogicalFrame[] = [];
  for (const frame of frames) {
    const next = logicalFrame(report, frame);
    if (next && next.text !== logical.at(-1)?.text) logical.push(next);
  }
  return logical;
}

function logicalFrame(report: Report, frame: Frame): LogicalFrame | undefined {
  const image = frame.image === undefined ? undefined : report.images[frame.image];
  const role = image ? imageRole(image, report) : "system";
  const { symbol } = frame;
  if (symbol?.function.startsWith(SWIFT_FAILURE_PREFIX)) return undefined;
  if (symbol && !NO_NAME.has(symbol.function)) {
    return { text: stableName(symbol.linkageName ?? symbol.function), named: true, role };
  }
  const offset = frame.imageOffset === undefined ? `0x${frame.address.toString(16)}` : `${frame.imageOffset}`;
  return { text: image ? `${image.uuid ?? image.name}+${offset}` : `?+${offset}`, named: false, role };
}

/**
 * Drops what a rebuild may add or change without the source changing: LLVM's part and clone suffixes,
 * and the suffix of a Swift specialisation (`…Tf4x_g`, `…Tg5`), which says how the optimiser copied a function.
 */
function stableName(name: string): string {
  return name
    .replace(/(\.(cold|llvm|resume|isra|part|constprop)(\.\d+)*)+$/, "")
    .replace(/^(\$s.*F)T[fgG]\w{1,20}$/, "$1");
}
