/** What late symbols did: the reading again that goes on, and those before. */
import { useQuery } from "@tanstack/react-query";
import type { SymbolRun, SymbolsProgress } from "@windfall/api";
import { useHub } from "../../hub/hub.ts";
import { symbolsProgressQuery } from "../../hub/queries.ts";
import { Icon } from "../../ui/icon.tsx";
import { exactCount, plural } from "../../ui/numbers.ts";
import { Ago } from "../../ui/time.tsx";
import { visible } from "../../ui/visible-text.ts";

const RUNNING_REFETCH_MS = 1_000;
const IMAGES_NAMED = 3;

export function useSymbolsProgress(): SymbolsProgress | undefined {
  const { client } = useHub();
  return useQuery({
    ...symbolsProgressQuery(client),
    refetchInterval: ({ state }) => (state.data && isRunning(state.data) ? RUNNING_REFETCH_MS : false),
  }).data;
}

export const isRunning = ({ waiting, runs }: SymbolsProgress): boolean => waiting > 0 || runs[0]?.endedAt === null;

/** The frame is always there, so that what comes into it is read aloud. */
export function Running({ progress }: { readonly progress: SymbolsProgress }) {
  const [run] = progress.runs;
  const current = run?.endedAt === null ? run : undefined;
  const done = current?.rawKeys ?? 0;
  return (
    <div role="status">
      {isRunning(progress) && (
        <div className="callout">
          <Icon name="again" />
          <span>
            <b>{`Reading reports again: ${exactCount(done)} of ${plural(done + progress.waiting, "kind")} of crash done.`}</b>{" "}
            {current ? `So far ${outcome(current)}.` : "Their symbols have come."}
          </span>
        </div>
      )}
    </div>
  );
}

export function Runs({ runs }: { readonly runs: readonly SymbolRun[] }) {
  const ended = runs.filter(({ endedAt }) => endedAt !== null);
  if (ended.length === 0) return null;
  return (
    <section className="section section--line" aria-labelledby="runs">
      <div className="section__head">
        <h2 id="runs">Reports read again</h2>
        <span className="note">when symbols came after them</span>
      </div>
      <ul className="list list--wrap">
        {ended.map((run) => (
          <li key={run.startedAt}>
            <Icon name={run.failed > 0 ? "warn" : "check"} tone={run.failed > 0 ? "warn" : "good"} />
            <span className="grow wrap-any">{imagesOf(run)}</span>
            <span className="v">
              <Ago time={run.endedAt ?? run.startedAt} />
              {`, ${outcome(run)}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** `re-processed 214 events, 12 signatures renamed` */
export function outcome({ reports, renamed, merged, added, failed }: SymbolRun): string {
  return [
    `re-processed ${plural(reports, "event")}`,
    renamed > 0 && `${plural(renamed, "signature")} renamed`,
    merged > 0 && `${plural(merged, "signature")} merged into others`,
    added > 0 && plural(added, "new signature"),
    failed > 0 && `${plural(failed, "kind")} of crash could not be read again`,
  ]
    .filter(Boolean)
    .join(", ");
}

function imagesOf({ images }: SymbolRun): string {
  const named = images.slice(0, IMAGES_NAMED).map((name) => visible(name));
  const more = images.length - named.length;
  return `Symbols of ${named.join(", ")}${more > 0 ? ` and ${plural(more, "other")}` : ""}`;
}
