/** `Binary Images:` in the order of `usedImages`. */
import { arrayOf, bigOf, type JsonObject, objectOf, textOf } from "../json-fields.ts";
import type { TextForm } from "./backtraces.ts";
import type { IpsDocument } from "./document.ts";
import type { TextWriter } from "./text-writer.ts";

export function writeImages({ body }: IpsDocument, form: TextForm, out: TextWriter): void {
  out.line("Binary Images:");
  for (const entry of arrayOf(body["usedImages"]) ?? []) out.line(imageLine(objectOf(entry) ?? {}, form));
  out.blank();
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
