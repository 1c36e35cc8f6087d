/** The demo's reports and debug files as bytes: templates of `assets/demo` (made by `fixtures/build/make-demo.py`), filled in. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type DemoReport, uuidOf } from "./generate-demo.ts";
import type { OtherReport } from "./other-reports.ts";
import { CRASHES, type DemoBuild, OTHERS } from "./story.ts";

const FOLDER = new URL("../../assets/demo/", import.meta.url);
/** What every build is made of, and which UUID its file in `assets/demo` has. */
const IMAGES = [
  { name: "Harbor", token: "harbor", uuid: "4C4C44CE55553144A1AFCAEE1217C80A" },
  { name: "BrewKit", token: "brewkit", uuid: "4C4C440155553144A11CBDA154C1925B" },
] as const;
const MEAN_RUN_MS = 20 * 60_000;

export interface DemoImage {
  readonly name: string;
  readonly uuid: string;
  readonly arch: "arm64";
}

export interface DemoFiles {
  /** An `.ips` as a device would write it. */
  reportBytes(report: DemoReport | OtherReport): Uint8Array;
  /** The debug file of one image of a build: the same code as every other build's, under the build's own UUID. */
  debugFile(build: DemoBuild, image: DemoImage): Uint8Array;
}

export function imagesOf(build: DemoBuild): readonly DemoImage[] {
  return IMAGES.map(({ name }) => ({
    name,
    uuid: uuidOf(`${name} ${build.version} ${build.build}`).toLowerCase(),
    arch: "arm64",
  }));
}

export async function loadDemoFiles(): Promise<DemoFiles> {
  const templates = new Map<string, readonly string[]>();
  for (const { kind, file } of [...CRASHES.map(({ kind }) => ({ kind, file: `${kind}.ips` })), ...OTHERS]) {
    const text = await readFile(new URL(file, FOLDER), "utf8");
    // Text and names of tokens in turn.
    templates.set(kind, text.split(/\{(\w+)\}/));
  }
  const debugFiles = new Map<string, Buffer>();
  for (const { name } of IMAGES) debugFiles.set(name, await readFile(new URL(name, FOLDER)));
  return {
    reportBytes(report) {
      const template = templates.get(report.kind);
      if (!template) throw new RangeError(`no report of the kind ${report.kind}`);
      const facts = factsOf(report);
      return new TextEncoder().encode(template.map((part, i) => (i % 2 === 0 ? part : (facts[part] ?? part))).join(""));
    },
    debugFile(build, { name }) {
      const image = IMAGES.find((one) => one.name === name);
      const own = imagesOf(build).find((one) => one.name === name);
      const file = debugFiles.get(name);
      if (!image || !own || !file) throw new RangeError(`no image ${name}`);
      const bytes = new Uint8Array(file);
      const at = file.indexOf(Buffer.from(image.uuid, "hex"));
      bytes.set(Buffer.from(own.uuid.replaceAll("-", ""), "hex"), at);
      return bytes;
    },
  };
}

function factsOf(report: DemoReport | OtherReport): Readonly<Record<string, string>> {
  const { incident, crashedAt, installId, build, os, model } = report;
  const run = 5_000 + (Number.parseInt(incident.slice(0, 6), 16) % MEAN_RUN_MS);
  const uuids = imagesOf(build).map(({ uuid }, i) => [IMAGES[i]?.token ?? "", uuid]);
  return {
    incident,
    timestamp: stamp(crashedAt, 2),
    captured: stamp(crashedAt, 4),
    launched: stamp(crashedAt - run, 4),
    version: build.version,
    build: build.build,
    os: os.version,
    osBuild: os.build,
    model,
    device: installId === undefined ? "" : createHash("sha1").update(`device ${installId}`).digest("hex"),
    ...Object.fromEntries(uuids),
    ...("seconds" in report && {
      minute: new Date(crashedAt).toISOString().slice(0, 19).replace("T", " "),
      seconds: report.seconds.toFixed(2),
      kilobytes: report.kilobytes.toLocaleString("en-US"),
    }),
  };
}

/** `2026-11-24 11:42:07.1089 +0000`, Apple's form, in UTC. */
function stamp(ms: number, decimals: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}.${`${iso.slice(20, 23)}0`.slice(0, decimals)} +0000`;
}
