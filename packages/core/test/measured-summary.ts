/** What the shared summary of a report leaves out: trees of calls and measurements, in few lines for `expected.json`. */
import type { Problem, Report } from "../src/report.ts";
import { summarize, type ReportSummary } from "./report-summary.ts";

export function summarizeMeasured(report: Report, problems: readonly Problem[]): ReportSummary {
  const { measured } = report;
  const trees = report.threads.map(
    ({ callTree, sampleCount }) => callTree && { sampleCount, tree: callTree.map((node) => treeLine(report, node)) },
  );
  const extra = {
    ...(report.sampling && { sampling: report.sampling }),
    ...(trees.some((tree) => tree !== undefined) && { trees: trees.filter((tree) => tree !== undefined) }),
    ...(measured && {
      measured: {
        window: `${measured.begin ?? "?"} to ${measured.end ?? "?"}`,
        values: measured.values.map(
          ({ name, value, unit, raw, sampleCount, standardDeviation, scope }) =>
            `${name} = ${value} ${unit} (${raw})${sampleCount === undefined ? "" : `, ${sampleCount} samples`}${standardDeviation === undefined ? "" : `, deviation ${standardDeviation}`}${scopeText(scope)}`,
        ),
        histograms: measured.histograms.map(
          ({ name, unit, buckets, scope }) =>
            `${name} in ${unit}: ${buckets.map(({ start, end, count }) => `${start}..${end}: ${count}`).join(", ")}${scopeText(scope)}`,
        ),
      },
    }),
  };
  return { ...summarize(report, problems), ...(JSON.parse(JSON.stringify(extra)) as ReportSummary) };
}

const scopeText = (scope: Readonly<Record<string, string>> | undefined): string =>
  scope === undefined
    ? ""
    : ` of ${Object.entries(scope)
        .map(([key, text]) => `${key} ${text}`)
        .join(", ")}`;

function treeLine(
  { images }: Report,
  { depth, sampleCount, frames }: NonNullable<Report["threads"][number]["callTree"]>[number],
): string {
  const names = frames.map(
    ({ symbol, image, imageOffset }) => symbol?.function ?? `${images[image ?? -1]?.name} + ${imageOffset}`,
  );
  return `${" ".repeat(depth)}${sampleCount} ${names.join(" < ")}`;
}
