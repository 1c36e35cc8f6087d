/** The XML form, by its tags alone: no entities beyond the five of XML, no document type, nothing fetched. */
import { FormatError } from "../errors.ts";
import type { PlistReading } from "./plist.ts";
import { PlistBuilder } from "./builder.ts";
import type { JsonValue } from "../../report.ts";

/** A tag, or the text up to the next one. Each alternative is bounded or consumes what it looks at. */
const TOKEN = /<(\/?)([A-Za-z]{1,20})(?=[\s/>])[^<>]{0,500}?(\/?)>|([^<]+)/g;

const SCALARS: ReadonlySet<string> = new Set(["key", "string", "integer", "real", "date", "data"]);

export function readXmlPlist(text: string): PlistReading {
  const builder = new PlistBuilder();
  /** The scalar whose text is being read. */
  let open: string | undefined;
  let content = "";
  let end = 0;
  const source = plainText(text);
  for (const match of source.matchAll(TOKEN)) {
    const [whole, slash, element, closed, characters] = match;
    end = match.index + whole.length;
    if (element === undefined) {
      if (open !== undefined) content += unescaped(characters ?? "");
      continue;
    }
    const name = element.toLowerCase();
    if (slash === "/") {
      if (name === open) {
        place(builder, name, content);
        open = undefined;
      } else if (name === "dict" || name === "array") builder.end();
    } else if (name === "dict" || name === "array") {
      builder.begin(name === "dict" ? "dictionary" : "list");
      if (closed === "/") builder.end();
    } else if (name === "true" || name === "false") builder.add(name === "true");
    else if (SCALARS.has(name)) {
      if (closed === "/") place(builder, name, "");
      else [open, content] = [name, ""];
    }
    if (builder.isDone) break;
  }
  const value = builder.result;
  if (value === undefined) throw new FormatError("damaged", "XML without a property list in it");
  return builder.isDone
    ? { value, end }
    : {
        value,
        end,
        problem: { code: "truncated", message: "the property list ends in the middle", where: `offset:${end}` },
      };
}

function place(builder: PlistBuilder, element: string, content: string): void {
  if (element === "key") builder.key(content);
  else builder.add(valueOf(element, content));
}

function valueOf(element: string, content: string): JsonValue {
  switch (element) {
    case "integer":
      return integerOf(content.trim());
    case "real": {
      const value = Number(content.trim());
      return Number.isFinite(value) && content.trim() !== "" ? value : content.trim();
    }
    case "data":
      return content.replace(/\s+/g, "");
    case "date":
      return content.trim();
    default:
      return content;
  }
}

/** Decimal or, as some tools write, hex. */
function integerOf(text: string): JsonValue {
  if (!/^[+-]?(?:\d{1,20}|0x[0-9a-f]{1,16})$/i.test(text)) return text;
  const negative = text.startsWith("-");
  const value = BigInt(text.replace(/^[+-]/, ""));
  const signed = negative ? -value : value;
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

/** Without comments, and with what stands between `<![CDATA[` and `]]>` as ordinary text. */
function plainText(text: string): string {
  if (!text.includes("<!--") && !text.includes(CDATA)) return text;
  let plain = "";
  for (let at = 0; ;) {
    const start = text.indexOf("<!", at);
    if (start < 0) return plain + text.slice(at);
    plain += text.slice(at, start);
    const isText = text.startsWith(CDATA, start);
    if (!isText && !text.startsWith("<!--", start)) {
      plain += "<!";
      at = start + 2;
      continue;
    }
    const end = text.indexOf(isText ? "]]>" : "-->", start + 4);
    if (end < 0) return plain;
    if (isText)
      plain += text
        .slice(start + CDATA.length, end)
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;");
    at = end + 3;
  }
}

const CDATA = "<![CDATA[";
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (typeof name === "string") return ENTITIES[name.toLowerCase()] ?? whole;
    const code = typeof hex === "string" ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
