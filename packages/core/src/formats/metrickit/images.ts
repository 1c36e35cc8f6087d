/**
 * MetricKit has no list of images: it is built from the frames, one for each UUID and name. `offsetIntoBinaryTextSegment` is what its name
 * says on iOS 16 and later; iOS 14 writes the load address of the image there. Which it is, each frame decides for itself.
 */
import { parseUuid } from "../../bytes/uuid.ts";
import type { Frame, Image, ImageOffset, Uuid } from "../../report.ts";
import { bigOf, defined, type JsonObject, textOf } from "../json-fields.ts";
import { MAX_IMAGES } from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";

/** No image spans 4 GiB: what is larger is no offset. Apps of 64 bits are loaded above. */
const FIRST_LOAD_ADDRESS = 0x1_0000_0000n;
/** Images of the shared cache are aligned to 4 KiB, not to the 16 KiB of a page. */
const PAGE_BYTES = 4096n;

export interface FramePlace {
  readonly address: bigint;
  readonly image?: number;
  readonly imageOffset?: ImageOffset;
}

/** Where the frames of one report lie, and the images they make. */
export class FrameImages {
  readonly #arch: string | undefined;
  readonly #names: ReadonlyMap<string, string>;
  readonly #problems: ProblemList;
  readonly #byKey = new Map<string, number>();
  /** By UUID and name as they are written. */
  readonly #asWritten = new Map<string, number>();
  readonly #images: { image: Image; aligned: boolean }[] = [];
  #full = false;

  /** `names`: of binaries that are told apart from the frames (MetricKit 27), by UUID. */
  constructor(arch: string | undefined, problems: ProblemList, names: ReadonlyMap<string, string> = new Map()) {
    this.#arch = arch;
    this.#problems = problems;
    this.#names = names;
  }

  get images(): readonly Image[] {
    return this.#images.map(({ image }) => image);
  }

  /** `undefined` for a frame that says neither where it is nor in what. */
  place(source: JsonObject): FramePlace | undefined {
    const address = bigOf(source["address"]);
    const field = bigOf(source["offsetIntoBinaryTextSegment"]);
    if (address === undefined && field === undefined) return undefined;
    const { base, offset } = locate(address, field);
    const image = this.#imageOf(source, base);
    return {
      address: address ?? (base ?? 0n) + (offset ?? 0n),
      ...(image !== undefined && { image }),
      ...(image !== undefined && offset !== undefined && { imageOffset: Number(offset) as ImageOffset }),
    };
  }

  #imageOf(source: JsonObject, base: bigint | undefined): number | undefined {
    const uuidText = textOf(source["binaryUUID"]) ?? "";
    const given = textOf(source["binaryName"]);
    const written = `${uuidText} ${given ?? ""}`;
    // A payload has a thousand frames of some twenty images, all written alike.
    const seen = this.#asWritten.get(written);
    const index = seen ?? this.#indexOf(parseUuid(uuidText), given, base);
    if (index === undefined) return undefined;
    if (seen === undefined) this.#asWritten.set(written, index);
    const aligned = isAligned(base);
    const entry = this.#images[index];
    // The first frame may have been hand-made or without an address.
    if (entry !== undefined && aligned && !entry.aligned) {
      this.#images[index] = { image: { ...entry.image, base: base ?? 0n }, aligned };
    }
    return index;
  }

  #indexOf(uuid: Uuid | undefined, given: string | undefined, base: bigint | undefined): number | undefined {
    const name = given ?? (uuid && this.#names.get(uuid));
    if (uuid === undefined && name === undefined) return undefined;
    const key = `${uuid ?? ""} ${name ?? ""}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.#images.length >= MAX_IMAGES) {
      if (!this.#full)
        this.#problems.add("limit-reached", `keeps the first ${MAX_IMAGES} images`, "body#/callStackTree");
      this.#full = true;
      return undefined;
    }
    this.#byKey.set(key, this.#images.length);
    const image: Image = { name: name ?? "???", base: base ?? 0n, size: 0, ...defined({ uuid, arch: this.#arch }) };
    return this.#images.push({ image, aligned: isAligned(base) }) - 1;
  }
}

const isAligned = (base: bigint | undefined): boolean => base !== undefined && base > 0n && base % PAGE_BYTES === 0n;

interface Located {
  readonly base?: bigint;
  readonly offset?: bigint;
}

/** Both meanings of the field; an offset that does not lead to a page is still the only one there is. */
function locate(address: bigint | undefined, field: bigint | undefined): Located {
  if (field === undefined) return {};
  if (field >= FIRST_LOAD_ADDRESS) {
    return address !== undefined && field <= address && address - field < FIRST_LOAD_ADDRESS
      ? { base: field, offset: address - field }
      : {};
  }
  return address === undefined || address < field ? { offset: field } : { base: address - field, offset: field };
}

/** A frame at `place` with the name that App Store Connect writes beside it. */
export function frameAt(place: FramePlace, source: JsonObject): Frame {
  const name = textOf(source["symbolName"]);
  if (name === undefined) return place;
  const functionOffset = bigOf(source["offsetIntoSymbol"]);
  const line = bigOf(source["lineNumber"]);
  return {
    ...place,
    symbol: {
      function: name,
      ...defined({
        functionOffset: safeNumber(functionOffset),
        file: textOf(source["fileName"]),
        line: line === 0n ? undefined : safeNumber(line),
      }),
      source: "report",
    },
  };
}

const safeNumber = (value: bigint | undefined): number | undefined =>
  value !== undefined && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
