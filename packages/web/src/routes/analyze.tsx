/** The page of dropped files, among the other pages of the hub. What is there stays while one looks at other pages. */
import { loadKeep, startHubWorker } from "../analyze/hub-parts.ts";
import type { GivenFile } from "../analyze/messages.ts";
import { createAnalysisStore } from "../analyze/store.ts";
import { AnalyzeView } from "../analyze/view.tsx";

const store = createAnalysisStore(startHubWorker);

export const give = (files: readonly GivenFile[]): void => store.add(files);

export function AnalyzePage() {
  return <AnalyzeView store={store} loadKeep={loadKeep} />;
}
