/**
 * Who a frame belongs to: your code, a framework that ships with it, or the system. Core decides that per image, the same
 * for the command line; here it becomes how loud a frame is, and whether a dSYM is asked for.
 */
import type { report } from "@windfall/api";
import { type ImageRole, imageRole, mainImage } from "@windfall/core";
import type { z } from "zod";

export type Report = z.infer<typeof report.Report>;
export type Frame = z.infer<typeof report.Frame>;
export type Image = z.infer<typeof report.Image>;
export type ImageStatus = z.infer<typeof report.Analysis>["symbols"]["images"][number];

export type Role = ImageRole;

/** What is known about the images of a report, by their index in it. */
export interface ImageFacts {
  readonly role: Role;
  readonly status: ImageStatus["status"] | undefined;
}

export function imageFacts(report: Report, statuses: readonly ImageStatus[]): readonly ImageFacts[] {
  const byUuid = new Map(statuses.flatMap((entry) => (entry.uuid === undefined ? [] : [[entry.uuid, entry] as const])));
  const byName = new Map(statuses.map((entry) => [entry.name, entry] as const));
  const images = report.images.map((image) => ({ ...image, base: BigInt(image.base) }));
  // Of all images only the process' own tells about another; it is looked for once, not for each of ten thousand.
  const main = mainImage({ ...report, images });
  const placed = { ...report, images: main ? [main] : [] };
  return images.map((image) => {
    const entry = (image.uuid === undefined ? undefined : byUuid.get(image.uuid)) ?? byName.get(image.name);
    const role = entry?.status === "system" ? "system" : imageRole(image, placed);
    return { role, status: entry?.status };
  });
}

/** What DWARF calls the file of code that nobody wrote, with or without a folder before it. */
const GENERATED = "<compiler-generated>";
export const isGenerated = (frame: Frame): boolean => frame.file?.endsWith(GENERATED) === true;

/** The role of one frame. Thunks that the compiler made are nobody's code to read. */
export function frameRole(frame: Frame, images: readonly ImageFacts[]): Role {
  if (isGenerated(frame)) return "system";
  const image = frame.imageIndex === undefined ? undefined : images[frame.imageIndex];
  return image?.role ?? "system";
}

/** A frame without a name: only its address is known. */
export const isRaw = (frame: Frame): boolean => frame.function === undefined;

/** Whether a dSYM would name this frame; the system's own symbols are another matter. */
export function lacksDsym(frame: Frame, images: readonly ImageFacts[]): boolean {
  if (!isRaw(frame) || frame.imageIndex === undefined) return false;
  const facts = images[frame.imageIndex];
  return facts !== undefined && facts.role !== "system" && facts.status !== "found";
}

/** The first frame of one's own with a source line, else the first of one's own: where reading begins. */
export function firstToRead(frames: readonly Frame[], images: readonly ImageFacts[]): number | undefined {
  const own = (frame: Frame) => frameRole(frame, images) === "app" && !isRaw(frame);
  const withLine = frames.findIndex((frame) => own(frame) && frame.line !== undefined);
  const index = withLine === -1 ? frames.findIndex(own) : withLine;
  return index === -1 ? undefined : index;
}
