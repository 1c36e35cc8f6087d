/** The page as a hub serves it to everybody, signed in or not. */
import { lazy } from "react";
import { loadDemangler } from "../features/stack/load-demangler.ts";
import { loadKeep, startHubWorker } from "./hub-parts.ts";
import { start } from "./start.tsx";

const Names = lazy(async () => ({ default: (await import("./names-view.tsx")).NamesView }));

start({ startWorker: startHubWorker, loadKeep, loadDemangler, Names });
