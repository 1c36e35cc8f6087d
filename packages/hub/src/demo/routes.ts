/** One click for a hub that has seen enough of the demo. */
import { AppError } from "../app-error.ts";
import type { Handlers } from "../http/handlers.ts";
import type { Demo } from "./demo.ts";

export function demoRoutes(demo: Demo): Pick<Handlers, "removeDemo"> {
  return {
    async removeDemo() {
      if (!(await demo.remove())) throw new AppError("app-not-found", "there is no demo data");
      return { body: {} };
    },
  };
}
