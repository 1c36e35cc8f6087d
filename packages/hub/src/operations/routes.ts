/** What an operator asks of the hub. */
import { AppError } from "../app-error.ts";
import { attachment } from "../http/attachment.ts";
import type { Handlers } from "../http/handlers.ts";
import type { BlobStore } from "../stores/blobs/blob-store.ts";
import { BlobDamaged } from "../stores/blobs/read-blob.ts";
import { type DoctorDeps, examine } from "./doctor.ts";
import type { Rebuilder } from "./rebuild.ts";
import type { SetAsideStore } from "./set-aside.ts";

export interface OperationsDeps {
  readonly setAside: SetAsideStore;
  readonly blobs: BlobStore;
  readonly doctor: DoctorDeps;
  readonly rebuilder: Rebuilder;
  /** Told when uploads wait again. */
  readonly wake: () => void;
}

export function operationsRoutes({
  setAside,
  blobs,
  doctor,
  rebuilder,
  wake,
}: OperationsDeps): Pick<
  Handlers,
  "setAside" | "downloadSetAside" | "retrySetAside" | "doctor" | "rebuild" | "startRebuild"
> {
  return {
    async setAside({ query: { limit, offset } }) {
      return { body: { total: await setAside.count(), rows: await setAside.list(limit, offset) } };
    },
    async downloadSetAside({ params }) {
      const found = await setAside.find(params.uploadId);
      if (!found) throw new AppError("report-not-found", "nothing is set aside under this id");
      try {
        const bytes = await blobs.read(found.blob);
        return attachment(bytes, `${params.uploadId}.${found.kind === "usage" ? "json" : "txt"}`);
      } catch (error) {
        if (error instanceof BlobDamaged) throw new AppError("blob-damaged", error.message, error);
        throw error;
      }
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
