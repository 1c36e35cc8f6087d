/** `npm run build`: builds from scratch what `npm start` builds when sources changed. */
import { ensureBuilt, ensureInstalled, forget } from "./toolchain.mjs";

ensureInstalled();
forget("build");
ensureBuilt();
