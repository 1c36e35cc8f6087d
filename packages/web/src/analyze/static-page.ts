/**
 * The page as a folder of files, opened from a disk or any web server. Browsers load neither modules nor workers from a disk, so
 * this is one classic script that carries its worker's code; and nothing in it can send.
 */
// oxlint-disable-next-line import/default -- made by Vite
import InlineWorker from "./worker.ts?worker&inline";
import * as demangler from "@windfall/core/demangle";
import { NamesView } from "./names-view.tsx";
import { start } from "./start.tsx";

start({
  startWorker: () => new InlineWorker(),
  loadDemangler: async () => demangler,
  Names: NamesView,
});
