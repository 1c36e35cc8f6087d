/**
 * Which of the images is the app's own binary: MetricKit does not say, and the diagnosis needs it to tell the app's frames from those of the
 * frameworks. What a main thread begins in decides, then the bundle id, then where images are loaded.
 */
import type { Frame, Image, Thread } from "../../report.ts";

/** The shared cache of the OS is mapped at or above. */
const SHARED_CACHE_START = 0x1_8000_0000n;
const LOADER = /^(dyld|libdyld\.dylib)$/;
const SYSTEM_NAME = /^(dyld|dyld_sim|lib(swift|system|objc|dispatch|dyld|c\+\+)[^/]*\.dylib)$/;

export function appImage(
  threads: readonly Thread[],
  images: readonly Image[],
  bundleId: string | undefined,
): string | undefined {
  const own = images.filter(({ name, base }) => name !== "???" && !SYSTEM_NAME.test(name) && base < SHARED_CACHE_START);
  const started = threads.map(({ frames }) => startedBy(frames, images)).find((image) => image && own.includes(image));
  const last = plain(bundleId?.slice(bundleId.lastIndexOf(".") + 1) ?? "");
  const named = last === "" ? undefined : own.find(({ name }) => plain(name) === last);
  const [lowest] = own.toSorted((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : 0));
  return (started ?? named ?? lowest)?.name.replace(/\.debug\.dylib$/, "");
}

/** The frame that the loader called is `main`. */
function startedBy(frames: readonly Frame[], images: readonly Image[]): Image | undefined {
  const nameOf = (frame: Frame | undefined) => (frame?.image === undefined ? undefined : images[frame.image]);
  let at = frames.length - 1;
  if (!LOADER.test(nameOf(frames[at])?.name ?? "")) return undefined;
  while (LOADER.test(nameOf(frames[at])?.name ?? "")) at--;
  return nameOf(frames[at]);
}

/** A bundle id has no blanks and no accents where the name of the binary may. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");
