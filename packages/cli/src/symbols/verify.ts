/** What is said of the symbols of each image of a report: the words are core's, the command may name the report. */
import { type ImageSymbols, type Report, symbolVerdict, type SymbolVerdict } from "@windfall/core";

export interface ImageVerdict {
  readonly image: ImageSymbols;
  readonly verdict: SymbolVerdict;
}

export function verdictOf(image: ImageSymbols, { app, images }: Pick<Report, "app" | "images">): ImageVerdict {
  const imagePath = images.find(({ name, uuid }) =>
    image.uuid === undefined ? name === image.name : uuid === image.uuid,
  )?.path;
  const { version, build } = app;
  return { image, verdict: symbolVerdict({ ...image, imagePath, build: { version, build } }) };
}
