/** `windfall ci register`: makes a build known to a hub. What is not told by a flag is read from the archive and from the CI run. */
import type { RegisterBuild } from "@windfall/api";
import type { Arguments } from "../arguments.ts";
import type { ArchiveFacts } from "@windfall/core";
import { type BuildImage, factsAt, imagesIn } from "../ci/archive.ts";
import { archivePath } from "../ci/archive-path.ts";
import { type CiRun, detectCi } from "../ci/environment.ts";
import { type ExitCode, inputFailure, usageFailure } from "../failure.ts";
import { openHub } from "../hub.ts";
import { printFailure } from "../output/failure.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../terminal.ts";

export async function ciRegisterCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const json = args.text("format") === "json";
  const ci = detectCi(terminal.env);
  const path = archivePath(args, ci);
  const hub = await openHub(args, terminal);
  const { facts, images } = path === undefined ? { facts: {}, images: [] } : await look(path);
  const body = registration(args, facts, ci, images);
  const what = `${body.bundleId} ${body.version} (${body.build})`;
  try {
    const answer = await hub.client.call("registerBuild", { body });
    if (json) {
      terminal.out(
        `${JSON.stringify({ ...answer, bundleId: body.bundleId, version: body.version, build: body.build })}\n`,
      );
      return 0;
    }
    terminal.out(
      `${printable(`${answer.known ? "updated" : "registered"}  ${what}  ${described(body, answer.images)}`)}\n`,
    );
    for (const { uuid, arch, name } of answer.missingSymbols) {
      terminal.out(`${printable(`no symbols yet  ${uuid}  ${arch}  ${name}`)}\n`);
    }
    if (answer.missingSymbols.length > 0 && path !== undefined) {
      terminal.out(`${printable(`windfall symbols upload '${path.replaceAll("'", String.raw`'\''`)}' sends them`)}\n`);
    }
    return 0;
  } catch (error) {
    throw hub.failure(error, what) ?? error;
  }

  async function look(archive: string) {
    try {
      const images = await imagesIn(archive, ({ path, error }) => {
        const failure = inputFailure(error, path);
        if (failure) printFailure(failure, terminal, false);
      });
      return { facts: await factsAt(archive), images };
    } catch (error) {
      throw inputFailure(error, archive) ?? error;
    }
  }
}

/** Flags first, then the archive, then the CI run. */
function registration(
  args: Arguments,
  facts: ArchiveFacts,
  ci: CiRun | undefined,
  images: readonly BuildImage[],
): RegisterBuild {
  const needed = (flag: string, value: string | undefined, key: string): string => {
    const told = args.text(flag) ?? value;
    if (told === undefined)
      throw usageFailure(`the archive does not say ${key}: name an .xcarchive or an .app, or add --${flag}`);
    return told;
  };
  const provider = args.text("ci") ?? ci?.provider;
  // Another system's run is none of this one.
  const own = provider === ci?.provider ? ci : undefined;
  const runId = args.text("run-id") ?? own?.runId;
  const runUrl = args.text("run-url") ?? webAddress(own?.runUrl);
  const optional = {
    name: args.text("name") ?? facts.name,
    platform: args.text("platform") ?? facts.platform,
    commit: args.text("commit") ?? ci?.commit,
    branch: args.text("branch") ?? ci?.branch,
    tag: args.text("tag") ?? ci?.tag,
    channel: args.text("channel"),
    uploadedAt: uploadedAt(args.text("uploaded-at")),
  };
  return {
    bundleId: needed("app", facts.bundleId, "its bundle id"),
    version: needed("version", facts.version, "its version"),
    build: needed("build", facts.build, "its build number"),
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<RegisterBuild>),
    ...(provider !== undefined && {
      ci: { provider, ...(runId !== undefined && { runId }), ...(runUrl !== undefined && { runUrl }) },
    }),
    ...(images.length > 0 && { images: [...images] }),
  };
}

/** What a CI system sets is not ours to be strict about. */
const webAddress = (text: string | undefined): string | undefined =>
  text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;

function uploadedAt(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw usageFailure(`--uploaded-at wants a time such as 2026-11-24T18:30:00Z, not '${text}'`);
  return time.toISOString();
}

function described({ commit, branch, tag, ci }: RegisterBuild, images: number): string {
  return [
    `${images} image${images === 1 ? "" : "s"}`,
    tag === undefined ? branch : tag,
    commit?.slice(0, 12),
    ci?.provider,
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}
