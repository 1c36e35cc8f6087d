/** The page as a hub serves it to everybody, signed in or not. */
import { loadKeep, startHubWorker } from "./hub-parts.ts";
import { start } from "./start.tsx";

start({ startWorker: startHubWorker, loadKeep });
