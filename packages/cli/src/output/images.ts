/** The images of a report by what is known of their symbols; those of the system are only counted. */
import { type ImageSymbols, symbolVerdict } from "@windfall/core";
import { printable } from "./printable.ts";

export interface ImagesView {
  readonly images: readonly ImageLine[];
  /** "2 found, 1 missing; 41 of the system" */
  readonly summary: string;
}

export interface ImageLine {
  readonly status: string;
  readonly good: boolean;
  /** Name, UUID, architecture. */
  readonly text: string;
  /** Where the symbols are, or what is there instead. */
  readonly detail: string;
}

/** A report of a debug build lists hundreds of images of its own; more than this are counted. */
const MAX_IMAGES = 40;

export function imagesView(symbols: readonly ImageSymbols[]): ImagesView {
  const own = symbols.filter(({ status }) => status !== "system");
  const counts = new Map<string, number>();
  for (const image of symbols) {
    const words = image.status === "system" ? "of the system" : symbolVerdict(image).words;
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  const parts = [...counts].map(([words, count]) => `${count} ${words}`);
  return {
    images: own.slice(0, MAX_IMAGES).map(imageLine),
    summary: [...parts, ...(own.length > MAX_IMAGES ? [`${own.length - MAX_IMAGES} not shown`] : [])].join(", "),
  };
}

function imageLine(image: ImageSymbols): ImageLine {
  const { name, uuid, arch, path, held } = image;
  const { words, state } = symbolVerdict(image);
  return {
    status: words,
    good: state === "good",
    text: printable([name, uuid ?? "no UUID", arch].filter(Boolean).join("  ")),
    detail: printable([held === undefined ? "" : `here is ${held}`, path ?? ""].filter(Boolean).join("  ")),
  };
}
