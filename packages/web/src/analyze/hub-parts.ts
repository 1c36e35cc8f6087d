/** What the page is given where a hub serves it: a worker that is a file of its own, as the hub's policy wants it, and a way to keep. */
import type { LoadKeep } from "./keep-button.tsx";

export const startHubWorker = (): Worker => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });

export const loadKeep: LoadKeep = async () => (await import("./keep.ts")).keep;
