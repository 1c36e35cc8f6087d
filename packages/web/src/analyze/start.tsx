/** Draws the page into its document; what differs between a hub and a folder of files is handed in. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { applyTheme, readTheme } from "../features/shell/theme.ts";
import { Frame } from "./frame.tsx";
import type { LoadKeep } from "./keep-button.tsx";
import { type AnalysisWorker, createAnalysisStore } from "./store.ts";
import { AnalyzeView } from "./view.tsx";
import "../styles.ts";

export interface StartOptions {
  readonly startWorker: () => AnalysisWorker;
  readonly loadKeep?: LoadKeep;
}

export function start({ startWorker, loadKeep }: StartOptions): void {
  applyTheme(readTheme(localStorage), document.documentElement);
  const root = document.querySelector("#root");
  if (!root) throw new Error("the page has no #root");
  const store = createAnalysisStore(startWorker);
  createRoot(root).render(
    <StrictMode>
      <Frame hub={loadKeep !== undefined}>
        <AnalyzeView store={store} loadKeep={loadKeep} />
      </Frame>
    </StrictMode>,
  );
}
