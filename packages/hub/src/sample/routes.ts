/** One click for an empty hub. */
import type { Handlers } from "../http/handlers.ts";
import { loadSample, type SampleDeps } from "./load-sample.ts";

export function sampleRoutes(deps: SampleDeps): Pick<Handlers, "loadSample"> {
  return {
    async loadSample() {
      return { body: await loadSample(deps) };
    },
  };
}
