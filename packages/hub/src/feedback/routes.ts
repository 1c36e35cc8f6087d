/** What testers wrote, as a list; and its pictures. */
import { AppError } from "../app-error.ts";
import { attachment } from "../http/attachment.ts";
import type { Handlers } from "../http/handlers.ts";
import type { BlobStore } from "../stores/blobs/blob-store.ts";
import { BlobDamaged } from "../stores/blobs/read-blob.ts";
import type { FeedbackStore } from "./store.ts";

/** In the place of an app id: feedback that named no app. Ids of apps are longer. */
const NO_APP = "unknown";

export interface FeedbackDeps {
  readonly store: FeedbackStore;
  readonly blobs: BlobStore;
}

export function feedbackRoutes({ store, blobs }: FeedbackDeps): Pick<Handlers, "feedback" | "feedbackPicture"> {
  async function appOf(appId: string): Promise<string | undefined> {
    if (appId === NO_APP) return undefined;
    if (!(await store.appIsKnown(appId))) throw new AppError("app-not-found", "no app with this id");
    return appId;
  }
  return {
    async feedback({ params, query }) {
      return { body: await store.list(await appOf(params.appId), query.limit, query.offset) };
    },
    async feedbackPicture({ params }) {
      const appId = await appOf(params.appId);
      const number = /^\d{1,4}$/.test(params.number) ? Number(params.number) : undefined;
      const picture = number === undefined ? undefined : await store.picture(appId, params.feedbackId, number);
      if (!picture) throw new AppError("not-found", "no such picture");
      try {
        return attachment(
          await blobs.read(picture.blob),
          `${params.feedbackId}-${params.number}.${EXTENSIONS[picture.type]}`,
        );
      } catch (error) {
        if (error instanceof BlobDamaged) throw new AppError("blob-damaged", error.message, error);
        throw error;
      }
    },
  };
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/heic": "heic",
};
