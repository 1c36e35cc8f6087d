/** Draws the page into its document; what differs between a hub and a folder of files is handed in. */
import { type ComponentType, type ReactNode, StrictMode, Suspense, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { applyTheme, readTheme } from "../features/shell/theme.ts";
import { type Demangler, DemanglerContext } from "../features/stack/names.ts";
import { Frame } from "./frame.tsx";
import type { LoadKeep } from "./keep-button.tsx";
import { type AnalysisWorker, createAnalysisStore } from "./store.ts";
import { AnalyzeView } from "./view.tsx";
import "../styles.ts";

export interface StartOptions {
  readonly startWorker: () => AnalysisWorker;
  readonly loadKeep?: LoadKeep;
  readonly loadDemangler: () => Promise<Demangler>;
  /** The page of pasted names. */
  readonly Names: ComponentType;
}

export function start({ startWorker, loadKeep, loadDemangler, Names }: StartOptions): void {
  applyTheme(readTheme(localStorage), document.documentElement);
  const root = document.querySelector("#root");
  if (!root) throw new Error("the page has no #root");
  const store = createAnalysisStore(startWorker);
  createRoot(root).render(
    <StrictMode>
      <DemanglerContext value={loadDemangler}>
        <Page hub={loadKeep !== undefined} names={<Names />}>
          <AnalyzeView store={store} loadKeep={loadKeep} />
        </Page>
      </DemanglerContext>
    </StrictMode>,
  );
}

interface PageProps {
  readonly hub: boolean;
  readonly names: ReactNode;
  readonly children: ReactNode;
}

/** `#names` is the second tool of the page: a folder of files has no addresses of its own. */
function Page({ hub, names, children }: PageProps) {
  const isNames = useSyncExternalStore(onHash, isNamesHash);
  return (
    <Frame hub={hub} shown={isNames ? "names" : "file"}>
      {isNames ? <Suspense fallback={<p className="sub">Loading the page…</p>}>{names}</Suspense> : children}
    </Frame>
  );
}

/** Other fragments are places in the page that is shown. */
let wasNames = false;
function isNamesHash(): boolean {
  if (location.hash === "#names") wasNames = true;
  else if (location.hash !== "#main") wasNames = false;
  return wasNames;
}

function onHash(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}
