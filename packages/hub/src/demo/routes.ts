/** One click for a hub that has seen enough of the demo. */
import { AppError } from "../app-error.ts";
import type { Handlers } from "../http/handlers.ts";
import type { Demo } from "./demo.ts";

export function demoRoutes(demo: Demo, isRebuilding: () => boolean): Pick<Handlers, "removeDemo"> {
  return {
    async removeDemo() {
      // It would put back what is taken away.
      if (isRebuilding()) throw new AppError("bad-request", "the events are being rebuilt: remove the demo after that");
      if (!(await demo.remove())) throw new AppError("app-not-found", "there is no demo data");
      return { body: {} };
    },
  };
}
