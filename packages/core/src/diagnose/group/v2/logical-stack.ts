/** A stack as people read it: names that last from build to build, each with its role. */
import { tryDemangle } from "../../../demangle/demangle.ts";
import type { Frame, Report } from "../../../report.ts";
import { imageRole, type ImageRole } from "../../../symbolicate/image-role.ts";
import { SWIFT_FAILURE_PREFIX } from "../../facts.ts";
import { CHECKOUTS, ENTRY, STANDARD_MODULES, WRAPPERS } from "./role-lists.ts";
import { type Role, systemRole } from "./roles.ts";
import { lastingSwiftName } from "./swift-name.ts";

export interface LogicalFrame {
  /** Lasts from build to build where the frame has a name; else the UUID and offset, or nothing. */
  readonly name: string;
  readonly isNamed: boolean;
  readonly role: Role;
  /** Of the app or of what it brings along, whatever the role. */
  readonly isOwn: boolean;
  /** How many frames of the report it stands for. */
  readonly count: number;
  /** Index of the first of them. */
  readonly at: number;
}

/** Names that say "unknown" on purpose: folded by the linker, or removed by Apple. */
const NO_NAME: ReadonlySet<string> = new Set(["", "<deduplicated_symbol>", "<redacted>", "???", "<unknown>"]);

export type RoleOfImage = (image: number) => ImageRole;

export function rolesOfImages(report: Report): RoleOfImage {
  const known = new Map<number, ImageRole>();
  return (index) => {
    let role = known.get(index);
    if (role === undefined) {
      const image = report.images[index];
      role = image ? imageRole(image, report) : "system";
      known.set(index, role);
    }
    return role;
  };
}

/** Innermost first; neighbours of one name are one. */
export function logicalStack(report: Report, frames: readonly Frame[]): readonly LogicalFrame[] {
  const roleOf = rolesOfImages(report);
  const logical: LogicalFrame[] = [];
  const known = new Map<string, Omit<LogicalFrame, "at" | "count">>();
  frames.forEach((frame, at) => {
    const key = `${frame.image ?? ""} ${frame.imageOffset ?? frame.address} ${frame.symbol?.linkageName ?? frame.symbol?.function ?? ""} ${frame.symbol?.file ?? ""}`;
    let next = known.get(key);
    if (next === undefined) {
      const made = logicalFrame(report, frame, roleOf);
      if (made === undefined) return;
      next = made;
      known.set(key, made);
    }
    const last = logical.at(-1);
    if (last?.name === next.name && last.role === next.role) {
      logical[logical.length - 1] = { ...last, count: last.count + 1 };
    } else logical.push({ ...next, at, count: 1 });
  });
  return logical;
}

function logicalFrame(
  report: Report,
  frame: Frame,
  roleOf: RoleOfImage,
): Omit<LogicalFrame, "at" | "count"> | undefined {
  const { symbol } = frame;
  const place = frame.image === undefined ? "system" : roleOf(frame.image);
  const isOwn = place !== "system";
  if (symbol?.function.startsWith(SWIFT_FAILURE_PREFIX)) return undefined;
  if (symbol === undefined || NO_NAME.has(symbol.function)) {
    const image = frame.image === undefined ? undefined : report.images[frame.image];
    const offset = frame.imageOffset ?? `0x${frame.address.toString(16)}`;
    // An address alone differs from start to start: nothing is known of such a frame.
    const name = image === undefined ? "" : `${image.uuid ?? image.name}+${offset}`;
    return { name, isNamed: false, role: "unknown", isOwn };
  }
  const linkageName = symbol.linkageName ?? symbol.function;
  const swift = lastingSwiftName(linkageName);
  if (!isOwn) {
    const name = swift?.text ?? plainName(linkageName, symbol.function);
    return { name, isNamed: true, role: swift?.isGlue ? "plumbing" : systemRole(symbol.function), isOwn };
  }
  const name = swift === undefined || swift.text === "" ? plainName(linkageName, symbol.function) : swift.text;
  return { name, isNamed: true, role: ownRole(name, swift, symbol.file, place), isOwn };
}

function ownRole(
  name: string,
  swift: ReturnType<typeof lastingSwiftName>,
  file: string | undefined,
  place: ImageRole,
): Role {
  if (swift?.isGlue || /^(@objc |thunk for |partial apply|outlined |merged |_?\w+ block_destroy)/.test(name))
    return "plumbing";
  if (swift?.module !== undefined && STANDARD_MODULES.has(swift.module)) return "container";
  if (ENTRY.test(name)) return "entry";
  if (WRAPPERS.some((pattern) => pattern.test(name))) return "helper";
  const owner = file === undefined ? undefined : CHECKOUTS.exec(file)?.[1];
  if (swift?.extendsForeign || WRAPPED_VALUE.test(name)) return "helper";
  return owner !== undefined || place === "framework" ? "third-party" : "app";
}

/** The accessors of a property wrapper: one for all properties that it wraps. */
const WRAPPED_VALUE = /(^|\.)(wrappedValue|projectedValue)\.(getter|setter|modify|read)$/;

/** Of C, C++, Objective-C, Rust, and of Swift names that came demangled. */
function plainName(linkageName: string, shown: string): string {
  const text = linkageName === shown ? shown : (tryDemangle(linkageName)?.text ?? shown);
  const block = /^_{1,3}\d+([-+]\[.*\])_block_invoke/.exec(text)?.[1];
  if (block !== undefined) return `${block} closure`;
  return withoutCounters(text).replace(/(\.(cold|llvm|resume|isra|part|constprop)(\.\d+)*| \[clone [^\]]*\])+$/, "");
}

/** What printed Swift names carry of the build: numbers of closures and parts, copies of the optimiser. */
function withoutCounters(text: string): string {
  let closures = "";
  const name = text
    .replace(/\(\d+\) (suspend|await) resume partial function for /g, "")
    .replace(/\b(specialized|merged|static|generic specialization <[^>]*> of) /g, "")
    .replace(/\b(?:implicit )?closure #\d+(?: \([^)]{0,200}\)(?: (?:async |throws )*-> \S{1,200})?)? in /g, () => {
      closures += " closure";
      return "";
    })
    .replace(/<[^<>]*>/g, "");
  return `${name}${closures}`;
}
