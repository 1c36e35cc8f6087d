/** The synthetic set of one seed: reports with their bug, their build, and whether their dSYM is held. */
import { analyze } from "@windfall/core";
import type { LabelledReport } from "../labelled.ts";
import { makeBuilds, providerOf } from "./builds.ts";
import { BUILDS, makeProgram } from "./program.ts";
import { createRandom } from "./random.ts";
import { writeReport } from "./write-report.ts";

const MISSING_SHARE = 0.07;
const MAX_REPORTS_OF_BUG = 3;

export async function syntheticSet(seed: number, bugs: number): Promise<readonly LabelledReport[]> {
  const program = makeProgram(seed, bugs);
  const builds = makeBuilds(seed);
  const random = createRandom(seed * 104_729 + 7);
  const held = providerOf(builds, false);
  const missing = providerOf(builds, true);
  const labelled: LabelledReport[] = [];
  for (const bug of program.bugs) {
    for (const build of builds.slice(bug.firstBuild, BUILDS)) {
      const count = 1 + random.int(MAX_REPORTS_OF_BUG);
      for (let n = 0; n < count; n++) {
        const isMissing = random.chance(MISSING_SHARE);
        const { text } = writeReport({ bug, build, module: program.module, random }, isMissing);
        const [analysis] = await analyze(new TextEncoder().encode(text), isMissing ? missing : held);
        if (analysis === undefined) throw new Error(`no report of ${bug.kind}`);
        // What comes when the dSYM does.
        const later = isMissing ? (await analyze(new TextEncoder().encode(text), held))[0] : undefined;
        labelled.push({
          id: `${seed}/${bug.id}/${build.index}/${n}`,
          bug: `${seed}/${bug.id}`,
          family: `${seed}/${bug.family}`,
          kind: bug.kind,
          build: `${build.index}`,
          isMissing,
          analysis,
          ...(later && { later }),
        });
      }
    }
  }
  return labelled;
}
