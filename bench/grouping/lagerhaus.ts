/**
 * The labelled set of real Swift builds, where it is at hand: its reports through our own pipeline with its dSYMs, and its own scorer
 * beside ours.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analyze, bytesSource, createSymbolCollection, openSymbolSlices, type SymbolProvider } from "@windfall/core";
import type { LabelledReport } from "./labelled.ts";

export type Row = Readonly<Record<string, string>>;

export function readTable(path: string): readonly Row[] {
  const [head = "", ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const names = head.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ""]));
  });
}

export async function lagerhausSet(folder: string): Promise<readonly LabelledReport[]> {
  const scratch = mkdtempSync(join(tmpdir(), "grouping-"));
  try {
    for (const name of ["reports", "dsym"]) {
      const { status, stderr } = spawnSync("tar", ["xzf", join(folder, `${name}.tar.gz`), "-C", scratch], {
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`cannot unpack ${name}: ${stderr}`);
    }
    const held = await symbolsIn(join(scratch, "dsym"));
    const labelled: LabelledReport[] = [];
    for (const row of readTable(join(folder, "labels.tsv"))) {
      const id = row["report"] ?? "";
      const bytes = readFileSync(join(scratch, "reports", id));
      const isMissing = row["symbols"] === "missing";
      const [analysis] = await analyze(bytes, isMissing ? undefined : held);
      if (analysis === undefined) throw new Error(`no report in ${id}`);
      const later = isMissing ? (await analyze(bytes, held))[0] : undefined;
      labelled.push({
        id,
        bug: row["bug"] ?? "",
        family: row["bug_family"] ?? "",
        kind: row["category"] ?? "",
        build: row["build"] ?? "",
        isMissing,
        analysis,
        ...(later && { later }),
      });
    }
    return labelled;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function symbolsIn(folder: string): Promise<SymbolProvider> {
  const collection = createSymbolCollection();
  for (const path of globSync(join(folder, "**/DWARF/*"))) {
    collection.add(path, await openSymbolSlices(bytesSource(readFileSync(path))));
  }
  return collection;
}

/** What the set's own scorer says of keys: one line of `name value …` per figure. `undefined` without Python. */
export function scoredByJudge(
  folder: string,
  keys: ReadonlyMap<string, string>,
  categories?: ReadonlyMap<string, string>,
): string | undefined {
  const scratch = mkdtempSync(join(tmpdir(), "grouping-"));
  try {
    const file = join(scratch, "answers.tsv");
    const lines = [...keys].map(
      ([id, key]) => `${id}\t${key.replaceAll(/[\t\n]/g, " ")}\t${categories?.get(id) ?? ""}`,
    );
    writeFileSync(file, `report\tkey\tcategory\n${lines.join("\n")}\n`);
    const { status, stdout } = spawnSync("python3", [join(folder, "score.py"), file, "--tsv"], { encoding: "utf8" });
    return status === 0 ? stdout : undefined;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The given keys of the set's five baselines. */
export function givenBaseline(folder: string, number: number): ReadonlyMap<string, string> {
  return new Map(
    readTable(join(folder, "baselines", `baseline-${number}.tsv`)).map((row) => [
      row["report"] ?? "",
      row["key"] ?? "",
    ]),
  );
}

export interface KindOfChange {
  readonly name: string;
  readonly same: number;
  readonly of: number;
}

/** The lines of the judge about what stays from build to build. */
export function changesIn(judged: string): readonly KindOfChange[] {
  return judged
    .split("\n")
    .map((line) => line.split("\t"))
    .flatMap(([what, name = "", same = "", of = ""]) =>
      what === "stability" ? [{ name, same: Number(same), of: Number(of) }] : [],
    );
}
