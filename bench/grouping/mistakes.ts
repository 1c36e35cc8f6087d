/** What went wrong, in words: bugs that were split, and keys that hold several. */
import type { LabelledReport } from "./labelled.ts";

const MAX_TOLD = 40;

export function mistakes(set: readonly LabelledReport[]): string {
  const held = set.filter(({ isMissing }) => !isMissing);
  const split = [...Map.groupBy(held, ({ bug }) => bug)].flatMap(([bug, list]) => {
    const keys = Map.groupBy(list, ({ analysis }) => analysis.signature.key);
    if (keys.size < 2) return [];
    return [`split ${bug} (${list[0]?.kind})`, ...[...keys.values()].map((rows) => `    ${line(rows)}`)];
  });
  const merged = [
    ...Map.groupBy(held, ({ id, analysis }) => `${/^\d+\/B/.exec(id)?.[0] ?? ""} ${analysis.signature.key}`).values(),
  ].flatMap((list) => {
    const bugs = Map.groupBy(list, ({ bug }) => bug);
    if (bugs.size < 2) return [];
    return [
      `merged ${line(list)}`,
      `    ${[...bugs].map(([bug, rows]) => `${bug} ${rows[0]?.kind} ×${rows.length}`).join(", ")}`,
    ];
  });
  return [...split.slice(0, MAX_TOLD * 4), ...merged.slice(0, MAX_TOLD * 2)].join("\n");
}

function line(rows: readonly LabelledReport[]): string {
  const builds = [...new Set(rows.map(({ build }) => build))].join(",");
  const { signature } = rows[0]?.analysis ?? {};
  return `×${rows.length} [${builds}] ${signature?.confidence}: ${signature?.why.join(" · ")}`;
}
