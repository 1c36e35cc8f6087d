/** The image the process was started from: the one whose path is the process's, else the one of its name. */
import type { Image, Report } from "../report.ts";

export function mainImageOf({ images, process, app }: Report): Image | undefined {
  const name = process.name ?? app.name;
  return (
    images.find(({ path }) => path !== undefined && path === process.path) ??
    images.find((image) => name !== undefined && image.name === name)
  );
}
