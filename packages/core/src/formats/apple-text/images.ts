/** `Binary Images:` in the order of `usedImages`; Apple's servers sort them by address. */
import { arrayOf, bigOf, type JsonObject, objectOf, textOf } from "../json-fields.ts";
import type { TextForm } from "./backtraces.ts";
import type { IpsDocument } from "./document.ts";
import type { TextWriter } from "./text-writer.ts";

export function writeImages({ body, style }: IpsDocument, form: TextForm, out: TextWriter): void {
  out.line("Binary Images:");
  const images = (arrayOf(body["usedImages"]) ?? []).map((entry): JsonObject => objectOf(entry) ?? {});
  for (const image of style === undefined ? images : byAddress(images)) out.line(imageLine(image, form));
  out.blank();
}

function byAddress(images: readonly JsonObject[]): readonly JsonObject[] {
  const base = (image: JsonObject): bigint => bigOf(image["base"]) ?? 0n;
  return images.toSorted((a, b) => (base(a) < base(b) ? -1 : base(a) > base(b) ? 1 : 0));
}

function imageLine(image: JsonObject, form: TextForm): string {
  const base = bigOf(image["base"]) ?? 0n;
  const last = BigInt.asUintN(64, base + (bigOf(image["size"]) ?? 0n) - 1n);
  const range = `${hex(base)} - ${hex(last)}`;
  const uuid = textOf(image["uuid"]) ?? "00000000-0000-0000-0000-000000000000";
  const name = textOf(image["name"]);
  const path = textOf(image["path"]) ?? "???";
  if (form === "embedded") {
    return `${range} ${name ?? "???"} ${textOf(image["arch"]) ?? "???"}  <${uuid.replaceAll("-", "")}> ${path}`;
  }
  const bundle = textOf(image["CFBundleIdentifier"]) ?? name ?? "???";
  return `${range} ${bundle} (${textOf(image["CFBundleShortVersionString"]) ?? "*"}) <${uuid}> ${path}`;
}

const hex = (value: bigint): string => `0x${value.toString(16)}`.padStart(18);
