/** Answers of llvm-symbolizer for one slice, and how ours differ from them. */
import type { ImageOffset } from "../src/report.ts";
import type { Resolution, SymbolSlice } from "../src/symbols/provider.ts";

export interface Truth {
  readonly uuid: string;
  readonly arch: string;
  /** Hexadecimal. */
  readonly text_vmaddr: string;
  readonly debug_file: string;
  readonly results: readonly TruthResult[];
}

export interface TruthResult {
  readonly addr: string;
  /** Innermost first. One frame without name and file = no answer. */
  readonly frames: readonly { readonly fn: string; readonly file: string; readonly line: number }[];
}

/** What a difference is about; `outer name` may be explained by a rule, the others may not. */
export type DifferenceKind = "depth" | "inner name" | "outer name" | "symbol name" | "line" | "file";

export interface Difference {
  readonly kind: DifferenceKind;
  readonly address: string;
  readonly expected: string;
  readonly actual: string;
}

export async function compareWithTruth(
  slice: Pick<SymbolSlice, "resolve">,
  truth: Truth,
): Promise<readonly Difference[]> {
  const base = BigInt(truth.text_vmaddr);
  const offsets = truth.results.map(({ addr }) => Number(BigInt(addr) - base) as ImageOffset);
  const answers = await slice.resolve(offsets);
  return truth.results.flatMap((result, i) => differences(result, answers[i] ?? []));
}

export function countKinds(differences: readonly Difference[]): Partial<Record<DifferenceKind, number>> {
  const counts: Partial<Record<DifferenceKind, number>> = {};
  for (const { kind } of differences) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function differences({ addr, frames }: TruthResult, actual: Resolution): readonly Difference[] {
  const unanswered = frames.length === 1 && frames[0]?.file === "" && /^(\?\?)?$/.test(frames[0].fn);
  const expected = unanswered ? [] : frames;
  const found: Difference[] = [];
  const differ = (kind: DifferenceKind, wanted: unknown, got: unknown) => {
    if (wanted !== got) found.push({ kind, address: addr, expected: String(wanted), actual: String(got) });
  };
  differ("depth", expected.length, actual.length);
  if (found.length > 0) return found;
  for (const [i, frame] of expected.entries()) {
    const ours = actual[i]!;
    const outermost = ours.source === "symbol-table" ? "symbol name" : "outer name";
    differ(i === expected.length - 1 ? outermost : "inner name", frame.fn, ours.name);
    differ("line", frame.line, ours.line ?? 0);
    differ("file", basename(frame.file), basename(ours.file ?? ""));
  }
  return found;
}

const basename = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
