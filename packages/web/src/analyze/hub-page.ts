/** The page as a hub serves it: the worker is a file of its own, as the hub's policy wants it, and there is somewhere to keep. */
import { start } from "./start.tsx";

start({
  startWorker: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
  loadKeep: async () => (await import("./keep.ts")).keep,
});
