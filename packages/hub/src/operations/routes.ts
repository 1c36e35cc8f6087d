/** What an operator asks of the hub. */
import type { Handlers } from "../http/handlers.ts";
import { type DoctorDeps, examine } from "./doctor.ts";
import type { Rebuilder } from "./rebuild.ts";
import type { SetAsideStore } from "./set-aside.ts";

export interface OperationsDeps {
  readonly setAside: SetAsideStore;
  readonly doctor: DoctorDeps;
  readonly rebuilder: Rebuilder;
  /** Told when uploads wait again. */
  readonly wake: () => void;
}

export function operationsRoutes({
  setAside,
  doctor,
  rebuilder,
  wake,
}: OperationsDeps): Pick<Handlers, "setAside" | "retrySetAside" | "doctor" | "rebuild" | "startRebuild"> {
  return {
    async setAside({ query: { limit, offset } }) {
      return { body: { total: await setAside.count(), rows: await setAside.list(limit, offset) } };
    },
    async retrySetAside({ body: { ids } }) {
      const retried = await setAside.retry(ids ?? "all");
      if (retried > 0) wake();
      return { body: { retried } };
    },
    async doctor({ query }) {
      return { body: await examine(doctor, query.blobs) };
    },
    async rebuild() {
      return { body: rebuilder.status() };
    },
    async startRebuild() {
      return { status: 202, body: rebuilder.start() };
    },
  };
}
