/**
 * Which image of the list a sampled frame is in. The lines give the name of the image and the offset in it: these hold where
 * the addresses do not (the end of an image is often unknown, and the process may have been started again in between).
 */
import type { Frame, Image, ImageOffset, Uuid } from "../../report.ts";
import { defined } from "../json-fields.ts";
import { MAX_IMAGES } from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";
import type { SampledLine } from "./tree.ts";

/** All images of a report; processes share those of the system. */
export class ImageList {
  readonly images: Image[] = [];
  readonly #known = new Map<string, number>();
  readonly #problems: ProblemList;

  constructor(problems: ProblemList) {
    this.#problems = problems;
  }

  /** Its position; that of the same one if it is listed already. */
  add(image: Image): number | undefined {
    const key = `${image.base} ${image.uuid ?? ""} ${image.name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.images.length >= MAX_IMAGES) {
      this.#problems.addOnce("limit-reached", `keeps ${MAX_IMAGES} images`);
      return undefined;
    }
    this.#known.set(key, this.images.length);
    return this.images.push(image) - 1;
  }
}

export interface MainImage {
  readonly name?: string;
  readonly path?: string;
  readonly uuid?: Uuid;
}

/** The frames of one process. */
export class ImagePlaces {
  readonly #list: ImageList;
  readonly #byName = new Map<string, number[]>();
  readonly #byUuid = new Map<Uuid, number>();
  readonly #byBase = new Map<bigint, number>();
  readonly #main: MainImage;
  #sorted: readonly number[] | undefined;

  /** `main`: what the report says of the binary itself; its image list may have been cut off. */
  constructor(list: ImageList, main: MainImage) {
    this.#list = list;
    this.#main = main;
  }

  add(image: Image): void {
    const index = this.#list.add(image);
    if (index === undefined) return;
    const same = this.#byName.get(image.name) ?? [];
    same.push(index);
    this.#byName.set(image.name, same);
    if (image.uuid !== undefined) this.#byUuid.set(image.uuid, index);
    if (!this.#byBase.has(image.base)) this.#byBase.set(image.base, index);
    this.#sorted = undefined;
  }

  frame(line: SampledLine): Frame {
    const { address, symbol } = line;
    const index = this.#find(line);
    const image = index === undefined ? undefined : this.#list.images[index];
    const offset = line.imageOffset ?? (image?.base === 0n ? undefined : distance(address, image));
    return {
      ...(index !== undefined && { image: index }),
      ...(offset !== undefined && { imageOffset: offset as ImageOffset }),
      address,
      ...(symbol && { symbol }),
    };
  }

  #find(line: SampledLine): number | undefined {
    const { address, imageName, imageUuid, imageOffset } = line;
    const base = imageOffset === undefined ? undefined : address - BigInt(imageOffset);
    const named = imageUuid === undefined ? undefined : this.#byUuid.get(imageUuid);
    if (named !== undefined) return named;
    const same = imageName === undefined ? [] : (this.#byName.get(imageName) ?? []);
    const exact = same.find((index) => this.#list.images[index]?.base === base) ?? same[0];
    if (exact !== undefined) return exact;
    const known = (base === undefined ? undefined : this.#byBase.get(base)) ?? this.#containing(address);
    if (known !== undefined || (base ?? 0n) < 0n) return known;
    // Old reports give no offsets: then the name is all that is known of the image.
    return this.#addUnlisted(imageName, imageUuid, base ?? 0n);
  }

  /** The list is cut off, or leaves it out: the frame itself tells where the image begins. */
  #addUnlisted(listed: string | undefined, id: Uuid | undefined, base: bigint): number | undefined {
    const main = this.#main;
    const isMain = listed === undefined ? id !== undefined && id === main.uuid : listed === main.name;
    const name = listed ?? (isMain ? main.name : undefined) ?? (id === undefined ? "???" : `image ${id.slice(0, 8)}`);
    if (id === undefined && listed === undefined) return undefined;
    this.add({
      name,
      base,
      size: 0,
      ...defined({ uuid: id ?? (isMain ? main.uuid : undefined), path: isMain ? main.path : undefined }),
    });
    return this.#byName.get(name)?.at(-1);
  }

  #containing(address: bigint): number | undefined {
    const { images } = this.#list;
    this.#sorted ??= [...this.#byBase.values()].sort((a, b) => compare(images[a]?.base, images[b]?.base));
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((images[this.#sorted[middle] ?? -1]?.base ?? 0n) <= address) low = middle + 1;
      else high = middle;
    }
    const index = this.#sorted[low - 1];
    const image = index === undefined ? undefined : images[index];
    return image !== undefined && address < image.base + BigInt(image.size) ? index : undefined;
  }
}

const compare = (a: bigint = 0n, b: bigint = 0n): number => (a < b ? -1 : a > b ? 1 : 0);

function distance(address: bigint, image: Image | undefined): number | undefined {
  const offset = image === undefined ? -1n : address - image.base;
  return offset >= 0n && offset <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(offset) : undefined;
}
