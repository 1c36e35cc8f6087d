/** Lines of `Binary Images:`; four Apple layouts and those of the SDK writers differ only in what stands between name and UUID. */
import { parseUuid } from "../../bytes/uuid.ts";
import type { Image } from "../../report.ts";
import { defined } from "../json-fields.ts";

const RANGE = /^\s{0,64}(0x[0-9a-fA-F]{1,20}) - {1,20}(0x[0-9a-fA-F]{1,20}|\?\?\?) /;
const UUID = /<([0-9A-Fa-f]{32}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|\(null\))>/;
const VERSION = / \(([^()<>]{0,200})\)$/;
const ARCH = / ((?:arm|x86_|i386|ppc|unknown|\?\?\?)\w{0,20})$/;
/** A jailbreak's reporter tells the package of an image behind its path. */
const PACKAGE = / \{".{0,4096}\}\s{0,8}$/;
const LAST_ADDRESS = 0xffff_ffff_ffff_ffffn;

export const isImageLine = (line: string): boolean => RANGE.test(line);

/** `"none"` is Apple's null image, which stands for code in no image. */
export function parseImageLine(line: string): Image | "none" | undefined {
  const range = RANGE.exec(line);
  const [, start, last] = range ?? [];
  if (range === null || start === undefined || last === undefined) return undefined;
  const base = BigInt.asUintN(64, BigInt(start));
  const end = last === "???" ? undefined : BigInt.asUintN(64, BigInt(last));
  if (base === 0n && (end === undefined || end === LAST_ADDRESS)) return "none";
  const tail = line.slice(range[0].length);
  const uuid = UUID.exec(tail);
  const pathAt = tail.indexOf(" /");
  const cut = uuid?.index ?? (pathAt < 0 ? tail.length : pathAt);
  const path = tail
    .slice(uuid === null ? cut : cut + uuid[0].length)
    .replace(PACKAGE, "")
    .trim();
  let head = tail.slice(0, cut).trimEnd();
  const version = VERSION.exec(head);
  if (version !== null) head = head.slice(0, version.index);
  const arch = ARCH.exec(head);
  if (arch !== null) head = head.slice(0, arch.index);
  // "+" marks what is not Apple's.
  const listed = head.trim().replace(/^\+ ?/, "");
  const file = path.startsWith("/") ? path.slice(path.lastIndexOf("/") + 1) : "";
  // macOS lists the bundle id where it knows one and the file name else; frames of translated reports have the file name.
  const isBundle = version !== null && listed.includes(".") && file !== "" && listed !== file;
  const name = isBundle ? file : listed;
  if (name === "") return undefined;
  return {
    name,
    base,
    size: sizeOf(base, end),
    ...defined({
      path: path === "" || path === "???" ? undefined : path,
      uuid: uuid === null ? undefined : parseUuid(uuid[1] ?? ""),
      arch: arch?.[1] === "???" || arch?.[1] === "unknown" ? undefined : arch?.[1],
      bundleId: isBundle ? listed : undefined,
      version: version?.[1] === "*" || version?.[1] === "" ? undefined : version?.[1]?.replace(/ - .*$/s, ""),
    }),
  };
}

/** The end is the last byte of the image, not the first behind it. */
function sizeOf(base: bigint, end: bigint | undefined): number {
  const size = end === undefined || end < base ? 0n : end - base + 1n;
  return size <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(size) : 0;
}
